"""Pro rata entries of the lines of recurring invoices."""

from decimal import Decimal

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.halo.factories import Factory, Record, line


def run(api: Api, template: Record) -> Record:
    invoices: list[Record] = api.call(
        "recurring_invoice.process", expect=200, body=[template["id"]]
    )
    return invoices[0]


@rule(
    "A prorata_data entry of a line is a separate line of the next invoice; then the entry is gone and its quantity is added to the line.",
    source="Documented: usehalo.com/guide/pro-rata-pro-rating-on-recurring-invoices",
)
def test_a_pro_rata_entry_is_billed_once_and_raises_the_quantity(
    api: Api, factory: Factory
) -> None:
    entry = {"date": "2026-01-16", "quantity": 2, "unitprice": 7}
    template = factory.template(line(15, qty_order=10, prorata_data=[entry]), period=2,
                                startdate="2026-02-01", nextcreationdate="2026-02-01")  # fmt: skip

    first = run(api, template)
    after = factory.read(template)
    second = run(api, template)

    assert [(row["qty_order"], row["unit_price"]) for row in first["lines"]] == [(10, 15), (2, 7)]
    assert after["lines"][0]["qty_order"] == 12
    assert not after["lines"][0].get("prorata_data")
    assert [(row["qty_order"], row["unit_price"]) for row in second["lines"]] == [(12, 15)]


@rule(
    "A prorata_data entry without unitprice costs the line's unit_price for the days left in the period; after billing, GET /InvoiceDetailProRata has it with isinvoiced true and invoice_id.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_the_worked_example_of_a_pro_rata_entry(api: Api, factory: Factory) -> None:
    template = factory.template(period=2, startdate="2026-02-01", nextcreationdate="2026-02-01")
    entry = {"date": "2026-01-16", "quantity": 2, "shortdescription": "Two more seats"}
    seats = line(15, qty_order=10, ihid=template["id"], prorata_data=[entry])

    added = api.call("recurring_invoice.add_lines", expect=200, body=[seats])
    first, second = run(api, template), run(api, template)
    entries = api.call(
        "invoice_detail_pro_rata.search", expect=200, query={"line_id": added["id"]}
    )["prorata"]

    assert added["prorata_data"][0]["unitprice"] == Decimal("7.74")
    assert (first["total"], [row["qty_order"] for row in first["lines"]]) == (
        Decimal("165.48"),
        [10, 2],
    )
    assert second["total"] == 180
    assert [(row["isinvoiced"], row["invoice_id"]) for row in entries] == [(True, first["id"])]
    for query in (
        {"invoice_id": first["id"]},
        {"recurring_invoice_id": template["id"]},
        {"client_id": template["client_id"]},
    ):
        rows = api.call("invoice_detail_pro_rata.search", expect=200, query=query)["prorata"]
        assert [row["id"] for row in rows] == [entries[0]["id"]], query


@rule(
    "On a line with an automatic quantity, a pro rata entry is billed and the quantity stays.",
    source="Documented: usehalo.com/guide/pro-rata-pro-rating-on-recurring-invoices",
)
def test_an_automatic_quantity_does_not_grow(api: Api, factory: Factory) -> None:
    seats = line(10, qty_order=3, recurring_invoice_quantity_type=1, prorata_next_invoice=True, prorata_quantity=2,
                 prorata_unit_price=4)  # fmt: skip
    template = factory.template(seats, period=2, nextcreationdate="2099-01-01")

    first, second = run(api, template), run(api, template)

    assert (first["total"], second["total"]) == (38, 30)


@rule(
    "A pro rata entry with the date of the run is billed by it; one of the next day is isfuturepr and waits.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_an_entry_of_the_day_of_the_run_is_billed(api: Api, factory: Factory) -> None:
    entries = [{"date": f"2026-02-0{day}", "quantity": day, "unitprice": 7} for day in (1, 2)]
    template = factory.template(line(15, qty_order=10, prorata_data=entries), period=2,
                                startdate="2026-02-01", nextcreationdate="2026-02-01")  # fmt: skip

    before = template["lines"][0]["prorata_data"]
    invoice = run(api, template)
    after = factory.read(template)["lines"][0]

    assert [row["isfuturepr"] for row in before] == [False, True]
    assert [row["qty_order"] for row in invoice["lines"]] == [10, 1]
    assert [row["quantity"] for row in after["prorata_data"]] == [2]
    assert after["qty_order"] == 11
