"""Voiding and deleting invoices, and what stands in the way."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.halo.factories import Factory, line


@rule(
    "Voiding an invoice sets voided to true and returns the invoice.",
    source="Documented: usehalo.com/swagger, POST /Invoice/id/void",
)
def test_void_marks_the_invoice_as_voided(api: Api, factory: Factory) -> None:
    invoice = factory.invoice(line(5))

    voided = api.call("invoice.void", expect=200, invoiceId=invoice["id"])

    assert (invoice["voided"], voided["voided"], factory.read(invoice)["voided"]) == (
        False,
        True,
        True,
    )


@rule(
    "A voided invoice stays in lists with amountdue 0, matches no unpaid paymentstatuses, and accepts no lines and no payments; voiding it again changes nothing.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_a_voided_invoice_stays_readable_with_nothing_due(api: Api, factory: Factory) -> None:
    invoice = factory.invoice(line(5))

    voided = api.call("invoice.void", expect=200, invoiceId=invoice["id"])
    again = api.call("invoice.void", expect=200, invoiceId=invoice["id"])

    assert (voided["voided"], voided["amountdue"], voided["total"], voided["status_name"]) == (
        True,
        0,
        5,
        "Voided",
    )
    assert again["change_seq"] == voided["change_seq"]
    assert factory.list_ids(invoice["client_id"]) == [invoice["id"]]
    assert factory.list_ids(invoice["client_id"], paymentstatuses="-1,0") == []
    assert isinstance(factory.assert_rejected("invoice.update_lines", {"ihid": invoice["id"]}), str)
    assert isinstance(
        factory.assert_rejected("invoice.save", {"id": invoice["id"], "lines": []}), str
    )
    assert isinstance(
        factory.assert_rejected("invoice_payment.save", {"invoice_id": invoice["id"], "amount": 1}),
        str,
    )


@rule(
    "An invoice with payments cannot be voided or deleted: 400 with a text.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_an_invoice_with_payments_cannot_be_voided_or_deleted(factory: Factory) -> None:
    invoice = factory.invoice(line(5))
    factory.payment(invoice, 1)

    assert isinstance(factory.assert_rejected("invoice.void", invoiceId=invoice["id"]), str)
    assert isinstance(factory.assert_rejected("invoice.delete", invoiceId=invoice["id"]), str)


@rule(
    "A posted invoice is deleted only with bypass_accounts_sync=true.",
    source="Assumed: the parameter is documented, the rule is not",
)
@pytest.mark.assumed
def test_a_posted_invoice_is_deleted_only_with_bypass(api: Api, factory: Factory) -> None:
    invoice = factory.invoice(posted=True)

    assert "dateposted" in invoice
    assert isinstance(factory.assert_rejected("invoice.delete", invoiceId=invoice["id"]), str)
    api.call(
        "invoice.delete",
        expect=200,
        invoiceId=invoice["id"],
        query={"bypass_accounts_sync": "true"},
    )
    api.call("invoice.get", expect=404, invoiceId=invoice["id"])
    api.call("invoice.delete", expect=404, invoiceId=invoice["id"])


@rule(
    "An expense that a line names by expense_id has the invoice's id in ihid, and 0 after the invoice is deleted.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_a_billed_expense_has_the_id_of_its_invoice(api: Api, factory: Factory) -> None:
    client = factory.client()["id"]
    expense = factory.save(
        "expense", {"amount": 5, "client_id": client, "agent_id": 12, "fault_id": 7}
    )
    invoice = factory.invoice(line(5, expense_id=expense["id"]), client_id=client)

    def billed_invoice_id() -> int:
        rows = api.call(
            "expense.search",
            expect=200,
            query={"client_id": client, "agent_id": 12, "ticket_id": 7, "count": 1},
        )
        return int(rows["data"][0].get("ihid", 0))

    billed = billed_invoice_id()
    api.call("invoice.delete", expect=200, invoiceId=invoice["id"])

    assert (billed, billed_invoice_id()) == (invoice["id"], 0)
