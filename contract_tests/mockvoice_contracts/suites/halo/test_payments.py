"""Payments and credit notes, and their effect on invoices."""

from decimal import Decimal
from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.halo.factories import (
    UNKNOWN_ID,
    Factory,
    Record,
    is_exception,
    line,
    money,
)

NEVER = "1900-01-01"  # datepaid of an invoice that is not fully paid


def state(invoice: Record) -> tuple[Decimal, Decimal, int, str]:
    """Return the paid and the due amount, ``paymentstatus`` and the day of ``datepaid``."""
    paid, due = money(invoice, "amountpaid", "amountdue")
    return paid, due, invoice["paymentstatus"], invoice["datepaid"][:10]


@pytest.fixture
def invoice(factory: Factory) -> Record:
    """Create the invoice of the worked example, with a total of 277.33."""
    return factory.invoice(line(40, qty_order=3, tax_rate=20),
                        line(12.345, qty_order=10, discount_perc=10, tax_rate=20))  # fmt: skip


@rule(
    "amountpaid is the sum of the invoice's payments and amountdue is total less amountpaid, also after a payment is deleted.",
    source="Observed: report queries on INVOICEPAYMENT",
)
def test_the_paid_amount_is_the_sum_of_the_payments(
    api: Api, factory: Factory, invoice: Record
) -> None:
    states = [state(factory.read(invoice))[:2]]
    first = factory.payment(invoice, 100)
    states.append(state(factory.read(invoice))[:2])
    second = factory.payment(invoice, 177.33)
    states.append(state(factory.read(invoice))[:2])
    for payment in (first, second):
        api.call("invoice_payment.delete", expect=200, paymentId=payment["id"])
        api.call("invoice_payment.get", expect=404, paymentId=payment["id"])
        states.append(state(factory.read(invoice))[:2])

    total, zero = Decimal("277.33"), Decimal(0)
    assert states == [
        (zero, total),
        (Decimal(100), Decimal("177.33")),
        (total, zero),
        (Decimal("177.33"), Decimal(100)),
        (zero, total),
    ]


@rule(
    "paymentstatus is -1 without payments, 2 part paid, 1 paid and 0 after all are deleted; datepaid is the date of the payment that completes it, else 1900-01-01.",
    source="Assumed: -1 and 0 are observed as unpaid, the other codes and datepaid have no source",
)
@pytest.mark.assumed
def test_the_worked_example_of_payments(api: Api, factory: Factory, invoice: Record) -> None:
    steps = [state(factory.read(invoice))]
    factory.payment(invoice, 100, date="2026-02-01")
    steps.append(state(factory.read(invoice)))
    second = factory.payment(invoice, 177.33, date="2026-02-10")
    steps.append(state(factory.read(invoice)))
    api.call("invoice_payment.delete", expect=200, paymentId=second["id"])
    steps.append(state(factory.read(invoice)))
    first = factory.read(invoice, includedetails="true")["payments"][0]
    api.call("invoice_payment.delete", expect=200, paymentId=first["id"])
    steps.append(state(factory.read(invoice)))

    total, zero = Decimal("277.33"), Decimal(0)
    assert steps == [
        (zero, total, -1, NEVER),
        (Decimal(100), Decimal("177.33"), 2, NEVER),
        (total, zero, 1, "2026-02-10"),
        (Decimal(100), Decimal("177.33"), 2, NEVER),
        (zero, total, 0, NEVER),
    ]


