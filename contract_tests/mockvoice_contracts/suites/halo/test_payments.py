"""Payments and what they make of an invoice; credits and their use."""

from decimal import Decimal

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.suites.halo.factories import NO_RECORD, Factory, Record, line, money

NEVER = "1900-01-01T00:00:00"


def state(invoice: Record) -> tuple[Decimal, Decimal, int, str]:
    paid, due = money(invoice, "amountpaid", "amountdue")
    return paid, due, invoice["paymentstatus"], invoice["datepaid"][:10]


@pytest.fixture
def bill(make: Factory) -> Record:
    """The worked example: 277.33."""
    return make.invoice(line(40, qty_order=3, tax_rate=20),
                        line(12.345, qty_order=10, discount_perc=10, tax_rate=20))  # fmt: skip


def test_the_worked_life_of_an_invoice(api: Api, make: Factory, bill: Record) -> None:
    steps = [state(make.read(bill))]
    make.payment(bill, 100, date="2026-02-01")
    steps.append(state(make.read(bill)))
    second = make.payment(bill, 177.33, date="2026-02-10")
    steps.append(state(make.read(bill)))
    api.call("invoice_payment.delete", expect=200, paymentId=second["id"])
    steps.append(state(make.read(bill)))
    first = make.read(bill, includedetails="true")["payments"][0]
    api.call("invoice_payment.delete", expect=200, paymentId=first["id"])
    steps.append(state(make.read(bill)))

    whole, none = Decimal("277.33"), Decimal(0)
    assert steps == [
        (none, whole, -1, "1900-01-01"),
        (Decimal(100), Decimal("177.33"), 2, "1900-01-01"),
        (whole, none, 1, "2026-02-10"),
        (Decimal(100), Decimal("177.33"), 2, "1900-01-01"),
        (none, whole, 0, "1900-01-01"),
    ]


def test_statuses_follow_the_payments(make: Factory, bill: Record) -> None:
    make.payment(bill, 1)
    part = make.read(bill)["status_name"]
    make.payment(bill, 400)
    over = make.read(bill)

    assert (part, over["status_name"]) == ("Part paid", "Paid")
    assert over["amountdue"] < 0


def test_with_a_cent_missing_an_invoice_is_part_paid(make: Factory, bill: Record) -> None:
    make.payment(bill, 277.32, date="2026-02-01")
    short = state(make.read(bill))
    make.payment(bill, 0.01, date="2026-02-10")
    whole = state(make.read(bill))

    assert short == (Decimal("277.32"), Decimal("0.01"), 2, "1900-01-01"), (
        "paymentstatus 1, paid, needs amountdue 0"
    )
    assert whole == (Decimal("277.33"), Decimal(0), 1, "2026-02-10")


def test_what_is_paid_beyond_the_total_leaves_the_date_of_the_closing_payment(
    make: Factory, bill: Record
) -> None:
    make.payment(bill, 277.33, date="2026-02-10")
    make.payment(bill, 5, date="2026-02-20")

    assert state(make.read(bill))[2:] == (1, "2026-02-10"), "datepaid is the day it was closed"


def test_a_payment_that_moves_pays_the_new_invoice_alone(make: Factory, bill: Record) -> None:
    other = make.invoice(line(100))
    payment = make.payment(bill, 100, date="2026-02-10")
    make.save("invoice_payment", {"id": payment["id"], "invoice_id": other["id"]})

    assert state(make.read(bill)) == (Decimal(0), Decimal("277.33"), 0, "1900-01-01")
    assert state(make.read(other)) == (Decimal(100), Decimal(0), 1, "2026-02-10")


def test_a_pending_payment_counts_by_itself(make: Factory, bill: Record) -> None:
    payment = make.payment(bill, 50, status=0)
    pending = make.read(bill)
    make.save("invoice_payment", {"id": payment["id"], "status": 1})
    settled = make.read(bill)

    assert (pending["payments_pending"], pending["amountpaid"]) == (1, 0)
    assert (settled["payments_pending"], settled["amountpaid"]) == (0, 50)


def test_a_refund_is_a_negative_payment(make: Factory, bill: Record) -> None:
    make.payment(bill, 277.33)
    make.payment(bill, -77.33)

    assert state(make.read(bill))[:3] == (Decimal(200), Decimal("77.33"), 2)


