"""Rejected requests change nothing: neither the record itself nor other records."""

from collections.abc import Callable
from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.growcrm.factories import (
    ESTIMATE_CATEGORY,
    INVOICE_CATEGORY,
    UNKNOWN_ID,
    Factory,
    Record,
    id_parameter,
)
from mockvoice_contracts.suites.growcrm.lists import search
from mockvoice_contracts.suites.growcrm.updates import update_of

# For each resource, valid changes of an update and a field that makes the request invalid.
UPDATES: dict[str, list[tuple[Record, Record]]] = {
    "invoices": [
        ({"bill_notes": "Changed", "bill_adjustment_amount": 5}, {"bill_projectid": UNKNOWN_ID}),
        ({"bill_notes": "Changed"}, {"bill_tax_type": "gross"}),
        ({"bill_terms": "Changed"}, {"bill_discount_type": "half"}),
    ],
    "estimates": [
        ({"bill_notes": "Changed", "bill_adjustment_amount": 5}, {"bill_projectid": UNKNOWN_ID}),
        ({"bill_notes": "Changed"}, {"bill_tax_type": "gross"}),
        ({"bill_terms": "Changed"}, {"bill_discount_type": "half"}),
    ],
    "clients": [({"client_phone": "1", "client_vat": "X"}, {"client_categoryid": UNKNOWN_ID})],
    "projects": [
        ({"project_title": "Changed"}, {"project_categoryid": UNKNOWN_ID}),
        ({"project_title": "Changed"}, {"project_date_due": "1999-12-31"}),
        ({"project_description": "Changed"}, {"project_billing_type": "free"}),
    ],
    "payments": [
        ({"payment_notes": "Changed"}, {"payment_amount": 0}),
        ({"payment_notes": "Changed"}, {"payment_amount": -1}),
        ({"payment_amount": 7}, {"payment_date": "soon"}),
    ],
    "refunds": [({"refund_notes": "Changed"}, {"refund_date": "soon"})],
    "items": [
        ({"item_description": "Changed"}, {"item_categoryid": UNKNOWN_ID}),
        ({"item_rate": 7}, {"item_categoryid": INVOICE_CATEGORY}),
        ({"item_description": "Changed"}, {"item_default_tax": UNKNOWN_ID}),
        ({"item_description": "Changed"}, {"item_unit": UNKNOWN_ID}),
    ],
    "contacts": [({"phone": "1", "first_name": "Changed"}, {"email": "no address"})],
    "categories": [({"category_description": "Changed"}, {"category_name": ""})],
}  # fmt: skip


@rule(
    "PATCH of {kind} with an invalid `{field}` gets 422 with an error for it, and its valid fields are not stored.",
    source="Documented: docs-api.growcrm.io/getting-started",
)
@pytest.mark.parametrize(
    ("kind", "field", "valid", "invalid"),
    [
        (kind, *invalid, valid, invalid)
        for kind, updates in UPDATES.items()
        for valid, invalid in updates
    ],
)
def test_a_rejected_update_stores_none_of_its_fields(
    api: Api, factory: Factory, kind: str, field: str, valid: Record, invalid: Record
) -> None:
    record = factory.record(kind)
    before = factory.read(kind, record)
    body = {**update_of(kind, record), **valid, **invalid}
    response = api.call(f"{kind}.update", expect=422, body=body, **id_parameter(kind, record))

    assert list(response["errors"]) == [field]
    assert factory.read(kind, record) == before


@rule(
    "POST /clients that gets 422 creates no client and no contact: its `email` stays free.",
    source="Documented: docs-api.growcrm.io/clients",
)
def test_a_rejected_client_leaves_its_email_address_free(api: Api, factory: Factory) -> None:
    person = {"first_name": "Ada", "last_name": "Free", "email": factory.email()}
    body = {**person, "client_categoryid": UNKNOWN_ID}
    api.call("clients.create", expect=422, body=body)
    contacts = search(api, "contacts", {"search": person["email"]})
    created = api.call("clients.create", expect=201, body=person)["data"]

    assert contacts["meta"]["total"] == 0
    assert created["company_name"] == "Ada Free"


@rule(
    "{operation} with an `email` that is not an address gets 422 with an error for `email`.",
    source="Documented: docs-api.growcrm.io/clients",
)
@pytest.mark.parametrize("operation", ["clients.create", "contacts.update"])
@pytest.mark.parametrize("address", ["ada", "@mail.example"])
def test_an_email_must_be_an_address(
    api: Api, factory: Factory, operation: str, address: str
) -> None:
    client = factory.client()
    body = {"first_name": "A", "last_name": "B", "email": address, "clientid": client["id"]}
    path = {"contactId": client["owner"]["id"]} if operation == "contacts.update" else {}
    response = api.call(operation, expect=422, body=body, **path)

    assert list(response["errors"]) == ["email"]


