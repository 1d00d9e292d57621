"""markaspaid and apply_credit together with other values, and payments that are changed to the bounds."""

from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.halo.factories import Factory, Record, decimals, line, money

NEVER = "1900-01-01"


def payments(factory: Factory, invoice: Record) -> list[Record]:
    rows: list[Record] = factory.read(invoice, includedetails="true")["payments"]
    return rows


@rule(
    "markaspaid pays what is due after the lines of the same request: of a new invoice, and with lines or add_lines of an update.",
    source="Assumed: the properties are documented, the rule is not",
)
@pytest.mark.assumed
def test_mark_as_paid_pays_the_new_total(factory: Factory) -> None:
    created = factory.invoice(line(10.05, tax_rate=20), markaspaid=True)
    extended, replaced = factory.invoice(line(10)), factory.invoice(line(10))
    factory.save("invoice", {"id": extended["id"], "markaspaid": True, "add_lines": [line(5)]})
    factory.save("invoice", {"id": replaced["id"], "markaspaid": True, "lines": [line(3)]})

    records = [factory.read(one) for one in (created, extended, replaced)]
    assert [money(record, "amountpaid", "amountdue") for record in records] == [
        decimals("12.06", "0"), decimals("15", "0"), decimals("3", "0")]  # fmt: skip
    assert [record["paymentstatus"] for record in records] == [1, 1, 1]
    assert [record["datepaid"][:10] > NEVER for record in records] == [True, True, True]
    assert [[row["amount"] for row in payments(factory, record)] for record in records] == [
        decimals("12.06"), decimals("15"), decimals("3")]  # fmt: skip


@rule(
    "markaspaid adds no payment to an invoice that has nothing due, and markaspaid false none at all.",
    source="Assumed: the properties are documented, the rule is not",
)
@pytest.mark.assumed
def test_mark_as_paid_needs_an_amount(factory: Factory) -> None:
    paid, free, unmarked = (
        factory.invoice(line(10)),
        factory.invoice(line(0)),
        factory.invoice(line(10)),
    )
    factory.payment(paid, 10, date="2026-02-10")
    for record, mark in ((paid, True), (free, True), (unmarked, False)):
        factory.save("invoice", {"id": record["id"], "markaspaid": mark})

    counts = [len(payments(factory, record)) for record in (paid, free, unmarked)]
    assert counts == [1, 0, 0]
    assert factory.read(paid)["datepaid"][:10] == "2026-02-10"
    assert factory.read(unmarked)["paymentstatus"] == -1


@rule(
    "With apply_credit and markaspaid in one request, the credit pays its amount and one payment the rest.",
    source="Assumed: the properties are documented, the rule is not",
)
@pytest.mark.assumed
def test_a_credit_and_a_payment_share_an_invoice(factory: Factory) -> None:
    client = factory.client()["id"]
    credit = factory.invoice(line(-30), client_id=client, typeid=1)
    invoice = factory.invoice(line(100), client_id=client)
    use = {"apply_credit": True, "apply_credit_id": credit["id"], "apply_credit_amount": 30}
    paid = factory.save("invoice", {"id": invoice["id"], "markaspaid": True, **use})
    rows = payments(factory, invoice)

    assert money(paid, "amountpaid", "amountdue") == decimals("100", "0")
    by_credit = {row.get("credit_note_id", 0): row["amount"] for row in rows}
    assert (len(rows), by_credit) == (2, {credit["id"]: 30, 0: 70})
    after = factory.read(credit)
    assert (after["credit_used"], after["credit_outstanding"]) == (30, 0)


@rule(
    "A credit pays exactly what is left of it, or exactly what is due, and one cent more is 400.",
    source="Assumed: the properties are documented, the rule is not",
)
@pytest.mark.assumed
@pytest.mark.parametrize(("available", "due"), [(50, 80), (80, 50)])
def test_a_credit_is_used_to_the_cent(factory: Factory, available: int, due: int) -> None:
    client = factory.client()["id"]
    credit = factory.invoice(line(-available), client_id=client, typeid=1)
    invoice = factory.invoice(line(due), client_id=client)
    use = {"id": invoice["id"], "apply_credit": True, "apply_credit_id": credit["id"]}

    error = factory.assert_rejected("invoice.save", use | {"apply_credit_amount": 50.01})
    paid = factory.save("invoice", use | {"apply_credit_amount": 50})

    assert isinstance(error, str)
    assert (paid["amountpaid"], paid["amountdue"]) == (50, due - 50)
    assert factory.read(credit)["credit_outstanding"] == available - 50


@rule(
    "Pending payments are counted in payments_pending until they are settled, failed or deleted; markaspaid pays the whole amount beside them.",
    source="Assumed: the codes have no source",
)
@pytest.mark.assumed
def test_pending_payments_are_counted(api: Api, factory: Factory) -> None:
    invoice = factory.invoice(line(100))
    first, second, third = (factory.payment(invoice, 10, status=0) for _ in range(3))
    states = []

    def step() -> None:
        record = factory.read(invoice)
        states.append([record[name] for name in ("payments_pending", "amountpaid", "amountdue")])

    step()
    factory.save("invoice_payment", {"id": first["id"], "status": 1})
    step()
    factory.save("invoice_payment", {"id": second["id"], "status": 2})
    step()
    api.call("invoice_payment.delete", expect=200, paymentId=third["id"])
    step()
    factory.payment(invoice, 5, status=0)
    factory.save("invoice", {"id": invoice["id"], "markaspaid": True})
    step()

    assert states == [[3, 0, 100], [2, 10, 90], [1, 10, 90], [0, 10, 90], [1, 100, 0]]


@rule(
    "A refund of all that was paid opens the invoice again: amountpaid 0, paymentstatus 0, no datepaid.",
    source="Assumed: the codes of paymentstatus have no source",
)
@pytest.mark.assumed
def test_a_whole_refund_opens_the_invoice(factory: Factory) -> None:
    invoice = factory.invoice(line(100))
    factory.payment(invoice, 100, date="2026-02-10")
    factory.payment(invoice, -100, date="2026-02-20")
    after = factory.read(invoice)

    assert money(after, "amountpaid", "amountdue") == decimals("0", "100")
    assert (after["paymentstatus"], after["datepaid"][:10]) == (0, NEVER)


@rule(
    "status, type, method and module_id of a payment have their defaults if they are missing or null, and its date is now.",
    source="Assumed: the codes have no source",
)
@pytest.mark.assumed
def test_a_payment_has_defaults(factory: Factory) -> None:
    invoice = factory.invoice(line(100))
    names: dict[str, Any] = {"status": 1, "type": 0, "method": 0, "module_id": 0}
    plain = factory.payment(invoice, 1)
    nulls = factory.payment(invoice, 1, date=None, **dict.fromkeys(names))
    sent = factory.payment(invoice, 1, date="2026-02-03", status=2, type=1, method=3, module_id=7)
    reset = factory.save(
        "invoice_payment", {"id": sent["id"], "date": None, **dict.fromkeys(names)}
    )

    for row in (plain, nulls, reset):
        assert {name: row[name] for name in names} == names
        assert row["date"][:10] >= plain["date"][:10]
    assert factory.read(invoice)["amountpaid"] == 3