def test_what_cannot_be_paid_is_refused(make: Factory, bill: Record) -> None:
    template = make.template(line())

    for body in ({"invoice_id": bill["id"], "amount": 0}, {"invoice_id": NO_RECORD, "amount": 1},
                 {"invoice_id": template["id"], "amount": 1}):  # fmt: skip
        assert isinstance(make.refused("invoice_payment.save", body), str)
    for body in ({"amount": 1}, {"invoice_id": bill["id"]}):
        said = make.refused("invoice_payment.save", body)
        assert said["Message"].startswith("A database error occurred (515)")
    make.refused("invoice_payment.save", {"id": NO_RECORD, "amount": 1}, status=404)


def test_mark_as_paid_pays_the_rest(make: Factory, bill: Record) -> None:
    make.payment(bill, 100)

    paid = make.save("invoice", {"id": bill["id"], "markaspaid": True, "markaspaidmoduleid": 7})

    rest = make.read(paid, includedetails="true")["payments"][-1]
    assert (rest["amount"], rest["module_id"], paid["amountdue"]) == (Decimal("177.33"), 7, 0)


def test_payments_are_found_by_what_they_are(api: Api, make: Factory, bill: Record) -> None:
    word = make.name("ref").replace(" ", "")
    made = make.payment(bill, 5, reference=word, intent_id=word)["id"]
    other = make.payment(make.invoice(line()), 5)["id"]

    for query in ({"invoice_id": bill["id"]}, {"client_id": bill["client_id"]}, {"intent_id": word},
                  {"search": word.upper()}):  # fmt: skip
        found = api.call("invoice_payment.search", expect=200, query=query)["payments"]
        assert [row["id"] for row in found] == [made], query
    assert api.call("invoice_payment.get", expect=200, paymentId=other)["id"] == other
    api.call("invoice_payment.get", expect=404, paymentId=NO_RECORD)


def test_all_payments_of_a_body_are_stored_or_none(make: Factory, bill: Record) -> None:
    make.refused("invoice_payment.save", {"invoice_id": bill["id"], "amount": 5},
                 {"invoice_id": bill["id"], "amount": 0})  # fmt: skip

    assert make.read(bill)["amountpaid"] == 0


def test_a_credit_note_negates_its_invoice_and_pays_another(make: Factory, bill: Record) -> None:
    credit = make.save("invoice", {"id": bill["id"], "_create_credit_note": True})
    other = make.invoice(line(100), client_id=bill["client_id"])

    paid = make.save("invoice", {"id": other["id"], "apply_credit": True, "apply_credit_id": credit["id"],
                                 "apply_credit_amount": 60})  # fmt: skip
    after = make.read(credit, includedetails="true")

    assert (credit["invoicetype"], credit["creditlinkedtoinvoiceid"]) == (1, bill["id"])
    assert credit["total"] == -bill["total"]
    assert [each["creditlinkedidid"] for each in credit["lines"]] == [
        each["id"] for each in bill["lines"]
    ]
    assert (paid["amountdue"], paid["paymentstatus"]) == (40, 2)
    assert (after["credit_used"], after["credit_outstanding"]) == (60, Decimal("217.33"))
    assert after["credit_outstanding_for_customer"] == after["credit_outstanding"]
    assert after["credit_note_allocations"][0]["halo_invoice_id"] == other["id"]


def test_a_credit_gives_no_more_than_either_side_has(make: Factory) -> None:
    client = make.client()["id"]
    credit = make.invoice(line(-50), client_id=client, invoicetype=1)
    bill = make.invoice(line(30), client_id=client)
    use = {"id": bill["id"], "apply_credit": True, "apply_credit_id": credit["id"]}

    assert isinstance(make.refused("invoice.save", use | {"apply_credit_amount": 51}), str)
    assert isinstance(make.refused("invoice.save", use | {"apply_credit_amount": 31}), str)
    used = make.save("invoice", {"id": credit["id"], "mark_credit_as_used": True})
    assert (used["credit_total"], used["credit_outstanding"]) == (50, 0)
    assert isinstance(make.refused("invoice.save", use | {"apply_credit_amount": 1}), str)


def test_a_credit_pays_invoices_of_its_own_client_only(make: Factory) -> None:
    credit = make.invoice(line(-50), client_id=make.client()["id"], invoicetype=1)
    bill = make.invoice(line(100))
    use = {"id": bill["id"], "apply_credit": True, "apply_credit_id": credit["id"]}

    assert isinstance(make.refused("invoice.save", use | {"apply_credit_amount": 10}), str)
    assert make.read(bill) == bill
