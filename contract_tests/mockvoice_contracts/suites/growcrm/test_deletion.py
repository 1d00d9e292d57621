"""Deletions, and the related records that they delete or keep."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.growcrm.factories import (
    ID_PARAMETERS,
    UNKNOWN_ID,
    Factory,
    Record,
    id_parameter,
    line,
)

DELETE = {
    "invoices": "invoices.delete",
    "estimates": "estimates.delete",
    "clients": "clients.delete",
    "contacts": "contacts.delete",
    "projects": "projects.delete",
    "categories": "categories.delete",
    "payments": "payments.delete",
    "refunds": "refunds.delete",
    "items": "items.delete",
}


def delete(api: Api, kind: str, record: Record) -> Record:
    response: Record = api.call(DELETE[kind], expect=200, **id_parameter(kind, record))
    return response


def is_deleted(api: Api, kind: str, record: Record) -> bool:
    """Return true if the record is not found; fail the test if it is."""
    api.call(f"{kind}.get", expect=404, **id_parameter(kind, record))
    return True


def ids(api: Api, kind: str, **query: object) -> list[int]:
    return [row["id"] for row in api.call(f"{kind}.search", expect=200, query=query)["data"]]


@rule(
    "DELETE of a record of {kind} returns `data.id`; afterwards GET and DELETE get 404.",
    source="Documented: api-development-guide.md of nextloopdevs/growcrm-modules-docs-api",
)
@pytest.mark.parametrize("kind", DELETE)
def test_a_deletion_returns_the_id_and_the_record_is_not_found_afterwards(
    api: Api, factory: Factory, kind: str
) -> None:
    record = factory.record(kind)
    response = delete(api, kind, record)

    assert response["data"] == {"id": record["id"]}
    assert is_deleted(api, kind, record)
    api.call(DELETE[kind], expect=404, **id_parameter(kind, record))


@rule(
    "DELETE in {kind} of an id that does not exist gets 404.",
    source="Documented: api-development-guide.md of nextloopdevs/growcrm-modules-docs-api",
)
@pytest.mark.parametrize("kind", DELETE)
def test_an_unknown_record_cannot_be_deleted(api: Api, kind: str) -> None:
    assert api.call(DELETE[kind], expect=404, **{ID_PARAMETERS[kind]: UNKNOWN_ID})["message"]


@rule(
    "A record created in {kind} after a deletion has a higher id than the deleted one.",
    source="Assumed: the reference gives no source; MySQL's auto-increment does so",
)
@pytest.mark.assumed
@pytest.mark.parametrize("kind", DELETE)
def test_the_id_of_a_deleted_record_is_not_reused(api: Api, factory: Factory, kind: str) -> None:
    first = factory.record(kind)
    delete(api, kind, first)

    assert factory.record(kind)["id"] > first["id"]


@rule(
    "DELETE of an invoice with status {status} gets 200, and GET then 404.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
@pytest.mark.parametrize("status", [2, 5, 20])
def test_an_invoice_of_any_status_can_be_deleted(api: Api, factory: Factory, status: int) -> None:
    invoice = factory.published_invoice()
    api.call("invoices.set_status", expect=200, invoiceId=invoice["id"], body={"status": status})
    delete(api, "invoices", invoice)

    assert is_deleted(api, "invoices", invoice)


@rule(
    "DELETE of an invoice deletes its payments, and no payments of other invoices.",
    source="Documented: docs-api.growcrm.io/invoices",
)
def test_deleting_an_invoice_deletes_its_payments_and_no_others(api: Api, factory: Factory) -> None:
    client = factory.client()
    invoice, other = factory.published_invoice(client), factory.published_invoice(client)
    payment, kept = factory.payment(invoice, 10), factory.payment(other, 10)
    delete(api, "invoices", invoice)

    assert is_deleted(api, "payments", payment)
    assert ids(api, "payments", client_id=client["id"]) == [kept["id"]]
    assert factory.read("invoices", other) == other


@rule(
    "DELETE of an invoice deletes the refunds of its payments.",
    source="Assumed: follows from docs-api.growcrm.io/payments, where a payment is deleted with its refund",
)
@pytest.mark.assumed
def test_deleting_an_invoice_deletes_the_refunds_of_its_payments(
    api: Api, factory: Factory
) -> None:
    invoice = factory.published_invoice()
    refund = factory.refund(factory.payment(invoice, 10))
    delete(api, "invoices", invoice)

    assert is_deleted(api, "refunds", refund)


@rule(
    "DELETE of the invoice of a converted estimate sets `converted` back to false and null.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
def test_an_estimate_whose_invoice_was_deleted_is_no_longer_converted(
    api: Api, factory: Factory
) -> None:
    estimate = factory.estimate()
    invoice = api.call("estimates.convert_to_invoice", expect=201, estimateId=estimate["id"])[
        "data"
    ]
    delete(api, "invoices", invoice)

    assert factory.read("estimates", estimate) == estimate
    assert estimate["converted"] == {"is_converted": False, "invoice_id": None}


@rule(
    "DELETE of an estimate does not change the invoice that was created from it.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_deleting_an_estimate_keeps_its_invoice(api: Api, factory: Factory) -> None:
    estimate = factory.estimate(items=[line()])
    invoice = api.call("estimates.convert_to_invoice", expect=201, estimateId=estimate["id"])[
        "data"
    ]
    delete(api, "estimates", estimate)

    assert factory.read("invoices", invoice) == invoice


@rule(
    "DELETE of a client deletes its contacts, projects, invoices, estimates, payments and refunds.",
    source="Documented: docs-api.growcrm.io/clients",
)
def test_deleting_a_client_deletes_everything_that_belongs_to_it(
    api: Api, factory: Factory
) -> None:
    client = factory.client()
    project = factory.project(client)
    invoice = factory.published_invoice(client)
    payment = factory.payment(invoice, 10)
    deleted = {
        "contacts": [factory.contact(client), {"id": client["owner"]["id"]}],
        "projects": [project],
        "invoices": [invoice, factory.invoice(client, bill_projectid=project["id"])],
        "estimates": [factory.estimate(client)],
        "refunds": [factory.refund(payment)],
        "payments": [payment],
    }
    delete(api, "clients", client)

    assert all(
        is_deleted(api, kind, record) for kind, records in deleted.items() for record in records
    )
    for kind in deleted:
        assert ids(api, kind, client_id=client["id"]) == []


@rule(
    "DELETE of a client does not change other clients and their records.",
    source="Documented: docs-api.growcrm.io/clients",
)
def test_deleting_a_client_does_not_change_other_clients(api: Api, factory: Factory) -> None:
    deleted, other = factory.client(), factory.client()
    project, contact = factory.project(other), factory.contact(other)
    invoice = factory.published_invoice(other, bill_projectid=project["id"])
    factory.published_invoice(deleted)
    delete(api, "clients", deleted)

    assert factory.read("clients", other) == other
    assert factory.read("projects", project) == project
    assert factory.read("contacts", contact) == contact
    assert factory.read("invoices", invoice) == invoice


@rule(
    "DELETE of a project deletes its invoices, their payments and its estimates, and nothing else of the client.",
    source="Documented: docs-api.growcrm.io/projects",
)
def test_deleting_a_project_deletes_its_bills_and_no_others(api: Api, factory: Factory) -> None:
    client = factory.client()
    project, other = factory.project(client), factory.project(client)
    invoice_of_project = factory.published_invoice(client, bill_projectid=project["id"])
    payment = factory.payment(invoice_of_project, 10)
    estimate = factory.estimate(client, bill_projectid=project["id"])
    other_invoices = [factory.invoice(client), factory.invoice(client, bill_projectid=other["id"])]
    delete(api, "projects", project)

    assert is_deleted(api, "invoices", invoice_of_project)
    assert is_deleted(api, "payments", payment)
    assert is_deleted(api, "estimates", estimate)
    assert [factory.read("invoices", invoice) for invoice in other_invoices] == other_invoices
    assert factory.read("clients", client) == client


@rule(
    "The e-mail address of a deleted contact can be given to a new one.",
    source="Documented: docs-api.growcrm.io/contacts",
)
def test_the_email_address_of_a_deleted_contact_can_be_used_again(
    api: Api, factory: Factory
) -> None:
    client, address = factory.client(), factory.email()
    contact = factory.contact(client, email=address)
    delete(api, "contacts", contact)

    assert factory.contact(client, email=address)["email"] == address


@rule(
    "`owner` of a client whose account owner was deleted is null.",
    source="Assumed: the page does not say what remains",
)
@pytest.mark.assumed
def test_a_client_whose_account_owner_was_deleted_has_none(api: Api, factory: Factory) -> None:
    client = factory.client()
    delete(api, "contacts", client["owner"])

    assert factory.read("clients", client)["owner"] is None


@rule(
    "DELETE of an item does not change other items.", source="Documented: docs-api.growcrm.io/items"
)
def test_deleting_an_item_does_not_change_other_items(api: Api, factory: Factory) -> None:
    item, other = factory.item(), factory.item()
    delete(api, "items", item)

    assert factory.read("items", other) == other
