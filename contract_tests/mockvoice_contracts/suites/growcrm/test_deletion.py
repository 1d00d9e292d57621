"""Deletions: which other records are deleted too, and which stay."""

import pytest

from mockvoice_contracts.harness.client import Api
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
    """Whether the record is not found; any status but 404 fails the test."""
    api.call(f"{kind}.get", expect=404, **id_parameter(kind, record))
    return True


def ids(api: Api, kind: str, **query: object) -> list[int]:
    return [row["id"] for row in api.call(f"{kind}.search", expect=200, query=query)["data"]]


@pytest.mark.parametrize("kind", DELETE)
def test_a_deletion_returns_the_id_and_the_record_is_not_found_afterwards(
    api: Api, make: Factory, kind: str
) -> None:
    record = make.record(kind)
    response = delete(api, kind, record)

    assert response["data"] == {"id": record["id"]}
    assert is_deleted(api, kind, record)
    api.call(DELETE[kind], expect=404, **id_parameter(kind, record))


@pytest.mark.parametrize("kind", DELETE)
def test_an_unknown_record_cannot_be_deleted(api: Api, kind: str) -> None:
    assert api.call(DELETE[kind], expect=404, **{ID_PARAMETERS[kind]: UNKNOWN_ID})["message"]


@pytest.mark.assumed
@pytest.mark.parametrize("kind", DELETE)
def test_the_id_of_a_deleted_record_is_not_reused(api: Api, make: Factory, kind: str) -> None:
    first = make.record(kind)
    delete(api, kind, first)

    assert make.record(kind)["id"] > first["id"]


@pytest.mark.parametrize("status", [2, 5, 20])
def test_an_invoice_of_any_status_can_be_deleted(api: Api, make: Factory, status: int) -> None:
    invoice = make.published_invoice()
    api.call("invoices.set_status", expect=200, invoiceId=invoice["id"], body={"status": status})
    delete(api, "invoices", invoice)

    assert is_deleted(api, "invoices", invoice)


def test_deleting_an_invoice_deletes_its_payments_and_no_others(api: Api, make: Factory) -> None:
    client = make.client()
    invoice, other = make.published_invoice(client), make.published_invoice(client)
    payment, kept = make.payment(invoice, 10), make.payment(other, 10)
    delete(api, "invoices", invoice)

    assert is_deleted(api, "payments", payment)
    assert ids(api, "payments", client_id=client["id"]) == [kept["id"]]
    assert make.read("invoices", other) == other


@pytest.mark.assumed
def test_deleting_an_invoice_deletes_the_refunds_of_its_payments(api: Api, make: Factory) -> None:
    invoice = make.published_invoice()
    refund = make.refund(make.payment(invoice, 10))
    delete(api, "invoices", invoice)

    assert is_deleted(api, "refunds", refund)


def test_an_estimate_whose_invoice_was_deleted_is_no_longer_converted(
    api: Api, make: Factory
) -> None:
    estimate = make.estimate()
    invoice = api.call("estimates.convert_to_invoice", expect=201, estimateId=estimate["id"])[
        "data"
    ]
    delete(api, "invoices", invoice)

    assert make.read("estimates", estimate) == estimate
    assert estimate["converted"] == {"is_converted": False, "invoice_id": None}


@pytest.mark.assumed
def test_deleting_an_estimate_keeps_its_invoice(api: Api, make: Factory) -> None:
    estimate = make.estimate(items=[line()])
    invoice = api.call("estimates.convert_to_invoice", expect=201, estimateId=estimate["id"])[
        "data"
    ]
    delete(api, "estimates", estimate)

    assert make.read("invoices", invoice) == invoice


def test_deleting_a_client_deletes_everything_that_belongs_to_it(api: Api, make: Factory) -> None:
    client = make.client()
    project = make.project(client)
    invoice = make.published_invoice(client)
    payment = make.payment(invoice, 10)
    deleted = {
        "contacts": [make.contact(client), {"id": client["owner"]["id"]}],
        "projects": [project],
        "invoices": [invoice, make.invoice(client, bill_projectid=project["id"])],
        "estimates": [make.estimate(client)],
        "refunds": [make.refund(payment)],
        "payments": [payment],
    }
    delete(api, "clients", client)

    assert all(
        is_deleted(api, kind, record) for kind, records in deleted.items() for record in records
    )
    for kind in deleted:
        assert ids(api, kind, client_id=client["id"]) == []


def test_deleting_a_client_does_not_touch_other_clients(api: Api, make: Factory) -> None:
    deleted, other = make.client(), make.client()
    project, contact = make.project(other), make.contact(other)
    invoice = make.published_invoice(other, bill_projectid=project["id"])
    make.published_invoice(deleted)
    delete(api, "clients", deleted)

    assert make.read("clients", other) == other
    assert make.read("projects", project) == project
    assert make.read("contacts", contact) == contact
    assert make.read("invoices", invoice) == invoice


def test_deleting_a_project_deletes_its_bills_and_no_others(api: Api, make: Factory) -> None:
    client = make.client()
    project, other = make.project(client), make.project(client)
    inside = make.published_invoice(client, bill_projectid=project["id"])
    payment = make.payment(inside, 10)
    estimate = make.estimate(client, bill_projectid=project["id"])
    outside = [make.invoice(client), make.invoice(client, bill_projectid=other["id"])]
    delete(api, "projects", project)

    assert is_deleted(api, "invoices", inside)
    assert is_deleted(api, "payments", payment)
    assert is_deleted(api, "estimates", estimate)
    assert [make.read("invoices", invoice) for invoice in outside] == outside
    assert make.read("clients", client) == client


def test_the_email_address_of_a_deleted_contact_can_be_used_again(api: Api, make: Factory) -> None:
    client, address = make.client(), make.email()
    contact = make.contact(client, email=address)
    delete(api, "contacts", contact)

    assert make.contact(client, email=address)["email"] == address


@pytest.mark.assumed
def test_a_client_whose_account_owner_was_deleted_has_none(api: Api, make: Factory) -> None:
    client = make.client()
    delete(api, "contacts", client["owner"])

    assert make.read("clients", client)["owner"] is None


def test_deleting_an_item_does_not_touch_other_items(api: Api, make: Factory) -> None:
    item, other = make.item(), make.item()
    delete(api, "items", item)

    assert make.read("items", other) == other
