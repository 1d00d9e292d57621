"""Deleted records: no operation finds them, nothing can refer to them, and nothing counts them."""

from collections.abc import Callable
from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.growcrm.categorized import CATEGORY_FIELDS, create_in
from mockvoice_contracts.suites.growcrm.factories import (
    INVOICE_CATEGORY,
    Factory,
    Record,
    id_parameter,
    line,
    required_header,
)
from mockvoice_contracts.suites.growcrm.lists import ids, search
from mockvoice_contracts.suites.growcrm.record_sets import KINDS, record_set
from mockvoice_contracts.suites.growcrm.updates import PROJECT_ACTIONS, update_of

BILL_ACTIONS: Record = {
    "set_items": {"items": []}, "set_tags": {"tags": []}, "publish": None, "send_email": None,
}  # fmt: skip


def clone_body(factory: Factory, bill: Record) -> Record:
    return {
        "bill_clientid": bill["client"]["id"],
        "bill_categoryid": bill["category"]["id"],
        "bill_date": factory.day(),
        "bill_due_date": factory.day(),
    }


# The operations on one record besides get, update and delete, with valid bodies.
ACTIONS: dict[str, Callable[[Factory, Record], dict[str, Any]]] = {
    "invoices": lambda factory, record: {
        **BILL_ACTIONS, "set_status": {"status": 2}, "clone": clone_body(factory, record),
    },
    "estimates": lambda factory, record: {
        **BILL_ACTIONS, "set_status": {"status": "new"}, "clone": clone_body(factory, record), "convert_to_invoice": None,
    },
    "clients": lambda factory, _: {
        "set_tags": {"tags": []}, "set_status": {"status": "active"},
        "set_owner": {"owner": factory.client()["owner"]["id"]},
    },
    "contacts": lambda *_: {"set_account_owner": None},
    "projects": lambda *_: {name.partition(".")[2]: body for name, body in PROJECT_ACTIONS.items()},
    "categories": lambda *_: {"set_team": {"users": []}, "migrate": {"target_id": INVOICE_CATEGORY}},
    "payments": lambda factory, _: {
        "set_tags": {"tags": []}, "refund": {"refund_date": factory.day()}, "undo_refund": None,
    },
    "refunds": lambda *_: {"set_tags": {"tags": []}},
    "items": lambda *_: {},
}  # fmt: skip


@rule(
    "Every operation on a deleted record of {kind} gets 404, PATCH and all actions too.",
    source="Documented: api-development-guide.md of nextloopdevs/growcrm-modules-docs-api",
)
@pytest.mark.parametrize("kind", KINDS)
def test_no_operation_finds_a_deleted_record(api: Api, factory: Factory, kind: str) -> None:
    # The owner's client stays, so that only the record itself is missing.
    record = factory.record(kind)
    path = id_parameter(kind, record)
    operations = {"update": update_of(kind, record), **ACTIONS[kind](factory, record)}
    api.call(f"{kind}.delete", expect=200, **path)

    for name, body in operations.items():
        api.call(f"{kind}.{name}", expect=404, body=body, **path)


@rule(
    "GET /{kind} leaves out deleted records, and `total` does not count them.",
    source="Documented: api-development-guide.md of nextloopdevs/growcrm-modules-docs-api",
)
@pytest.mark.parametrize("kind", KINDS)
def test_lists_leave_out_deleted_records(api: Api, factory: Factory, kind: str) -> None:
    records, query = record_set(factory, kind, 3)
    api.call(f"{kind}.delete", expect=200, **id_parameter(kind, records[1]))
    page = search(api, kind, query)

    assert sorted(ids(page)) == [records[0]["id"], records[2]["id"]]
    assert page["meta"]["total"] == 2


def bill_body(factory: Factory) -> Record:
    return {
        "bill_clientid": factory.client()["id"],
        "bill_categoryid": INVOICE_CATEGORY,
        "bill_date": factory.day(),
    }


def project_body(factory: Factory) -> Record:
    return update_of("projects", project := factory.project()) | {
        "project_clientid": project["client"]["id"]
    }


def person_body(factory: Factory) -> Record:
    return {"first_name": "A", "last_name": "B", "email": factory.email()}


