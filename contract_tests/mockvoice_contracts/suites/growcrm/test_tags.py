"""Tags of six kinds of records."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.growcrm.factories import UNKNOWN_ID, Factory, Record, id_parameter

SET_TAGS = {
    "invoices": "invoices.set_tags",
    "estimates": "estimates.set_tags",
    "clients": "clients.set_tags",
    "projects": "projects.set_tags",
    "payments": "payments.set_tags",
    "refunds": "refunds.set_tags",
}
TAGGED = pytest.mark.parametrize("kind", SET_TAGS)


def set_tags(api: Api, kind: str, record: Record, *tags: str) -> list[str]:
    response = api.call(
        SET_TAGS[kind], expect=200, body={"tags": list(tags)}, **id_parameter(kind, record)
    )
    return list(response["data"]["tags"])


@rule(
    "PUT /{kind}/<id>/tags replaces all tags, and GET returns the new ones.",
    source="Documented: docs-api.growcrm.io/getting-started",
)
@TAGGED
def test_new_tags_replace_all_old_ones(api: Api, factory: Factory, kind: str) -> None:
    record = factory.record(kind)
    set_tags(api, kind, record, "one", "two")

    assert set_tags(api, kind, record, "three") == ["three"]
    assert factory.read(kind, record)["tags"] == ["three"]


@rule(
    "PUT /{kind}/<id>/tags with `tags: []` removes all tags.",
    source="Documented: api-development-guide.md of nextloopdevs/growcrm-modules-docs-api",
)
@TAGGED
def test_an_empty_list_clears_the_tags(api: Api, factory: Factory, kind: str) -> None:
    record = factory.record(kind)
    set_tags(api, kind, record, "one")

    assert set_tags(api, kind, record) == []
    assert factory.read(kind, record)["tags"] == []


@rule(
    "Tags of {kind} are stored in lower case with hyphens for spaces: `Q3 Plan` becomes `q3-plan`.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
@TAGGED
def test_tags_are_stored_in_lower_case_with_hyphens_for_spaces(
    api: Api, factory: Factory, kind: str
) -> None:
    tags = set_tags(api, kind, factory.record(kind), "Q3 Plan", "VIP", "ÄRGER")

    assert tags == ["q3-plan", "vip", "ärger"]


@rule(
    "A tag that `tags` of {kind} names twice is stored once, at its first position.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@TAGGED
def test_a_repeated_tag_is_stored_once_at_its_first_position(
    api: Api, factory: Factory, kind: str
) -> None:
    record = factory.record(kind)

    assert set_tags(api, kind, record, "zebra", "Ant", "Zebra", "ant") == ["zebra", "ant"]


@rule(
    "PUT /{kind}/<id>/tags changes nothing but tags and `dates.updated`.",
    source="Documented: docs-api.growcrm.io/getting-started",
)
@TAGGED
def test_setting_tags_changes_nothing_else(api: Api, factory: Factory, kind: str) -> None:
    record = factory.record(kind)
    set_tags(api, kind, record, "one")
    changed = factory.read(kind, record)

    same = {name for name in record if record[name] == changed[name]}
    assert record.keys() - same <= {"tags", "dates"}


@rule(
    "PUT /{kind}/<id>/tags with {body} gets 422, and the tags stay.",
    source="Documented: api-development-guide.md of nextloopdevs/growcrm-modules-docs-api",
)
@TAGGED
@pytest.mark.parametrize(
    "body", [{}, {"tags": None}, {"tags": ""}, {"tags": "one"}, {"tags": ["one", ""]}]
)
def test_tags_must_be_a_list_of_words(api: Api, factory: Factory, kind: str, body: Record) -> None:
    record = factory.record(kind)
    set_tags(api, kind, record, "kept")
    response = api.call(SET_TAGS[kind], expect=422, body=body, **id_parameter(kind, record))

    assert all(field.partition(".")[0] == "tags" for field in response["errors"])
    assert factory.read(kind, record)["tags"] == ["kept"]


@rule(
    "PUT tags of an id of {kind} that does not exist gets 404.",
    source="Documented: docs-api.growcrm.io/getting-started",
)
@TAGGED
def test_an_unknown_record_cannot_be_tagged(api: Api, kind: str) -> None:
    api.call(
        SET_TAGS[kind], expect=404, body={"tags": []}, **id_parameter(kind, {"id": UNKNOWN_ID})
    )
