"""Invoices and quotations with a total of zero: nothing to pay, and yet never paid."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.optiflow.factories import Factory, Record, id_parameter
from mockvoice_contracts.suites.optiflow.same_records import check_same

FREE_LINES: dict[str, list[Record]] = {
    "price": [{"unit_price": 0}],
    "discount_rate": [{"discount_rate": 100}],
    "discount_amount": [{"quantity": 2, "discount_amount": 200}, {"unit_price": 0}],
    "less than half a cent": [{"quantity": "0.01", "unit_price": "0.49"}],
}
STATUSES = ("pending_payment", "partially_paid", "paid")


def check_free(invoice: Record) -> None:
    """Check that an invoice has a total of zero, no payments, and waits for payment."""
    assert invoice["status"] == "pending_payment"
    amounts = [invoice[name] for name in ("total_amount", "amount_paid", "amount_due")]
    assert amounts == ["0.00"] * 3
    assert invoice["payments"] == []


def statuses_found(api: Api, invoice: Record) -> list[str]:
    """Return the statuses whose filter finds the only invoice of a contact."""
    found = []
    for status in STATUSES:
        query = {"filter[status]": status, "filter[contact_id]": invoice["contact_id"]}
        rows = api.call("invoices.search", expect=200, query=query)["data"]
        assert all(row["status"] == status for row in rows)
        found += [status for row in rows if row["id"] == invoice["id"]]
    return found


@rule(
    "A new invoice with a total of 0 by its {kind} is pending_payment in the record, the list and its filters, and its quotation is converted.",
    source="Observed: github.com/luisscruza/optiflow, app/Models/Invoice.php",
)
@pytest.mark.parametrize("kind", FREE_LINES)
def test_a_free_invoice_waits_for_payment(api: Api, factory: Factory, kind: str) -> None:
    contact = factory.contact()
    quotation = factory.quotation()
    fields = {"contact_id": contact["id"], "quotation_id": quotation["id"]}
    invoice = factory.invoice(*FREE_LINES[kind], **fields)

    check_free(invoice)
    check_same(factory.read("invoices", invoice), invoice)
    query = {"filter[contact_id]": contact["id"]}
    (row,) = api.call("invoices.search", expect=200, query=query)["data"]
    assert (row["status"], row["total_amount"], row["amount_due"]) == (
        "pending_payment", "0.00", "0.00",
    )  # fmt: skip
    assert statuses_found(api, invoice) == ["pending_payment"]
    assert factory.read("quotations", quotation)["status"] == "converted"


@rule(
    "A payment of 0.01 of an invoice with a total of 0 gets 422 on amount, and changes neither the invoice nor the account; one of 0 gets 422 as well.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/CreatePaymentAction.php",
)
def test_a_free_invoice_accepts_no_payment(factory: Factory) -> None:
    account, invoice = factory.bank_account(), factory.invoice({"unit_price": 0})
    for amount in ("0.01", 0):
        body = factory.payment_body(invoice, amount, bank_account_id=account["id"])
        assert factory.error_fields("payments.create", body) == ["amount"]
        of_invoice = {name: value for name, value in body.items() if name != "invoice_id"}
        errors = factory.error_fields(
            "payments.create_for_invoice", of_invoice, **id_parameter("invoices", invoice)
        )
        assert errors == ["amount"]

    check_same(factory.read("invoices", invoice), invoice)
    assert factory.read("bank_accounts", account)["balance"] == "0.00"


@rule(
    "register_payment with a payment_amount of 0.01 for a total of 0 gets 422 on payment_amount, and uses no number; one of 0 leaves the invoice pending_payment.",
    source="Assumed: the fields are the source's; the API page does not name them",
)
@pytest.mark.assumed
def test_a_free_invoice_cannot_be_paid_at_creation(factory: Factory) -> None:
    series = factory.series()
    fields = {
        "register_payment": True, "payment_method": "cash", "document_subtype_id": series["id"],
        "payment_bank_account_id": factory.shared_account["id"],
    }  # fmt: skip
    body = factory.invoice_body({"unit_price": 0}, **fields, payment_amount="0.01")

    assert factory.error_fields("invoices.create", body) == ["payment_amount"]
    assert factory.read("document_subtypes", series)["next_number"] == 1
    check_free(factory.create("invoices.create", {**body, "payment_amount": 0}))


@rule(
    "An update to a total of 0 leaves an invoice pending_payment and editable; an update from 0 makes it payable, and a payment of the whole total paid.",
    source="Observed: github.com/luisscruza/optiflow, app/Models/Invoice.php and app/Actions/UpdateInvoiceAction.php",
)
def test_an_update_to_nothing_does_not_pay_an_invoice(api: Api, factory: Factory) -> None:
    invoice = factory.invoice(contact_id=factory.contact()["id"])
    line_id = invoice["items"][0]["id"]
    path_params = id_parameter("invoices", invoice)
    free = factory.update("invoices", invoice, items=[{"id": line_id, "discount_rate": 100}])
    noted = factory.update("invoices", invoice, notes="Cortesía")
    found = statuses_found(api, invoice)
    body = factory.payment_body(invoice, "0.01")
    rejected = factory.error_fields("payments.create", body)
    priced = factory.update(
        "invoices", invoice, items=[{"id": line_id, "discount_rate": 0, "unit_price": 30}]
    )
    factory.payment(invoice, 30)

    check_free(free)
    check_free(noted)
    assert (found, rejected) == (["pending_payment"], ["amount"])
    assert [priced[name] for name in ("status", "total_amount", "amount_due")] == [
        "pending_payment", "30.00", "30.00",
    ]  # fmt: skip
    assert factory.read("invoices", invoice)["status"] == "paid"
    assert statuses_found(api, invoice) == ["paid"]
    nothing = {"items": [{"id": line_id, "unit_price": 0}]}
    assert factory.error_fields("invoices.update", nothing, **path_params) == ["error"]


@rule(
    "An invoice that becomes free after its payments were voided is pending_payment, and can be deleted.",
    source="Observed: github.com/luisscruza/optiflow, app/Models/Invoice.php",
)
def test_a_voided_payment_leaves_a_free_invoice_unpaid(api: Api, factory: Factory) -> None:
    product = factory.product(5)
    invoice = factory.invoice({"product_id": product["id"], "quantity": 2})
    payment = factory.payment(invoice, 200)
    api.call("payments.delete", expect=204, **id_parameter("payments", payment))
    items = [{"id": invoice["items"][0]["id"], "unit_price": 0}]
    free = factory.update("invoices", invoice, items=items)

    check_free(free)
    assert factory.stock(product) == 3
    api.call("invoices.delete", expect=204, **id_parameter("invoices", invoice))
    assert factory.stock(product) == 5


@rule(
    "A free invoice takes stock like others, and returns it once it is cancelled.",
    source="Assumed: the documentation names no way to cancel an invoice",
)
@pytest.mark.assumed
def test_a_free_invoice_can_be_cancelled(factory: Factory) -> None:
    product = factory.product(5)
    invoice = factory.invoice({"product_id": product["id"], "quantity": 2, "unit_price": 0})
    taken = factory.stock(product)
    cancelled = factory.update("invoices", invoice, status="cancelled")

    assert (taken, factory.stock(product)) == (3, 5)
    assert (cancelled["status"], cancelled["amount_due"]) == ("cancelled", "0.00")


@rule(
    "A quotation with a total of 0 by its {kind} is a draft, keeps its status in updates to and from 0, and its conversion makes an invoice that is pending_payment.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/quotations",
)
@pytest.mark.parametrize("kind", FREE_LINES)
def test_a_free_quotation_is_converted(factory: Factory, kind: str) -> None:
    quotation = factory.quotation(*FREE_LINES[kind])
    priced = factory.update("quotations", quotation, items=[factory.line()])
    free = factory.update(
        "quotations", quotation, items=[factory.line(**line) for line in FREE_LINES[kind]]
    )
    body = {"document_subtype_id": factory.invoice_series_id}
    path_params = id_parameter("quotations", quotation)
    invoice = factory.create("quotations.convert", body, **path_params)

    seen = [(row["status"], row["total_amount"]) for row in (quotation, priced, free)]
    assert seen == [("draft", "0.00"), ("draft", "100.00"), ("draft", "0.00")]
    check_free(invoice)
    check_same(factory.read("invoices", invoice), invoice)
    assert factory.read("quotations", quotation)["status"] == "converted"