# Operation, field of its body, kind of the deleted record that the field names, and the other fields.
REFERENCES: list[tuple[str, str, str, Callable[[Factory], Record]]] = [
    *(
        (operation, field, kind, bill_body)
        for operation in ("invoices.create", "estimates.create")
        for field, kind in (
            ("bill_clientid", "clients"), ("bill_categoryid", "categories"), ("bill_projectid", "projects"),
        )
    ),
    ("payments.create", "payment_invoiceid", "invoices",
     lambda factory: {"payment_amount": 1, "payment_date": factory.day()}),
    ("refunds.create", "refund_paymentid", "payments", lambda factory: {"refund_date": factory.day()}),
    ("projects.create", "project_clientid", "clients", project_body),
    ("projects.create", "project_categoryid", "categories", project_body),
    ("contacts.create", "clientid", "clients", person_body),
    ("clients.create", "client_categoryid", "categories", person_body),
]  # fmt: skip


@rule(
    "{operation} with a `{field}` of a deleted record gets 422 with an error for it.",
    source="Documented: docs-api.growcrm.io/invoices",
)
@pytest.mark.parametrize(("operation", "field", "kind", "body"), REFERENCES)
def test_nothing_can_refer_to_a_deleted_record(
    api: Api,
    factory: Factory,
    operation: str,
    field: str,
    kind: str,
    body: Callable[[Factory], Record],
) -> None:
    others = body(factory)
    deleted = factory.record(kind)
    api.call(f"{kind}.delete", expect=200, **id_parameter(kind, deleted))
    response = api.call(operation, expect=422, body={**others, field: deleted["id"]})

    assert list(response["errors"]) == [field]


@rule(
    "A deleted contact cannot become the owner of its client: `owner` gets 422, and the owner stays.",
    source="Documented: docs-api.growcrm.io/clients",
)
def test_a_deleted_contact_cannot_become_the_owner(api: Api, factory: Factory) -> None:
    client = factory.client()
    contact = factory.contact(client)
    api.call("contacts.delete", expect=200, contactId=contact["id"])
    body = {"owner": contact["id"]}
    response = api.call("clients.set_owner", expect=422, clientId=client["id"], body=body)

    assert list(response["errors"]) == ["owner"]
    assert factory.read("clients", client)["owner"] == client["owner"]


@rule(
    "`count` of a category no longer has {kind} that were deleted or moved to another category.",
    source="Documented: docs-api.growcrm.io/categories",
)
@pytest.mark.parametrize("kind", CATEGORY_FIELDS)
def test_a_category_does_not_count_records_that_left_it(
    api: Api, factory: Factory, kind: str
) -> None:
    category, other = factory.category(kind[:-1]), factory.category(kind[:-1])
    deleted, moved, _ = (create_in(factory, kind, category) for _ in range(3))
    assert factory.read("categories", category)["count"] == 3
    api.call(f"{kind}.delete", expect=200, **id_parameter(kind, deleted))
    body = {**update_of(kind, moved), CATEGORY_FIELDS[kind]: other["id"]}
    api.call(f"{kind}.update", expect=200, body=body, **id_parameter(kind, moved))
    counts = [factory.read("categories", row)["count"] for row in (category, other)]

    assert counts == [1, 1]


@rule(
    "An estimate is no longer converted after its invoice was deleted together with a project.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
def test_an_estimate_is_not_converted_after_its_invoice_was_deleted_with_a_project(
    api: Api, factory: Factory
) -> None:
    client = factory.client()
    project, estimate = factory.project(client), factory.estimate(client, items=[line()])
    path = {"estimateId": estimate["id"]}
    invoice = api.call("estimates.convert_to_invoice", expect=201, **path)["data"]
    body = {**required_header(invoice), "bill_projectid": project["id"]}
    api.call("invoices.update", expect=200, invoiceId=invoice["id"], body=body)
    assert factory.read("estimates", estimate)["converted"]["is_converted"] is True
    api.call("projects.delete", expect=200, projectId=project["id"])

    assert factory.read("estimates", estimate)["converted"] == {
        "is_converted": False,
        "invoice_id": None,
    }


@rule(
    "DELETE of a payment or refund ({kind}) does not change the other {kind} of the invoice.",
    source="Documented: docs-api.growcrm.io/payments",
)
@pytest.mark.parametrize("kind", ["payments", "refunds"])
def test_a_deletion_keeps_the_other_entries_of_the_invoice(
    api: Api, factory: Factory, kind: str
) -> None:
    invoice = factory.published_invoice()
    payments = [factory.payment(invoice, 10) for _ in range(2)]
    rows = payments if kind == "payments" else [factory.refund(payment) for payment in payments]
    api.call(f"{kind}.delete", expect=200, **id_parameter(kind, rows[0]))

    assert factory.read(kind, rows[1]) == rows[1]
