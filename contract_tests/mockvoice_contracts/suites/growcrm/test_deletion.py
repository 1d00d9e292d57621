"""What goes with a record that is deleted, and what stays."""

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
    answer: Record = api.call(DELETE[kind], expect=200, **id_parameter(kind, record))
    return answer


def gone(api: Api, kind: str, record: Record) -> bool:
    """Whether the record is not found any more; anything but 404 fails."""
    api.call(f"{kind}.get", expect=404, **id_parameter(kind, record))
    return True


def ids(api: Api, kind: str, **query: object) -> list[int]:
    return [row["id"] for row in api.call(f"{kind}.search", expect=200, query=query)["data"]]


@pytest.mark.parametrize("kind", DELETE)
def test_a_deleted_record_answers_with_its_id_and_is_not_found_again(
    api: Api, make: Factory, kind: str
) -> None:
    record = make.record(kind)
    answer = delete(api, kind, record)

    assert answer["data"] == {"id": record["id"]}
    assert gone(api, kind, record)
    api.call(DELETE[kind], expect=404, **id_parameter(kind, record))


@pytest.mark.parametrize("kind", DELETE)
def test_what_is_not_there_cannot_be_deleted(api: Api, kind: str) -> None:
    assert api.call(DELETE[kind], expect=404, **{ID_PARAMETERS[kind]: UNKNOWN_ID})["message"]


@pytest.mark.assumed
@pytest.mark.parametrize("kind", DELETE)
def test_an_id_is_not_given_again(api: Api, make: Factory, kind: str) -> None:
    first = make.record(kind)
    delete(api, kind, first)

    assert make.record(kind)["id"] > first["id"]


@pytest.mark.parametrize("status", [2, 5, 20])
def test_an_invoice_of_any_status_is_deleted(api: Api, make: Factory, status: int) -> None:
    invoice = make.published_invoice()
    api.call("invoices.set_status", expect=200, invoiceId=invoice["id"], body={"status": status})
    delete(api, "invoices", invoice)

    assert gone(api, "invoices", invoice)


def test_an_invoice_takes_its_payments_along_and_no_others(api: Api, make: Factory) -> None:
    client = make.client()
    invoice, other = make.published_invoice(client), make.published_invoice(client)
    payment, kept = make.payment(invoice, 10), make.payment(other, 10)
    delete(api, "invoices", invoice)

    assert gone(api, "payments", payment)
    assert ids(api, "payments", client_id=client["id"]) == [kept["id"]]
    assert make.read("invoices", other) == other


@pytest.mark.assumed
def test_an_invoice_takes_the_refunds_of_its_payments_along(api: Api, make: Factory) -> None:
    invoice = make.published_invoice()
    refund = make.refund(make.payment(invoice, 10))
    delete(api, "invoices", invoice)

    assert gone(api, "refunds", refund)


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
def test_the_invoice_of_a_deleted_estimate_stays(api: Api, make: Factory) -> None:
    estimate = make.estimate(items=[line()])
    invoice = api.call("estimates.convert_to_invoice", expect=201, estimateId=estimate["id"])[
        "data"
    ]
    delete(api, "estimates", estimate)

    assert make.read("invoices", invoice) == invoice


def test_a_client_takes_everything_of_its_own_along(api: Api, make: Factory) -> None:
    client = make.client()
    project = make.project(client)
    invoice = make.published_invoice(client)
    payment = make.payment(invoice, 10)
    doomed = {
        "contacts": [make.contact(client), {"id": client["owner"]["id"]}],
        "projects": [project],
        "invoices": [invoice, make.invoice(client, bill_projectid=project["id"])],
        "estimates": [make.estimate(client)],
        "refunds": [make.refund(payment)],
        "payments": [payment],
    }
    delete(api, "clients", client)

    assert all(gone(api, kind, record) for kind, records in doomed.items() for record in records)
    for kind in doomed:
        assert ids(api, kind, client_id=client["id"]) == []


def test_other_clients_keep_what_is_theirs(api: Api, make: Factory) -> None:
    doomed, other = make.client(), make.client()
    project, contact = make.project(other), make.contact(other)
    invoice = make.published_invoice(other, bill_projectid=project["id"])
    make.published_invoice(doomed)
    delete(api, "clients", doomed)

    assert make.read("clients", other) == other
    assert make.read("projects", project) == project
    assert make.read("contacts", contact) == contact
    assert make.read("invoices", invoice) == invoice


def test_a_project_takes_its_bills_along_and_leaves_those_of_others(
    api: Api, make: Factory
) -> None:
    client = make.client()
    project, other = make.project(client), make.project(client)
    inside = make.published_invoice(client, bill_projectid=project["id"])
    payment = make.payment(inside, 10)
    estimate = make.estimate(client, bill_projectid=project["id"])
    outside = [make.invoice(client), make.invoice(client, bill_projectid=other["id"])]
    delete(api, "projects", project)

    assert gone(api, "invoices", inside)
    assert gone(api, "payments", payment)
    assert gone(api, "estimates", estimate)
    assert [make.read("invoices", each) for each in outside] == outside
    assert make.read("clients", client) == client


def test_the_address_of_a_deleted_contact_may_be_used_again(api: Api, make: Factory) -> None:
    client, address = make.client(), make.email()
    contact = make.contact(client, email=address)
    delete(api, "contacts", contact)

    assert make.contact(client, email=address)["email"] == address


@pytest.mark.assumed
def test_a_client_whose_account_owner_was_deleted_has_none(api: Api, make: Factory) -> None:
    client = make.client()
    delete(api, "contacts", client["owner"])

    assert make.read("clients", client)["owner"] is None


def test_a_catalogue_item_goes_alone(api: Api, make: Factory) -> None:
    item, other = make.item(), make.item()
    delete(api, "items", item)

    assert make.read("items", other) == other