@rule(
    "A payment that gets 422 or 404 sends no e-mail, here {operation}.",
    source="Documented: docs-api.growcrm.io/payments",
)
@pytest.mark.needs("outbox")
@pytest.mark.parametrize("operation", ["payments.create", "invoices.send_email"])
def test_a_rejected_request_queues_no_email(api: Api, factory: Factory, operation: str) -> None:
    control = api.target.control
    assert control is not None
    invoice = factory.invoice()
    before = len(control.outbox())
    body = {
        "payment_invoiceid": invoice["id"],
        "payment_amount": 0,
        "payment_date": factory.day(),
        "send_payment_email": "yes",
    }
    if operation == "payments.create":
        api.call(operation, expect=422, body=body)
    else:
        api.call(operation, expect=409, invoiceId=invoice["id"])

    assert len(control.outbox()) == before


def project_clone(factory: Factory) -> tuple[str, Record, Record, str]:
    source = factory.project()
    body = {"project_title": "Copy", "project_clientid": UNKNOWN_ID}
    return "projects.clone", {"projectId": source["id"]}, body, "project_clientid"


def estimate_clone(field: str) -> Callable[[Factory], tuple[str, Record, Record, str]]:
    def clone(factory: Factory) -> tuple[str, Record, Record, str]:
        source = factory.estimate()
        body = {
            "bill_clientid": source["client"]["id"], "bill_categoryid": ESTIMATE_CATEGORY,
            "bill_date": factory.day(), field: UNKNOWN_ID,
        }  # fmt: skip
        return "estimates.clone", {"estimateId": source["id"]}, body, field

    return clone


CLONES = {
    "client of a project": project_clone,
    **{
        f"{field} of an estimate": estimate_clone(field)
        for field in ("bill_clientid", "bill_categoryid", "bill_projectid")
    },
}


@rule(
    "A clone that refers to an unknown record ({name}) gets 422 with an error for the field, and creates nothing.",
    source="Documented: docs-api.growcrm.io/estimates",
)
@pytest.mark.parametrize("name", CLONES)
def test_a_clone_with_an_unknown_reference_creates_nothing(
    api: Api, factory: Factory, name: str
) -> None:
    operation, path, body, field = CLONES[name](factory)
    kind = operation.partition(".")[0]
    before = search(api, kind, {"limit": 1})["meta"]["total"]
    response = api.call(operation, expect=422, body=body, **path)

    assert list(response["errors"]) == [field]
    assert search(api, kind, {"limit": 1})["meta"]["total"] == before


@rule(
    "{operation} with a `project_date_due` before `project_date_start` gets 422 with an error for it.",
    source="Documented: docs-api.growcrm.io/projects",
)
@pytest.mark.parametrize("operation", ["projects.create", "projects.clone"])
def test_a_project_cannot_end_before_its_start(api: Api, factory: Factory, operation: str) -> None:
    project = factory.project()
    dates = {"project_date_start": factory.day(5), "project_date_due": factory.day(4)}
    body = {
        **update_of("projects", project),
        "project_clientid": project["client"]["id"],
        **dates,
    }
    path = {"projectId": project["id"]} if operation == "projects.clone" else {}
    response = api.call(operation, expect=422, body=body, **path)

    assert list(response["errors"]) == ["project_date_due"]


@rule(
    "PUT /invoices/<id>/status with {status} gets 422 with an error for `status`, and the status stays.",
    source="Documented: docs-api.growcrm.io/invoices",
)
@pytest.mark.parametrize("status", ["Due", "", None, 1.5, -1])
def test_a_status_must_be_an_existing_id(api: Api, factory: Factory, status: Any) -> None:
    invoice = factory.published_invoice()
    body = {"status": status}
    response = api.call("invoices.set_status", expect=422, invoiceId=invoice["id"], body=body)

    assert list(response["errors"]) == ["status"]
    assert factory.read("invoices", invoice) == invoice


@rule(
    "A line of an estimate without `{missing}` gets 422 with an error for `items.1.{missing}`, and the lines stay.",
    source="Documented: docs-api.growcrm.io/estimates",
)
@pytest.mark.parametrize("missing", ["description", "quantity", "rate"])
def test_a_line_of_an_estimate_requires_description_quantity_and_rate(
    api: Api, factory: Factory, missing: str
) -> None:
    complete = {"description": "Work", "quantity": 1, "rate": 100}
    estimate = factory.estimate(items=[complete])
    body = {"items": [complete, {n: v for n, v in complete.items() if n != missing}]}
    path = {"estimateId": estimate["id"]}
    response = api.call("estimates.set_items", expect=422, body=body, **path)

    assert list(response["errors"]) == [f"items.1.{missing}"]
    assert factory.read("estimates", estimate) == estimate


@rule(
    "An inline line of {kind} with a `tax_rate_id` that does not exist gets 422, and the lines stay.",
    source="Documented: docs-api.growcrm.io/invoices",
)
@pytest.mark.parametrize("kind", ["invoices", "estimates"])
def test_an_unknown_tax_rate_of_a_line_keeps_the_old_lines(
    api: Api, factory: Factory, kind: str
) -> None:
    item = {"description": "Work", "quantity": 1, "rate": 100}
    bill = getattr(factory, kind[:-1])(items=[item], bill_tax_type="inline")
    body = {"items": [{**item, "rate": 5, "tax_rate_id": UNKNOWN_ID}]}
    response = api.call(f"{kind}.set_items", expect=422, body=body, **id_parameter(kind, bill))

    assert list(response["errors"]) == ["items.0.tax_rate_id"]
    assert factory.read(kind, bill) == bill
