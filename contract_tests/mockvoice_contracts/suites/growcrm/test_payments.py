"""Payments: creation, updates and deletion, and the status of their invoice."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.growcrm.factories import DUE, PAID, UNKNOWN_ID, Factory, Record
from mockvoice_contracts.suites.growcrm.messages import check_errors, unknown


def status_of(factory: Factory, invoice: Record) -> int:
    status: int = factory.read("invoices", invoice)["status"]["id"]
    return status


@rule(
    "`client` and `project_id` of a payment are those of its invoice.",
    source="Documented: docs-api.growcrm.io/payments",
)
def test_client_and_project_of_a_payment_come_from_its_invoice(factory: Factory) -> None:
    client = factory.client()
    project = factory.project(client)
    invoice = factory.published_invoice(client, bill_projectid=project["id"])
    payment = factory.payment(invoice, 25)

    assert payment["client"] == {"id": client["id"], "name": client["company_name"]}
    assert payment["project_id"] == project["id"]
    assert payment["invoice"]["id"] == invoice["id"]


@rule(
    "POST /payments returns the fields that were sent, `status` `paid`, no refund and no tags, and GET the same.",
    source="Documented: docs-api.growcrm.io/payments",
)
def test_a_new_payment_has_the_fields_that_were_sent(factory: Factory) -> None:
    payment = factory.payment(
        factory.published_invoice(),
        1234.5,
        payment_date="2026-01-31",
        payment_gateway="stripe",
        payment_transaction_id="ch_1",
        payment_notes="First part",
    )

    assert (payment["status"], payment["amount"], payment["date"]) == (
        "paid",
        "1234.50",
        "2026-01-31",
    )
    assert payment["dates"]["date"] == "2026-01-31"
    assert (payment["gateway"], payment["transaction_id"], payment["notes"]) == (
        "stripe",
        "ch_1",
        "First part",
    )
    assert payment["creator_id"] == 1
    assert payment["refund"] == {
        "has_refund": False,
        "id": None,
        "amount": None,
        "date": None,
        "notes": None,
    }
    assert payment["tags"] == []
    assert factory.read("payments", payment) == payment


@rule(
    "`gateway` of a payment created without `payment_gateway` is `bank`.",
    source="Documented: docs-api.growcrm.io/payments",
)
def test_the_default_gateway_is_bank(factory: Factory) -> None:
    payment = factory.payment(factory.published_invoice())

    assert (payment["gateway"], payment["transaction_id"], payment["notes"]) == ("bank", None, None)


@rule(
    "`invoice.formatted_id` is `INV-` and the invoice's id with six digits.",
    source="Assumed: the page shows four digits, the CRM core six",
)
@pytest.mark.assumed
def test_the_invoice_number_has_a_prefix_and_six_digits(factory: Factory) -> None:
    invoice = factory.published_invoice()

    assert factory.payment(invoice)["invoice"]["formatted_id"] == f"INV-{invoice['id']:06d}"


@rule(
    "`payment_amount` {amount} is stored as {stored}.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize(
    ("amount", "stored"), [(10.005, "10.01"), ("0.015", "0.02"), (99.994999, "99.99")]
)
def test_an_amount_is_rounded_to_the_cent(factory: Factory, amount: float, stored: str) -> None:
    assert factory.payment(factory.published_invoice(), amount)["amount"] == stored


@rule(
    "`payment_amount` {amount} gets 422 with an error for it.",
    source="Documented: docs-api.growcrm.io/payments",
)
@pytest.mark.parametrize("amount", [0, -1, "0", "0.00", "", None, "ten", [1]])
def test_an_amount_must_be_above_zero(api: Api, factory: Factory, amount: object) -> None:
    invoice = factory.published_invoice()
    body = {
        "payment_invoiceid": invoice["id"],
        "payment_amount": amount,
        "payment_date": factory.day(),
    }
    response = api.call("payments.create", expect=422, body=body)

    assert list(response["errors"]) == ["payment_amount"]


@rule(
    "POST /payments with a `payment_invoiceid` that does not exist gets 422 with an error for it.",
    source="Documented: docs-api.growcrm.io/payments",
)
def test_an_unknown_invoice_cannot_be_paid(api: Api, factory: Factory) -> None:
    body = {"payment_invoiceid": UNKNOWN_ID, "payment_amount": 1, "payment_date": factory.day()}
    response = api.call("payments.create", expect=422, body=body)

    check_errors(api, response, unknown("payment_invoiceid"))


@rule(
    "An invoice with status {status} accepts a payment.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
@pytest.mark.parametrize("status", [2, 3, 4, 5, 20])
def test_an_invoice_of_any_status_can_be_paid(api: Api, factory: Factory, status: int) -> None:
    invoice = factory.invoice()
    api.call("invoices.set_status", expect=200, invoiceId=invoice["id"], body={"status": status})

    assert factory.payment(invoice, 5)["status"] == "paid"


@rule(
    "PATCH of a payment changes amount, date, gateway, transaction id and notes, and GET returns the new values.",
    source="Documented: docs-api.growcrm.io/payments",
)
def test_an_update_changes_amount_date_and_texts(api: Api, factory: Factory) -> None:
    payment = factory.payment(factory.published_invoice(), 10)
    body = {
        "payment_amount": 20,
        "payment_date": factory.day(-3),
        "payment_gateway": "cash",
        "payment_transaction_id": "77",
        "payment_notes": "Counted",
    }
    updated = api.call("payments.update", expect=200, paymentId=payment["id"], body=body)["data"]

    assert (updated["amount"], updated["date"], updated["gateway"]) == (
        "20.00",
        factory.day(-3),
        "cash",
    )
    assert (updated["transaction_id"], updated["notes"]) == ("77", "Counted")
    assert factory.read("payments", payment) == updated


@rule(
    "PATCH of a payment keeps texts that are left out; null clears them, and the gateway becomes `bank`.",
    source="Assumed: the reference marks absent fields of an update as a choice",
)
@pytest.mark.assumed
def test_an_update_keeps_texts_left_out_and_null_clears_them(api: Api, factory: Factory) -> None:
    payment = factory.payment(
        factory.published_invoice(), payment_transaction_id="77", payment_notes="Note"
    )
    body = {"payment_amount": 100, "payment_date": payment["date"]}
    path = {"paymentId": payment["id"]}
    unchanged = api.call("payments.update", expect=200, body=body, **path)["data"]
    nulls = {"payment_transaction_id": None, "payment_notes": "", "payment_gateway": None}
    cleared = api.call("payments.update", expect=200, body={**body, **nulls}, **path)["data"]

    assert unchanged == payment
    assert (cleared["transaction_id"], cleared["notes"]) == (None, None)
    assert cleared["gateway"] == "bank"


@rule(
    "PATCH of a payment ignores `payment_invoiceid`.",
    source="Documented: docs-api.growcrm.io/payments",
)
def test_a_payment_cannot_move_to_another_invoice(api: Api, factory: Factory) -> None:
    payment, other = factory.payment(factory.published_invoice()), factory.published_invoice()
    body = {"payment_amount": 1, "payment_date": factory.day(), "payment_invoiceid": other["id"]}
    updated = api.call("payments.update", expect=200, paymentId=payment["id"], body=body)["data"]

    assert updated["invoice"] == payment["invoice"]


@rule(
    "PATCH of a payment without `{missing}` gets 422 with an error for it, and changes nothing.",
    source="Documented: docs-api.growcrm.io/payments",
)
@pytest.mark.parametrize("missing", ["payment_amount", "payment_date"])
def test_an_update_requires_amount_and_date(api: Api, factory: Factory, missing: str) -> None:
    payment = factory.payment(factory.published_invoice())
    body = {"payment_amount": 1, "payment_date": factory.day()}
    del body[missing]
    response = api.call("payments.update", expect=422, paymentId=payment["id"], body=body)

    assert list(response["errors"]) == [missing]
    assert factory.read("payments", payment) == payment


@rule(
    "PATCH of `payment_amount` refreshes the invoice of 100.00: 100 makes it Paid (5), 99.99 Due (2) again.",
    source="Documented: docs-api.growcrm.io/payments",
)
def test_an_update_can_make_the_invoice_paid_and_due_again(api: Api, factory: Factory) -> None:
    invoice = factory.published_invoice(amount=100)
    payment = factory.payment(invoice, 50)
    statuses = []
    for amount in (100, 99.99):
        body = {"payment_amount": amount, "payment_date": factory.day()}
        api.call("payments.update", expect=200, paymentId=payment["id"], body=body)
        statuses.append(status_of(factory, invoice))

    assert statuses == [PAID, DUE]


@rule(
    "DELETE of the payment of a Paid invoice makes it Due (2) again.",
    source="Documented: docs-api.growcrm.io/payments",
)
def test_a_deleted_payment_no_longer_counts(api: Api, factory: Factory) -> None:
    invoice = factory.published_invoice(amount=100)
    payment = factory.payment(invoice, 100)
    assert status_of(factory, invoice) == PAID
    api.call("payments.delete", expect=200, paymentId=payment["id"])

    assert status_of(factory, invoice) == DUE


@rule("DELETE of a payment deletes its refund.", source="Documented: docs-api.growcrm.io/payments")
def test_deleting_a_payment_deletes_its_refund(api: Api, factory: Factory) -> None:
    payment = factory.payment(factory.published_invoice())
    refund = factory.refund(payment)
    api.call("payments.delete", expect=200, paymentId=payment["id"])

    api.call("refunds.get", expect=404, refundId=refund["id"])


@rule(
    "A payment of 200 on an invoice of 100 does not pay another invoice of the client.",
    source="Observed: the CRM core 3.2, Abdulkaderr/factuuren",
)
def test_payments_of_one_invoice_do_not_count_for_another(factory: Factory) -> None:
    client = factory.client()
    paid, unpaid = (
        factory.published_invoice(client, amount=100),
        factory.published_invoice(client, amount=100),
    )
    factory.payment(paid, 200)

    assert [status_of(factory, invoice) for invoice in (paid, unpaid)] == [PAID, DUE]


@rule(
    "A payment id that does not exist gets 404, here {operation}.",
    source="Documented: docs-api.growcrm.io/payments",
)
@pytest.mark.parametrize("operation", ["payments.get", "payments.undo_refund"])
def test_an_unknown_payment_is_not_found(api: Api, operation: str) -> None:
    assert api.call(operation, expect=404, paymentId=UNKNOWN_ID)["message"]


@rule(
    "PATCH of a payment id that does not exist gets 404.",
    source="Documented: docs-api.growcrm.io/payments",
)
def test_an_unknown_payment_cannot_be_changed(api: Api, factory: Factory) -> None:
    body = {"payment_amount": 1, "payment_date": factory.day()}

    assert api.call("payments.update", expect=404, paymentId=UNKNOWN_ID, body=body)["message"]
