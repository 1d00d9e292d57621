"""What the invoices of runs take from their recurring invoice, and what both keep afterwards."""

from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.halo.factories import Factory, Record, assert_same, line, money

MONTHLY = {"period": 2, "startdate": "2026-02-01", "nextcreationdate": "2026-02-01"}


def run(api: Api, template: Record) -> Record:
    invoices: list[Record] = api.call(
        "recurring_invoice.process", expect=200, body=[template["id"]]
    )
    return invoices[0]


@rule(
    "The invoice of a run has quantity, price, discount, cost, text, nominal code, tax and order of the recurring invoice's lines, its currency and its amounts.",
    source="Assumed: the reference names only some properties of the new invoice",
)
@pytest.mark.assumed
def test_an_invoice_of_a_run_has_the_lines_of_its_template(api: Api, factory: Factory) -> None:
    currency = factory.currency(1.25)["id"]
    lines = (
        line(12.345, qty_order=10, discount_perc=10, tax_rate=20, unit_cost=3, sequenceid=20),
        line(999, isgroupdesc=True, item_shortdescription="Heading", sequenceid=5),
        line(7, qty_order=0.5, tax_rate=5, nominal_code="4000", sequenceid=10),
    )
    template = factory.template(*lines, currency_code=currency, **MONTHLY)
    invoice = factory.read(run(api, template))

    names = ("item_shortdescription", "qty_order", "unit_price", "discount_perc", "unit_cost", "tax_rate",
             "nominal_code", "net_amount", "tax_amount", "isgroupdesc")  # fmt: skip
    assert [[row.get(name) for name in names] for row in invoice["lines"]] == [
        [row.get(name) for name in names] for row in template["lines"]
    ]
    assert invoice["currency_code"] == currency
    amounts = ("revenue", "tax_total", "total")
    assert money(invoice, *amounts) == money(template, *amounts)
    assert (invoice["amountdue"], invoice["paymentstatus"]) == (invoice["total"], -1)


@rule(
    "A run changes only the timer and most_recent_invoice_id of its recurring invoice, and no other recurring invoice.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_a_run_keeps_its_template_and_others(api: Api, factory: Factory) -> None:
    client = factory.client()["id"]
    template, other = (
        factory.template(line(5, tax_rate=20), client_id=client, reference="R", **MONTHLY)
        for _ in range(2)
    )
    run(api, template)
    after = factory.read(template)

    assert_same(factory.read(other), other)
    assert_same(after["lines"][0], template["lines"][0])
    names = ("reference", "total", "client_id", "startdate", "period", "schedule_id")
    assert [after[name] for name in names] == [template[name] for name in names]


@rule(
    "An invoice of a run and its recurring invoice are independent: a change, payment or deletion of one leaves the other as it is.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_a_template_and_its_invoice_change_independently(api: Api, factory: Factory) -> None:
    template = factory.template(line(5, tax_rate=20), **MONTHLY)
    first, second = run(api, template), run(api, template)
    invoices = [factory.read(invoice) for invoice in (first, second)]
    body = [{"id": template["lines"][0]["id"], "unit_price": 9}]
    api.call("recurring_invoice.update_lines", expect=200, body=body)
    factory.save("recurring_invoice", {"id": template["id"], "reference": "later"})
    for invoice in invoices:
        assert_same(factory.read(invoice), invoice)

    before = factory.read(template)
    factory.payment(first, 6)
    factory.save("invoice", {"id": second["id"], "lines": [line(1)]})
    api.call("invoice.delete", expect=200, invoiceId=second["id"])
    after = factory.read(template)

    assert (before["total"], before["lines"][0]["unit_price"]) == (after["total"], 9)
    assert_same(after, before)
    assert (after["paymentstatus"], after["amountdue"]) == (-1, 0)


@rule(
    "GET /InvoiceDetailProRata with {name} lists the entries of this record only, before and after they are billed.",
    source="Assumed: the reference names no parameters",
)
@pytest.mark.assumed
@pytest.mark.parametrize("name", ["recurring_invoice_id", "client_id", "line_id"])
def test_pro_rata_entries_are_filtered(api: Api, factory: Factory, name: str) -> None:
    entry = {"date": "2026-01-16", "quantity": 2, "unitprice": 7}
    template, other = (
        factory.template(line(15, prorata_data=[entry]), **MONTHLY) for _ in range(2)
    )
    value = {
        "recurring_invoice_id": template["id"],
        "client_id": template["client_id"],
        "line_id": template["lines"][0]["id"],
    }[name]

    def entries() -> list[tuple[Any, ...]]:
        query = {name: value}
        rows = api.call("invoice_detail_pro_rata.search", expect=200, query=query)["prorata"]
        return [(row["invoicedetailid"], bool(row.get("isinvoiced"))) for row in rows]

    line_id = template["lines"][0]["id"]
    before = entries()
    run(api, template)
    run(api, other)

    assert (before, entries()) == ([(line_id, False)], [(line_id, True)])


@rule(
    "GET /Expense with {name} lists the expenses of this {name} only.",
    source="Assumed: the reference names no parameters",
)
@pytest.mark.assumed
@pytest.mark.parametrize(
    ("name", "field"),
    [("client_id", "client_id"), ("agent_id", "agent_id"), ("ticket_id", "fault_id")],
)
def test_expenses_are_filtered_by_each_parameter_alone(
    api: Api, factory: Factory, name: str, field: str
) -> None:
    clients = [factory.client()["id"] for _ in range(2)]
    # The ids of clients are unique, so they serve as ids of agents and tickets too.
    numbers = clients if name == "client_id" else [1_000_000 + client for client in clients]
    own, _ = (factory.save("expense", {"amount": 5, field: number})["id"] for number in numbers)

    query = {name: numbers[0]}
    rows = api.call("expense.search", expect=200, query=query)["data"]

    assert [row["id"] for row in rows] == [own]
