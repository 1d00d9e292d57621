"""Response envelopes and their messages."""

import re
from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.growcrm.factories import (
    Factory,
    id_parameter,
)
from mockvoice_contracts.suites.growcrm.messages import skip_unless_wording_is_fixed
from mockvoice_contracts.suites.growcrm.record_sets import KINDS
from mockvoice_contracts.suites.growcrm.updates import update_of

SINGULAR = {kind: {"categories": "category"}.get(kind, kind[:-1]).capitalize() for kind in KINDS}
# The vendor documents the messages of these; other messages are assumed to follow the pattern.
DOCUMENTED = ("clients", "contacts", "projects", "categories")


def messages_of(api: Api, factory: Factory, kind: str) -> list[str]:
    """Return the messages of a list, and of reading, updating and deleting one record."""
    record = factory.record(kind)
    path = id_parameter(kind, record)
    body = update_of(kind, record)
    return [
        api.call(f"{kind}.search", expect=200)["message"],
        api.call(f"{kind}.get", expect=200, **path)["message"],
        api.call(f"{kind}.update", expect=200, body=body, **path)["message"],
        api.call(f"{kind}.delete", expect=200, **path)["message"],
    ]


def pattern_of(kind: str) -> list[str]:
    return [
        f"{kind.capitalize()} retrieved successfully.",
        f"{SINGULAR[kind]} retrieved successfully.",
        f"{SINGULAR[kind]} updated successfully.",
        f"{SINGULAR[kind]} deleted successfully.",
    ]


@rule(
    "`message` of {kind} names resource and action, and says that it was successful, as in `Client updated successfully.` after an update.",
    source="Documented: docs-api.growcrm.io/getting-started",
)
@pytest.mark.parametrize("kind", DOCUMENTED)
def test_messages_name_resource_and_action(api: Api, factory: Factory, kind: str) -> None:
    assert messages_of(api, factory, kind) == pattern_of(kind)


@rule(
    "The messages of {kind} are like `Invoices retrieved successfully.` for invoices.",
    source="Assumed: the pages of these resources give no messages; they follow the pattern of other pages",
)
@pytest.mark.assumed
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in DOCUMENTED])
def test_messages_of_other_resources_follow_the_pattern(
    api: Api, factory: Factory, kind: str
) -> None:
    skip_unless_wording_is_fixed(api)

    assert messages_of(api, factory, kind) == pattern_of(kind)


@rule(
    "A list of {kind} has `data`, `message` and a `meta` of current_page, per_page, total and last_page; a single record has no `meta`.",
    source="Documented: docs-api.growcrm.io/getting-started",
)
@pytest.mark.parametrize("kind", KINDS)
def test_only_lists_have_paging_data(api: Api, factory: Factory, kind: str) -> None:
    record = factory.record(kind)
    page = api.call(f"{kind}.search", expect=200)
    read = api.call(f"{kind}.get", expect=200, **id_parameter(kind, record))

    assert set(page) == {"data", "meta", "message"}
    assert set(page["meta"]) == {"current_page", "per_page", "total", "last_page"}
    assert set(read) == {"data", "message"}


@rule(
    "PATCH of {kind} returns in `data` the record that GET returns afterwards.",
    source="Documented: api-development-guide.md of nextloopdevs/growcrm-modules-docs-api",
)
@pytest.mark.parametrize("kind", KINDS)
def test_an_update_returns_the_updated_record(api: Api, factory: Factory, kind: str) -> None:
    record = factory.record(kind)
    body = update_of(kind, record)
    updated = api.call(f"{kind}.update", expect=200, body=body, **id_parameter(kind, record))[
        "data"
    ]

    assert factory.read(kind, record) == updated


CREATE: dict[str, tuple[str, Any]] = {
    "clients": ("clients.create", lambda factory: {"first_name": "A", "last_name": "B", "email": factory.email()}),
    "contacts": (
        "contacts.create",
        lambda factory: {
            "first_name": "A", "last_name": "B", "email": factory.email(), "clientid": factory.client()["id"],
        },
    ),
    "projects": (
        "projects.create",
        lambda factory: {
            "project_clientid": factory.client()["id"], "project_title": "T",
            "project_date_start": factory.day(), "project_categoryid": 1,
        },
    ),
    "categories": (
        "categories.create",
        lambda factory: {"category_name": factory.unique_name("C"), "category_type": "invoice"},
    ),
}  # fmt: skip


@rule(
    "`message` of a POST of {kind} names the resource and ends with `created successfully.`, and there is no `meta`.",
    source="Documented: docs-api.growcrm.io/clients",
)
@pytest.mark.parametrize("kind", CREATE)
def test_the_message_of_a_new_record_says_that_it_was_created(
    api: Api, factory: Factory, kind: str
) -> None:
    operation, body = CREATE[kind]
    response = api.call(operation, expect=201, body=body(factory))

    assert response["message"] == f"{SINGULAR[kind]} created successfully."
    assert set(response) == {"data", "message"}


@rule(
    "The messages of invoice actions are like `Invoice published successfully.` for publish.",
    source="Assumed: the invoice page gives no messages; they follow the pattern of other pages",
)
@pytest.mark.assumed
def test_the_messages_of_invoice_actions_follow_the_pattern(api: Api, factory: Factory) -> None:
    skip_unless_wording_is_fixed(api)
    client = factory.client()
    body = {"bill_clientid": client["id"], "bill_categoryid": 4, "bill_date": factory.day()}
    created = api.call("invoices.create", expect=201, body=body)
    path = {"invoiceId": created["data"]["id"]}
    copy = {**body, "bill_due_date": factory.day()}

    messages = [
        created["message"],
        api.call("invoices.set_items", expect=200, body={"items": []}, **path)["message"],
        api.call("invoices.publish", expect=200, **path)["message"],
        api.call("invoices.send_email", expect=200, **path)["message"],
        api.call("invoices.set_status", expect=200, body={"status": 5}, **path)["message"],
        api.call("invoices.set_tags", expect=200, body={"tags": []}, **path)["message"],
        api.call("invoices.clone", expect=201, body=copy, **path)["message"],
    ]
    assert messages == [
        "Invoice created successfully.",
        "Invoice items updated successfully.",
        "Invoice published successfully.",
        "Invoice email queued successfully.",
        "Invoice status updated successfully.",
        "Invoice tags updated successfully.",
        "Invoice cloned successfully.",
    ]


@rule(
    "`dates.created` and `dates.updated` of {kind} are ISO 8601 times in UTC.",
    source="Documented: docs-api.growcrm.io/clients",
)
@pytest.mark.parametrize("kind", KINDS)
def test_times_are_in_utc_with_six_fraction_digits(factory: Factory, kind: str) -> None:
    dates = factory.record(kind)["dates"]

    for name in {"created", "updated"} & dates.keys():
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", dates[name])


@rule(
    "Responses are `application/json` in UTF-8.",
    source="Documented: docs-api.growcrm.io/getting-started",
)
def test_responses_are_utf_8_json(api: Api, factory: Factory) -> None:
    name = factory.unique_name("Größe 測試")
    client = factory.client(client_company_name=name)
    response = api.exchange("clients.get", expect=200, clientId=client["id"])

    assert response.media_type == "application/json"
    assert response.content.decode("utf-8")
    assert response.body["data"]["company_name"] == name
