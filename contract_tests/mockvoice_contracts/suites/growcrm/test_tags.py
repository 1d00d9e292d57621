"""Tags, which seven kinds of records have."""

import pytest

from mockvoice_contracts.harness.client import Api
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


def tag(api: Api, kind: str, record: Record, *tags: str) -> list[str]:
    answer = api.call(
        SET_TAGS[kind], expect=200, body={"tags": list(tags)}, **id_parameter(kind, record)
    )
    return list(answer["data"]["tags"])


@TAGGED
def test_new_tags_take_the_place_of_all_old_ones(api: Api, make: Factory, kind: str) -> None:
    record = make.record(kind)
    tag(api, kind, record, "one", "two")

    assert tag(api, kind, record, "three") == ["three"]
    assert make.read(kind, record)["tags"] == ["three"]


@TAGGED
def test_no_tags_clear_them(api: Api, make: Factory, kind: str) -> None:
    record = make.record(kind)
    tag(api, kind, record, "one")

    assert tag(api, kind, record) == []
    assert make.read(kind, record)["tags"] == []


def test_tags_are_kept_in_lower_case_with_hyphens_for_blanks(api: Api, make: Factory) -> None:
    assert tag(api, "invoices", make.invoice(), "Q3 Plan", "VIP", "ÄRGER") == [
        "q3-plan",
        "vip",
        "ärger",
    ]


@pytest.mark.assumed
def test_a_tag_that_is_sent_twice_is_kept_once_in_its_first_place(api: Api, make: Factory) -> None:
    assert tag(api, "invoices", make.invoice(), "zebra", "Ant", "Zebra", "ant") == ["zebra", "ant"]


@TAGGED
def test_tags_touch_nothing_else(api: Api, make: Factory, kind: str) -> None:
    record = make.record(kind)
    tag(api, kind, record, "one")
    changed = make.read(kind, record)

    same = {name for name in record if record[name] == changed[name]}
    assert record.keys() - same <= {"tags", "dates"}


@TAGGED
@pytest.mark.parametrize(
    "body", [{}, {"tags": None}, {"tags": ""}, {"tags": "one"}, {"tags": ["one", ""]}]
)
def test_tags_must_be_a_list_of_words(api: Api, make: Factory, kind: str, body: Record) -> None:
    record = make.record(kind)
    tag(api, kind, record, "kept")
    refused = api.call(SET_TAGS[kind], expect=422, body=body, **id_parameter(kind, record))

    assert all(field.partition(".")[0] == "tags" for field in refused["errors"])
    assert make.read(kind, record)["tags"] == ["kept"]


@TAGGED
def test_a_record_that_is_not_there_cannot_be_tagged(api: Api, kind: str) -> None:
    api.call(
        SET_TAGS[kind], expect=404, body={"tags": []}, **id_parameter(kind, {"id": UNKNOWN_ID})
    )