@rule(
    "status_name is Part paid or Paid by the payments; an overpayment is accepted and makes amountdue negative.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_statuses_follow_the_payments(factory: Factory, invoice: Record) -> None:
    factory.payment(invoice, 1)
    part_paid = factory.read(invoice)["status_name"]
    factory.payment(invoice, 400)
    overpaid = factory.read(invoice)

    assert (part_paid, overpaid["status_name"]) == ("Part paid", "Paid")
    assert overpaid["amountdue"] < 0


@rule(
    "paymentstatus is 1 (paid) only if amountdue is 0: with a cent missing it is 2.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_with_a_cent_missing_an_invoice_is_part_paid(factory: Factory, invoice: Record) -> None:
    factory.payment(invoice, 277.32, date="2026-02-01")
    almost_paid = state(factory.read(invoice))
    factory.payment(invoice, 0.01, date="2026-02-10")
    paid = state(factory.read(invoice))

    assert almost_paid == (Decimal("277.32"), Decimal("0.01"), 2, NEVER), (
        "paymentstatus must not be 1 (paid) before amountdue is 0"
    )
    assert paid == (Decimal("277.33"), Decimal(0), 1, "2026-02-10")


@rule(
    "datepaid stays the date of the payment that brought amountdue to 0 if another payment follows.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_an_overpayment_does_not_change_the_date_paid(factory: Factory, invoice: Record) -> None:
    factory.payment(invoice, 277.33, date="2026-02-10")
    factory.payment(invoice, 5, date="2026-02-20")

    assert state(factory.read(invoice))[2:] == (1, "2026-02-10"), (
        "datepaid must stay the day on which amountdue became 0"
    )


@rule(
    "A payment whose invoice_id is changed counts on its new invoice only.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_a_moved_payment_counts_only_on_its_new_invoice(factory: Factory, invoice: Record) -> None:
    other = factory.invoice(line(100))
    payment = factory.payment(invoice, 100, date="2026-02-10")
    factory.save("invoice_payment", {"id": payment["id"], "invoice_id": other["id"]})

    assert state(factory.read(invoice)) == (Decimal(0), Decimal("277.33"), 0, NEVER)
    assert state(factory.read(other)) == (Decimal(100), Decimal(0), 1, "2026-02-10")


@rule(
    "A payment with status 0 counts in payments_pending and not in amountpaid.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_a_pending_payment_is_counted_separately(factory: Factory, invoice: Record) -> None:
    payment = factory.payment(invoice, 50, status=0)
    pending = factory.read(invoice)
    factory.save("invoice_payment", {"id": payment["id"], "status": 1})
    settled = factory.read(invoice)

    assert (pending["payments_pending"], pending["amountpaid"]) == (1, 0)
    assert (settled["payments_pending"], settled["amountpaid"]) == (0, 50)


@rule(
    "A negative payment is accepted as a refund and reduces amountpaid.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_a_refund_is_a_negative_payment(factory: Factory, invoice: Record) -> None:
    factory.payment(invoice, 277.33)
    factory.payment(invoice, -77.33)

    assert state(factory.read(invoice))[:3] == (Decimal(200), Decimal("77.33"), 2)


@rule(
    "POST /InvoicePayment with amount 0, a recurring invoice or an unknown invoice_id is 400 with a text, without amount or invoice_id an exception object, with an unknown id 404.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_an_invalid_payment_is_rejected(factory: Factory, invoice: Record) -> None:
    template = factory.template(line())

    for body in ({"invoice_id": invoice["id"], "amount": 0}, {"invoice_id": UNKNOWN_ID, "amount": 1},
                 {"invoice_id": template["id"], "amount": 1}):  # fmt: skip
        assert isinstance(factory.assert_rejected("invoice_payment.save", body), str)
    for body in ({"amount": 1}, {"invoice_id": invoice["id"]}):
        assert is_exception(factory.assert_rejected("invoice_payment.save", body))
    factory.assert_rejected("invoice_payment.save", {"id": UNKNOWN_ID, "amount": 1}, status=404)


@rule(
    "markaspaid adds one payment of the whole amountdue, with module_id from markaspaidmoduleid.",
    source="Assumed: the properties are documented, the rule is not",
)
@pytest.mark.assumed
def test_mark_as_paid_pays_the_remainder(factory: Factory, invoice: Record) -> None:
    factory.payment(invoice, 100)

    paid = factory.save(
        "invoice", {"id": invoice["id"], "markaspaid": True, "markaspaidmoduleid": 7}
    )

    remainder = factory.read(paid, includedetails="true")["payments"][-1]
    assert (remainder["amount"], remainder["module_id"], paid["amountdue"]) == (
        Decimal("177.33"),
        7,
        0,
    )


@rule(
    "GET /InvoicePayment is filtered by invoice_id, client_id and intent_id.",
    source="Documented: usehalo.com/swagger, GET /InvoicePayment",
)
def test_payments_are_filtered_by_invoice_client_and_intent(
    api: Api, factory: Factory, invoice: Record
) -> None:
    reference = factory.unique_name("ref").replace(" ", "")
    payment_id = factory.payment(invoice, 5, reference=reference, intent_id=reference)["id"]
    other_id = factory.payment(factory.invoice(line()), 5)["id"]

    for query in (
        {"invoice_id": invoice["id"]},
        {"client_id": invoice["client_id"]},
        {"intent_id": reference},
    ):
        assert payment_ids(api, **query) == [payment_id], query
    assert api.call("invoice_payment.get", expect=200, paymentId=other_id)["id"] == other_id
    api.call("invoice_payment.get", expect=404, paymentId=UNKNOWN_ID)


def payment_ids(api: Api, **query: Any) -> list[int]:
    rows = api.call("invoice_payment.search", expect=200, query=query)["payments"]
    return [row["id"] for row in rows]


@rule(
    "GET /InvoicePayment with search finds reference, invoice_invoicenumber, client_name and thirdpartyid, in any case.",
    source="Assumed: the parameter is documented, the searched properties are not",
)
@pytest.mark.assumed
def test_payments_are_searched_by_reference_number_client_and_third_party_id(
    api: Api, factory: Factory
) -> None:
    client = factory.client()
    number, reference, third_party = (factory.unique_name(word) for word in ("No", "Ref", "Third"))
    invoice = factory.invoice(line(), client_id=client["id"], invoicenumber=number)
    payment_id = factory.payment(invoice, 5, reference=reference, thirdpartyid=third_party)["id"]

    for text in (reference.upper(), number.lower(), client["name"][2:], third_party):
        assert payment_ids(api, search=text) == [payment_id], text


@rule(
    "POST /InvoicePayment with an invalid element stores none of its payments.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_all_payments_of_a_body_are_stored_or_none(factory: Factory, invoice: Record) -> None:
    factory.assert_rejected("invoice_payment.save", {"invoice_id": invoice["id"], "amount": 5},
                 {"invoice_id": invoice["id"], "amount": 0})  # fmt: skip

    assert factory.read(invoice)["amountpaid"] == 0
