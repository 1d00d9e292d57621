"""Rows of lists equal the single records, for invoices, recurring invoices and payments in many states."""

from collections.abc import Callable

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.halo.factories import Factory, Record, assert_same, line

ALL_KINDS = dict.fromkeys(("includeinvoices", "includecredits", "includepoinvoices"), "true")
DETAILS = {
    "reference": "R", "contract_id": 4, "sitenumber": 5, "uid": 6, "billingcategory": 7, "xeroid": "x", "qboid": 8,
    "thirdpartyinvoicenumber": "T", "due_date_type": 2, "due_date_int": 9, "hideinvoice": True, "requires_approval": True,
    "approval_status": 1, "assigned_agent": 12, "purchaseorder_id": 3, "salesorder_id": 2, "reviewrequired": True,
}  # fmt: skip


def _invoices(api: Api, factory: Factory, client: int) -> None:
    """Create invoices of a client in each state, and of each kind."""
    lines = (line(12.345, qty_order=3, discount_perc=10, tax_rate=20), line(5, sequenceid=5))
    _, part, paid, over, voided, credited = (
        factory.invoice(*lines, client_id=client) for _ in range(6)
    )
    for invoice, amount in ((part, 1.5), (paid, paid["total"]), (over, 100)):
        factory.payment(invoice, amount, date="2026-02-10")
    factory.payment(part, 2, status=0)
    api.call("invoice.void", expect=200, invoiceId=voided["id"])
    credit = factory.save("invoice", {"id": credited["id"], "_create_credit_note": True})
    use = {"apply_credit": True, "apply_credit_id": credit["id"], "apply_credit_amount": 4}
    factory.save("invoice", {"id": credited["id"], **use})
    currency = factory.currency(1.25, symbol="K")["id"]
    factory.invoice(*lines, client_id=client, currency_code=currency, typeid=2, **DETAILS)
    factory.invoice(client_id=client, posted=True, datesent="2026-01-05", emailstatus=1)
    template = factory.template(*lines, client_id=client, period=2, nextcreationdate="2026-01-31")
    api.call("recurring_invoice.process", expect=200, body=[template["id"]])


def _templates(api: Api, factory: Factory, client: int) -> None:
    """Create recurring invoices of a client: with and without a timer, after a run, of each kind."""
    monthly = {"period": 2, "startdate": "2026-01-31", "nextcreationdate": "2026-01-31"}
    entry = {"date": "2026-01-16", "quantity": 2}
    row = line(15, qty_order=10, tax_rate=20, prorata_data=[entry])
    _, ran = (factory.template(row, client_id=client, **monthly) for _ in range(2))
    api.call("recurring_invoice.process", expect=200, body=[ran["id"]])
    factory.template(client_id=client, period=None)
    factory.template(row, client_id=client, disabled=True, enddate="2026-05-01", duedate="2026-03-01",
                     typeid=2, **DETAILS)  # fmt: skip


@rule(
    "Every row of {operation} with includelines=true equals the single record in all properties that both have, whatever its state, also after its client is renamed.",
    source="Documented: usehalo.com/swagger, lists and single records",
)
@pytest.mark.parametrize(
    ("operation", "create", "number"),
    [
        ("invoice.search", _invoices, 10),
        ("invoice.lines", _invoices, 10),
        ("recurring_invoice.search", _templates, 4),
    ],
)
def test_rows_equal_their_records_in_every_state(
    api: Api,
    factory: Factory,
    operation: str,
    create: Callable[[Api, Factory, int], None],
    number: int,
) -> None:
    client = factory.client()["id"]
    create(api, factory, client)

    for _ in range(2):
        query = {"client_id": client}
        if operation != "invoice.lines":
            query |= {"includelines": "true", **ALL_KINDS}
        rows = api.call(operation, expect=200, query=query)["invoices"]
        assert len(rows) >= number
        for row in rows:
            single = factory.read(row)
            assert_same(row, single)
            assert row["lines"] or not single["lines"]
        factory.save("client", {"id": client, "name": factory.unique_name("Renamed")})


@rule(
    "Every row of GET /InvoicePayment, and every one of payments in an invoice's details, equals the single payment: pending, failed, refunds and uses of a credit.",
    source="Documented: usehalo.com/swagger, lists and single records",
)
def test_rows_of_payments_equal_the_single_payment(api: Api, factory: Factory) -> None:
    client = factory.client()["id"]
    invoice = factory.invoice(line(100), client_id=client)
    credit = factory.invoice(line(-50), client_id=client, typeid=1)
    bodies: list[Record] = [
        {"amount": 10.25, "date": "2026-02-03T11:20:00", "reference": "R", "method": 3, "module_id": 7},
        {"amount": 20, "status": 0, "intent_id": "pi", "intent_date": "2026-02-04"},
        {"amount": 30, "status": 2, "thirdpartyid": "T"}, {"amount": -5.5, "payment_method_name": "Card"},
    ]  # fmt: skip
    factory.save("invoice_payment", *({"invoice_id": invoice["id"], **body} for body in bodies))
    use = {"apply_credit": True, "apply_credit_id": credit["id"], "apply_credit_amount": 40}
    factory.save("invoice", {"id": invoice["id"], **use})

    rows = api.call("invoice_payment.search", expect=200, query={"client_id": client})["payments"]
    details = factory.read(invoice, includedetails="true")["payments"]

    assert [row["amount"] for row in rows[:4]] == [body["amount"] for body in bodies]
    assert rows[4]["amount"] == 40
    assert {row["id"] for row in details} == {row["id"] for row in rows}
    for row in (*rows, *details):
        assert_same(row, api.call("invoice_payment.get", expect=200, paymentId=row["id"]))
