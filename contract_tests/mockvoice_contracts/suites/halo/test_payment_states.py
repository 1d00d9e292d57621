"""Amounts and dates of an invoice after failed, late and repeated payments, and what credits leave."""

from decimal import Decimal
from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.halo.factories import (
    Factory,
    Record,
    assert_same,
    decimals,
    line,
    money,
)

NEVER = "1900-01-01"  # datepaid of an invoice that is not fully paid


@rule(
    "customer_paid_total is amountpaid and amount_remaining is amountdue after each payment, also in the list.",
    source="Assumed: the properties are documented, the rule is not",
)
@pytest.mark.assumed
def test_the_second_names_of_amounts_follow_each_payment(api: Api, factory: Factory) -> None:
    invoice = factory.invoice(line(100))

    names = ("amountpaid", "customer_paid_total", "amountdue", "amount_remaining")

    def amounts() -> list[dict[str, Decimal]]:
        query = {"client_id": invoice["client_id"]}
        rows = api.call("invoice.search", expect=200, query=query)["invoices"]
        return [
            {name: Decimal(record[name]) for name in names if name in record}
            for record in (factory.read(invoice), rows[0])
        ]

    steps = [amounts()]
    payment = factory.payment(invoice, 40)
    steps.append(amounts())
    factory.save("invoice_payment", {"id": payment["id"], "amount": 70})
    steps.append(amounts())
    factory.payment(invoice, -20)
    steps.append(amounts())
    factory.save("invoice", {"id": invoice["id"], "markaspaid": True})
    steps.append(amounts())

    assert [[single[name] for name in names] for single, _ in steps] == [
        [0, 0, 100, 100],
        [40, 40, 60, 60],
        [70, 70, 30, 30],
        [50, 50, 50, 50],
        [100, 100, 0, 0],
    ]
    for single, row in steps:
        assert row.items() <= single.items()


@rule(
    "A payment with status 2 (failed) counts neither in amountpaid nor in payments_pending, and counts once it is settled.",
    source="Assumed: the codes have no source",
)
@pytest.mark.assumed
def test_a_failed_payment_does_not_count(factory: Factory) -> None:
    invoice = factory.invoice(line(100))

    def state() -> list[Any]:
        record = factory.read(invoice)
        names = ("amountpaid", "amountdue", "paymentstatus", "payments_pending")
        return [*(record[name] for name in names), record["datepaid"][:10]]

    payment = factory.payment(invoice, 100, status=2, date="2026-02-10")
    states = [state()]
    for status in (1, 2, 0):
        factory.save("invoice_payment", {"id": payment["id"], "status": status})
        states.append(state())

    assert states[0][:2] + states[0][3:] == [0, 100, 0, NEVER]
    assert states[1] == [100, 0, 1, 0, "2026-02-10"]
    assert states[2] == [0, 100, 0, 0, NEVER]
    assert states[3] == [0, 100, 0, 1, NEVER]


