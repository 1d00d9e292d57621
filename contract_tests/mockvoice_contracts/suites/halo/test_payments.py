"""Payments and their effect on invoices; credits and their use."""

from decimal import Decimal

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.suites.halo.factories import UNKNOWN_ID, Factory, Record, line, money

NEVER = "1900-01-01T00:00:00"


def state(invoice: Record) -> tuple[Decimal, Decimal, int, str]:
    paid, due = money(invoice, "amountpaid", "amountdue")
    return paid, due, invoice["paymentstatus"], invoice["datepaid"][:10]


@pytest.fixture
def invoice(make: Factory) -> Record:
    """Create the invoice of the worked example: 277.33."""
    return make.invoice(line(40, qty_order=3, tax_rate=20),
                        line(12.345, qty_order=10, discount_perc=10, tax_rate=20))  # fmt: skip


def test_the_worked_example_of_payments(api: Api, make: Factory, invoice: Record) -> None:
    steps = [state(make.read(invoice))]
    make.payment(invoice, 100, date="2026-02-01")
    steps.append(state(make.read(invoice)))
    second = make.payment(invoice, 177.33, date="2026-02-10")
    steps.append(state(make.read(invoice)))
    api.call("invoice_payment.delete", expect=200, paymentId=second["id"])
    steps.append(state(make.read(invoice)))
    first = make.read(invoice, includedetails="true")["payments"][0]
    api.call("invoice_payment.delete", expect=200, paymentId=first["id"])
    steps.append(state(make.read(invoice)))

    total, zero = Decimal("277.33"), Decimal(0)
    assert steps == [
        (zero, total, -1, "1900-01-01"),
        (Decimal(100), Decimal("177.33"), 2, "1900-01-01"),
        (total, zero, 1, "2026-02-10"),
        (Decimal(100), Decimal("177.33"), 2, "1900-01-01"),
        (zero, total, 0, "1900-01-01"),
    ]


def test_statuses_follow_the_payments(make: Factory, invoice: Record) -> None:
    make.payment(invoice, 1)
    part_paid = make.read(invoice)["status_name"]
    make.payment(invoice, 400)
    overpaid = make.read(invoice)

    assert (part_paid, overpaid["status_name"]) == ("Part paid", "Paid")
    assert overpaid["amountdue"] < 0


def test_with_a_cent_missing_an_invoice_is_part_paid(make: Factory, invoice: Record) -> None:
    make.payment(invoice, 277.32, date="2026-02-01")
    almost_paid = state(make.read(invoice))
    make.payment(invoice, 0.01, date="2026-02-10")
    paid = state(make.read(invoice))

    assert almost_paid == (Decimal("277.32"), Decimal("0.01"), 2, "1900-01-01"), (
        "paymentstatus 1, paid, needs amountdue 0"
    )
    assert paid == (Decimal("277.33"), Decimal(0), 1, "2026-02-10")


def test_an_overpayment_does_not_change_the_date_paid(make: Factory, invoice: Record) -> None:
    make.payment(invoice, 277.33, date="2026-02-10")
    make.payment(invoice, 5, date="2026-02-20")

    assert state(make.read(invoice))[2:] == (1, "2026-02-10"), "datepaid is the day it was closed"


def test_a_moved_payment_counts_only_on_its_new_invoice(make: Factory, invoice: Record) -> None:
    other = make.invoice(line(100))
    payment = make.payment(invoice, 100, date="2026-02-10")
    make.save("invoice_payment", {"id": payment["id"], "invoice_id": other["id"]})

    assert state(make.read(invoice)) == (Decimal(0), Decimal("277.33"), 0, "1900-01-01")
    assert state(make.read(other)) == (Decimal(100), Decimal(0), 1, "2026-02-10")


def test_a_pending_payment_is_counted_separately(make: Factory, invoice: Record) -> None:
    payment = make.payment(invoice, 50, status=0)
    pending = make.read(invoice)
    make.save("invoice_payment", {"id": payment["id"], "status": 1})
    settled = make.read(invoice)

    assert (pending["payments_pending"], pending["amountpaid"]) == (1, 0)
    assert (settled["payments_pending"], settled["amountpaid"]) == (0, 50)


def test_a_refund_is_a_negative_payment(make: Factory, invoice: Record) -> None:
    make.payment(invoice, 277.33)
    make.payment(invoice, -77.33)

    assert state(make.read(invoice))[:3] == (Decimal(200), Decimal("77.33"), 2)


