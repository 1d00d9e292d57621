"""Templates, their timers and runs, pro rata entries and one-time lines."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.suites.halo.factories import NO_RECORD, Factory, Record, line


def run(api: Api, template: Record) -> Record:
    made: list[Record] = api.call("recurring_invoice.process", expect=200, body=[template["id"]])
    return made[0]


def test_the_worked_run(api: Api, make: Factory) -> None:
    template = make.template(line(25, qty_order=4, tax_rate=20), period=2, startdate="2026-01-31",
                             nextcreationdate="2026-01-31")  # fmt: skip

    made = run(api, template)
    after = make.read(template)
    following = [run(api, template)["invoice_date"][:10] for _ in range(2)]

    assert (made["invoice_date"], made["total"], made["recurring_invoice_id"]) == (
        "2026-01-31T00:00:00",
        120,
        template["id"],
    )
    assert (made["is_recurring_invoice"], made["id"] > 0) == (False, True)
    assert made["lines"][0]["recurring_invoice_line_id"] == template["lines"][0]["id"]
    assert (made["period_start_date"][:10], made["period_end_date"][:10]) == (
        "2026-01-31",
        "2026-02-27",
    )
    assert (after["lastcreated"][:10], after["nextcreationdate"][:10]) == (
        "2026-01-31",
        "2026-02-28",
    )
    assert (after["most_recent_invoice_id"], after["paymentstatus"], after["amountdue"]) == (
        made["id"],
        -1,
        0,
    )
    assert following == ["2026-02-28", "2026-03-31"]


@pytest.mark.parametrize(
    ("period", "following"),
    [(1, "2026-02-07"), (2, "2026-02-28"), (3, "2027-01-31"), (4, "2026-04-30"), (5, "2026-07-31"),
     (6, "2031-01-31"), (7, "2029-01-31"), (8, "2028-01-31"), (9, "2030-01-31")],
)  # fmt: skip
def test_each_period_leads_to_its_next_run(
    api: Api, make: Factory, period: int, following: str
) -> None:
    template = make.template(period=period, nextcreationdate="2026-01-31", startdate="2026-01-31")
    run(api, template)

    assert make.read(template)["nextcreationdate"][:10] == following


def test_period_0_runs_once(api: Api, make: Factory) -> None:
    template = make.template(period=0, nextcreationdate="2026-01-31")
    run(api, template)

    assert "nextcreationdate" not in make.read(template)


def test_lines_that_are_not_alive_are_left_out(api: Api, make: Factory) -> None:
    template = make.template(
        line(1), line(2, isinactive=True), line(4, startdate="2026-02-01"), line(8, enddate="2026-01-30"),
        line(16, startdate="2026-01-31", enddate="2026-01-31"), line(32, onetimecharge=True),
        period=2, nextcreationdate="2026-01-31",
    )  # fmt: skip

    first, second = run(api, template), run(api, template)

    assert (first["total"], second["total"]) == (49, 5)
    assert make.read(template)["lines"][5]["onetimechargeinvoiceid"] == first["id"]


def test_the_worked_pro_rata_entry(api: Api, make: Factory) -> None:
    template = make.template(period=2, startdate="2026-02-01", nextcreationdate="2026-02-01")
    entry = {"date": "2026-01-16", "quantity": 2, "shortdescription": "Two more seats"}
    seats = line(15, qty_order=10, ihid=template["id"], prorata_data=[entry])

    added = api.call("recurring_invoice.add_lines", expect=200, body=[seats])
    first, second = run(api, template), run(api, template)
    billed = api.call("invoice_detail_pro_rata.search", expect=200, query={"line_id": added["id"]})[
        "prorata"
    ][0]

    assert added["prorata_data"][0]["unitprice"] == Decimal("7.74")
    assert (first["total"], [each["qty_order"] for each in first["lines"]]) == (
        Decimal("165.48"),
        [10, 2],
    )
    assert second["total"] == 180
    assert (billed["isinvoiced"], billed["invoice_id"]) == (True, first["id"])
    for query in (
        {"invoice_id": first["id"]},
        {"recurring_invoice_id": template["id"]},
        {"client_id": template["client_id"]},
    ):
        found = api.call("invoice_detail_pro_rata.search", expect=200, query=query)["prorata"]
        assert [each["id"] for each in found] == [billed["id"]], query


def test_an_automatic_quantity_does_not_grow(api: Api, make: Factory) -> None:
    seats = line(10, qty_order=3, recurring_invoice_quantity_type=1, prorata_next_invoice=True, prorata_quantity=2,
                 prorata_unit_price=4)  # fmt: skip
    template = make.template(seats, period=2, nextcreationdate="2099-01-01")

    first, second = run(api, template), run(api, template)

    assert (first["total"], second["total"]) == (38, 30)


def test_prices_of_items_reach_templates_when_they_are_told_to(make: Factory) -> None:
    item = make.item(baseprice=5, isrecurringitem=True, recurringprice=4)
    template = make.template({"_itemid": item["id"]})

    make.save("item", {"id": item["id"], "recurringprice": 6})
    kept = make.read(template)["total"]
    make.save(
        "item", {"id": item["id"], "recurringprice": 7, "update_recurring_invoice_price": True}
    )

    assert (template["total"], kept, make.read(template)["total"]) == (4, 4, 7)


def test_timers_are_set_by_the_template_too(api: Api, make: Factory) -> None:
    template = make.template()

    timer = make.save(
        "template", {"id": template["schedule_id"], "period": 1, "nextcreationdate": "2026-05-01"}
    )
    listed = api.call("template.search", expect=200)["stdrequests"]

    assert make.read(template)["schedule"] == timer
    assert timer in listed
    make.refused("template.save", {"id": NO_RECORD}, status=404)


def test_runs_are_made_for_all_ids_or_none(api: Api, make: Factory) -> None:
    first, second = make.template(line(1)), make.template(line(2))
    bill = make.invoice()

    made = api.call("recurring_invoice.process", expect=200, body=[first["id"], second["id"]])

    assert [each["total"] for each in made] == [1, 2]
    for bad in (-NO_RECORD, bill["id"]):
        assert isinstance(make.refused("recurring_invoice.process", first["id"], bad), str)
    assert isinstance(api.call("recurring_invoice.process", expect=400, body=[]), str)
    assert len(make.listed(first["client_id"])) == 1


def test_invoices_outlive_their_template(api: Api, make: Factory) -> None:
    template = make.template(line())
    made = run(api, template)

    api.call("recurring_invoice.delete", expect=200, recurringInvoiceId=template["id"])

    api.call("recurring_invoice.get", expect=404, recurringInvoiceId=template["id"])
    assert make.read(made)["recurring_invoice_id"] == template["id"]
    assert isinstance(make.refused("client.delete", clientId=template["client_id"]), str)


@pytest.mark.needs("clock")
def test_the_clock_makes_the_runs_that_lay_ahead(make: Factory, clock: Any) -> None:
    tomorrow = (clock.now().astimezone(UTC) + timedelta(days=1)).date().isoformat()
    weekly = make.template(line(3), period=1, nextcreationdate=tomorrow)
    paused = make.template(line(3), period=1, nextcreationdate=tomorrow, disabled=True)
    waiting = make.template(line(3), period=1, nextcreationdate="2020-01-01")

    clock.advance(days=16)

    dates = [
        make.read({"id": each})["invoice_date"]
        for each in make.listed(weekly["client_id"], order="id")
    ]
    first = datetime.fromisoformat(tomorrow)
    assert dates == [(first + timedelta(days=7 * week)).isoformat() for week in range(3)]
    assert make.listed(paused["client_id"]) == []
    assert make.listed(waiting["client_id"]) == []
    assert make.listed(
        waiting["client_id"], "recurring_invoice.search", ready_for_invoicing="true"
    ) == [waiting["id"]]