@rule(
    "datepaid is the date of the last payment that was needed, whatever the order of entry, and follows when a payment is dated anew or the invoice is paid again.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_the_date_paid_follows_the_dates_of_the_payments(api: Api, factory: Factory) -> None:
    invoice = factory.invoice(line(100))

    def date_paid() -> str:
        return str(factory.read(invoice)["datepaid"][:10])

    late = factory.payment(invoice, 60, date="2026-02-10")
    factory.payment(invoice, 40, date="2026-02-01")
    dates = [date_paid()]
    factory.save("invoice_payment", {"id": late["id"], "date": "2026-03-05"})
    dates.append(date_paid())
    api.call("invoice_payment.delete", expect=200, paymentId=late["id"])
    dates.append(date_paid())
    factory.payment(invoice, 60, date="2026-04-01")
    dates.append(date_paid())

    assert dates == ["2026-02-10", "2026-03-05", NEVER, "2026-04-01"]


@rule(
    "credit_outstanding_for_customer adds up the client's credits, without those that are voided, used up or deleted.",
    source="Assumed: the property is documented, the rule is not",
)
@pytest.mark.assumed
def test_the_credit_of_a_client_follows_its_credits(api: Api, factory: Factory) -> None:
    client = factory.client()["id"]
    first, second, third, fourth = (
        factory.invoice(line(-price), client_id=client, invoicetype=1) for price in (50, 30, 20, 10)
    )
    factory.invoice(line(-500), invoicetype=1)  # of another client
    invoice = factory.invoice(line(100), client_id=client)

    def outstanding() -> Decimal:
        record = factory.read(first, includedetails="true")
        return Decimal(record["credit_outstanding_for_customer"])

    amounts = [outstanding()]
    use = {"apply_credit": True, "apply_credit_id": first["id"], "apply_credit_amount": 15}
    factory.save("invoice", {"id": invoice["id"], **use})
    amounts.append(outstanding())
    api.call("invoice.void", expect=200, invoiceId=second["id"])
    amounts.append(outstanding())
    factory.save("invoice", {"id": third["id"], "mark_credit_as_used": True})
    amounts.append(outstanding())
    api.call("invoice.delete", expect=200, invoiceId=fourth["id"])
    amounts.append(outstanding())

    assert amounts == [110, 95, 65, 45, 35]


@rule(
    "A credit note has the currency, rate, discounts and taxes of its invoice, also of a partly paid one, which stays as it is.",
    source="Assumed: the properties are documented, the rule is not",
)
@pytest.mark.assumed
def test_a_credit_note_has_the_currency_and_taxes_of_its_invoice(factory: Factory) -> None:
    currency = factory.currency(1.25)["id"]
    lines = (
        line(12.345, qty_order=10, discount_perc=10, tax_rate=20),
        line(7, qty_order=0.5, tax_rate=5),
    )
    invoice = factory.invoice(*lines, currency_code=currency)
    factory.payment(invoice, 1)
    before = factory.read(invoice)

    credit = factory.save("invoice", {"id": invoice["id"], "_create_credit_note": True})

    assert_same(factory.read(invoice), before)
    names = ("currency_code", "currency_conversion_rate", "client_id")
    assert [credit[name] for name in names] == [invoice[name] for name in names]
    amounts = ("revenue", "tax_total", "total", "amountpaid")
    assert money(credit, *amounts) == [-amount for amount in money(invoice, *amounts)]
    of_line = ("net_amount", "tax_amount")
    negated = [[-amount for amount in money(row, *of_line)] for row in invoice["lines"]]
    assert [money(row, *of_line) for row in credit["lines"]] == negated
    assert money(credit, "credit_total", "credit_used") == [before["total"], Decimal(0)]


@rule(
    "The total of a credit rounds half cents of net and tax away from zero: -1.005 is -1.01, and its tax of 50 % is -0.51.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_half_cents_of_a_credit_are_rounded_away_from_zero(factory: Factory) -> None:
    credit = factory.invoice(line(-1.005, tax_rate=50), invoicetype=1)

    assert money(credit, "revenue", "tax_total", "total") == decimals("-1.01", "-0.51", "-1.52")


def other_records(factory: Factory, invoice: Record) -> list[Record]:
    """Create an invoice, a credit and a template of the client of an invoice."""
    client = invoice["client_id"]
    return [
        factory.invoice(line(5), client_id=client),
        factory.invoice(line(-5), client_id=client, invoicetype=1),
        factory.template(line(5), client_id=client),
    ]


@rule(
    "Payments, new lines, void and DELETE of an invoice leave the other records of its client as they are.",
    source="Documented: usehalo.com/swagger, POST /Invoice",
)
def test_other_records_of_the_client_stay(api: Api, factory: Factory) -> None:
    invoice, voided = factory.invoice(line(100)), factory.invoice(line(1))
    others = other_records(factory, invoice)
    before = [factory.read(record) for record in others]

    payment = factory.payment(invoice, 40)
    factory.save("invoice", {"id": invoice["id"], "lines": [line(3)], "reference": "changed"})
    api.call("invoice_payment.delete", expect=200, paymentId=payment["id"])
    api.call("invoice.delete", expect=200, invoiceId=invoice["id"])
    factory.save("invoice", {"id": voided["id"], "client_id": invoice["client_id"]})
    api.call("invoice.void", expect=200, invoiceId=voided["id"])

    for record, state in zip(others, before, strict=True):
        after = factory.read(record)
        assert_same(after, state)
        assert after["change_seq"] == state["change_seq"]