def test_an_invalid_payment_is_rejected(make: Factory, invoice: Record) -> None:
    template = make.template(line())

    for body in ({"invoice_id": invoice["id"], "amount": 0}, {"invoice_id": UNKNOWN_ID, "amount": 1},
                 {"invoice_id": template["id"], "amount": 1}):  # fmt: skip
        assert isinstance(make.rejected("invoice_payment.save", body), str)
    for body in ({"amount": 1}, {"invoice_id": invoice["id"]}):
        error = make.rejected("invoice_payment.save", body)
        assert error["Message"].startswith("A database error occurred (515)")
    make.rejected("invoice_payment.save", {"id": UNKNOWN_ID, "amount": 1}, status=404)


def test_mark_as_paid_pays_the_remainder(make: Factory, invoice: Record) -> None:
    make.payment(invoice, 100)

    paid = make.save("invoice", {"id": invoice["id"], "markaspaid": True, "markaspaidmoduleid": 7})

    rest = make.read(paid, includedetails="true")["payments"][-1]
    assert (rest["amount"], rest["module_id"], paid["amountdue"]) == (Decimal("177.33"), 7, 0)


def test_payments_are_filtered_by_invoice_client_intent_and_text(
    api: Api, make: Factory, invoice: Record
) -> None:
    reference = make.name("ref").replace(" ", "")
    payment_id = make.payment(invoice, 5, reference=reference, intent_id=reference)["id"]
    other_id = make.payment(make.invoice(line()), 5)["id"]

    for query in ({"invoice_id": invoice["id"]}, {"client_id": invoice["client_id"]}, {"intent_id": reference},
                  {"search": reference.upper()}):  # fmt: skip
        rows = api.call("invoice_payment.search", expect=200, query=query)["payments"]
        assert [row["id"] for row in rows] == [payment_id], query
    assert api.call("invoice_payment.get", expect=200, paymentId=other_id)["id"] == other_id
    api.call("invoice_payment.get", expect=404, paymentId=UNKNOWN_ID)


def test_all_payments_of_a_body_are_stored_or_none(make: Factory, invoice: Record) -> None:
    make.rejected("invoice_payment.save", {"invoice_id": invoice["id"], "amount": 5},
                 {"invoice_id": invoice["id"], "amount": 0})  # fmt: skip

    assert make.read(invoice)["amountpaid"] == 0


def test_a_credit_note_negates_its_invoice_and_pays_another(make: Factory, invoice: Record) -> None:
    credit = make.save("invoice", {"id": invoice["id"], "_create_credit_note": True})
    other = make.invoice(line(100), client_id=invoice["client_id"])

    paid = make.save("invoice", {"id": other["id"], "apply_credit": True, "apply_credit_id": credit["id"],
                                 "apply_credit_amount": 60})  # fmt: skip
    after = make.read(credit, includedetails="true")

    assert (credit["invoicetype"], credit["creditlinkedtoinvoiceid"]) == (1, invoice["id"])
    assert credit["total"] == -invoice["total"]
    assert [row["creditlinkedidid"] for row in credit["lines"]] == [
        row["id"] for row in invoice["lines"]
    ]
    assert (paid["amountdue"], paid["paymentstatus"]) == (40, 2)
    assert (after["credit_used"], after["credit_outstanding"]) == (60, Decimal("217.33"))
    assert after["credit_outstanding_for_customer"] == after["credit_outstanding"]
    assert after["credit_note_allocations"][0]["halo_invoice_id"] == other["id"]


def test_a_credit_applies_at_most_what_either_side_has_left(make: Factory) -> None:
    client = make.client()["id"]
    credit = make.invoice(line(-50), client_id=client, invoicetype=1)
    invoice = make.invoice(line(30), client_id=client)
    use = {"id": invoice["id"], "apply_credit": True, "apply_credit_id": credit["id"]}

    assert isinstance(make.rejected("invoice.save", use | {"apply_credit_amount": 51}), str)
    assert isinstance(make.rejected("invoice.save", use | {"apply_credit_amount": 31}), str)
    used = make.save("invoice", {"id": credit["id"], "mark_credit_as_used": True})
    assert (used["credit_total"], used["credit_outstanding"]) == (50, 0)
    assert isinstance(make.rejected("invoice.save", use | {"apply_credit_amount": 1}), str)


def test_a_credit_pays_only_invoices_of_its_own_client(make: Factory) -> None:
    credit = make.invoice(line(-50), client_id=make.client()["id"], invoicetype=1)
    invoice = make.invoice(line(100))
    use = {"id": invoice["id"], "apply_credit": True, "apply_credit_id": credit["id"]}

    assert isinstance(make.rejected("invoice.save", use | {"apply_credit_amount": 10}), str)
    assert make.read(invoice) == invoice
