"""Recurring invoice templates: timers, runs, pro rata entries and one-time lines."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.halo.factories import UNKNOWN_ID, Factory, Record, line


def run(api: Api, template: Record) -> Record:
    invoices: list[Record] = api.call(
        "recurring_invoice.process", expect=200, body=[template["id"]]
    )
    return invoices[0]


@rule(
    "POST /RecurringInvoice/process creates an invoice with a positive id, is_recurring_invoice false and recurring_invoice_id of the recurring invoice, also on its lines.",
    source="Observed: report queries on INVOICEHEADER and INVOICEDETAIL",
)
def test_process_creates_an_invoice_from_the_template(api: Api, factory: Factory) -> None:
    template = factory.template(line(25, qty_order=4), nextcreationdate="2026-01-31")

    invoice = factory.read(run(api, template))

    assert invoice["id"] > 0
    assert (invoice["client_id"], invoice["total"]) == (template["client_id"], 100)
    assert (invoice["is_recurring_invoice"], invoice["recurring_invoice_id"]) == (
        False,
        template["id"],
    )
    assert [row["recurring_invoice_id"] for row in invoice["lines"]] == [template["id"]]


@rule(
    "process dates the invoice on nextcreationdate, bills the period up to the day before the next run, and moves nextcreationdate on from the day of startdate: 31 January, 28 February, 31 March.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_the_worked_example_of_a_run(api: Api, factory: Factory) -> None:
    template = factory.template(line(25, qty_order=4, tax_rate=20), period=2, startdate="2026-01-31",
                             nextcreationdate="2026-01-31")  # fmt: skip

    invoice = run(api, template)
    after = factory.read(template)
    next_dates = [run(api, template)["invoice_date"][:10] for _ in range(2)]

    assert (invoice["invoice_date"][:10], invoice["total"]) == ("2026-01-31", 120)
    assert invoice["lines"][0]["recurring_invoice_line_id"] == template["lines"][0]["id"]
    assert (invoice["period_start_date"][:10], invoice["period_end_date"][:10]) == (
        "2026-01-31",
        "2026-02-27",
    )
    assert (after["lastcreated"][:10], after["nextcreationdate"][:10]) == (
        "2026-01-31",
        "2026-02-28",
    )
    assert (after["most_recent_invoice_id"], after["paymentstatus"], after["amountdue"]) == (
        invoice["id"],
        -1,
        0,
    )
    assert next_dates == ["2026-02-28", "2026-03-31"]


@rule(
    "After a run on 2026-01-31 with period {period}, nextcreationdate is {next_date}.",
    source="Assumed: the codes of period are observed, the next run has no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize(
    ("period", "next_date"),
    [(1, "2026-02-07"), (2, "2026-02-28"), (3, "2027-01-31"), (4, "2026-04-30"), (5, "2026-07-31"),
     (6, "2031-01-31"), (7, "2029-01-31"), (8, "2028-01-31"), (9, "2030-01-31")],
)  # fmt: skip
def test_each_period_sets_the_next_run(
    api: Api, factory: Factory, period: int, next_date: str
) -> None:
    template = factory.template(
        period=period, nextcreationdate="2026-01-31", startdate="2026-01-31"
    )
    run(api, template)

    assert factory.read(template)["nextcreationdate"][:10] == next_date


@rule(
    "The last run of a template is on the day of its enddate, whatever the time of day.",
    source="Assumed: the property is documented, the rule is not",
)
@pytest.mark.assumed
@pytest.mark.parametrize("time", ["", "T09:00:00"])
def test_a_template_runs_on_the_day_of_its_enddate(api: Api, factory: Factory, time: str) -> None:
    template = factory.template(
        period=2, nextcreationdate=f"2026-01-15{time}", enddate="2026-02-15"
    )
    run(api, template)

    assert factory.read(template)["nextcreationdate"][:10] == "2026-02-15"
    run(api, template)
    assert "nextcreationdate" not in factory.read(template)


@rule(
    "After a run with period 0, nextcreationdate is gone.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_period_0_runs_once(api: Api, factory: Factory) -> None:
    template = factory.template(period=0, nextcreationdate="2026-01-31")
    run(api, template)

    assert "nextcreationdate" not in factory.read(template)


@rule(
    "process leaves out lines with isinactive and lines outside startdate to enddate, and bills a onetimecharge line once.",
    source="Assumed: the properties are documented, the rule is not",
)
@pytest.mark.assumed
def test_lines_that_are_not_active_are_left_out(api: Api, factory: Factory) -> None:
    template = factory.template(
        line(1), line(2, isinactive=True), line(4, startdate="2026-02-01"), line(8, enddate="2026-01-30"),
        line(16, startdate="2026-01-31", enddate="2026-01-31"), line(32, onetimecharge=True),
        period=2, nextcreationdate="2026-01-31",
    )  # fmt: skip

    first, second = run(api, template), run(api, template)

    assert (first["total"], second["total"]) == (49, 5)
    assert factory.read(template)["lines"][5]["onetimechargeinvoiceid"] == first["id"]


@rule(
    "A recurring invoice keeps its prices when an item's price changes, unless update_recurring_invoice_price is true.",
    source="Assumed: the property is documented, the rule is not",
)
@pytest.mark.assumed
def test_item_prices_update_templates_on_request(factory: Factory) -> None:
    item = factory.item(baseprice=5, isrecurringitem=True, recurringprice=4)
    template = factory.template({"_itemid": item["id"]})

    factory.save("item", {"id": item["id"], "recurringprice": 6})
    unchanged = factory.read(template)["total"]
    factory.save(
        "item", {"id": item["id"], "recurringprice": 7, "update_recurring_invoice_price": True}
    )

    assert (template["total"], unchanged, factory.read(template)["total"]) == (4, 4, 7)


@rule(
    "POST /Template with the schedule_id of a recurring invoice sets its period and nextcreationdate.",
    source="Observed: github.com/provisiondata/ProvisionData.HaloPSA.ApiClient",
)
def test_timers_can_be_set_by_the_template_operation(api: Api, factory: Factory) -> None:
    template = factory.template()

    timer = factory.save(
        "template", {"id": template["schedule_id"], "period": 1, "nextcreationdate": "2026-05-01"}
    )
    timers = api.call("template.search", expect=200)["stdrequests"]

    (listed,) = [row for row in timers if row["id"] == timer["id"]]
    for state in (timer, listed, factory.read(template)["schedule"]):
        assert (state["id"], state["period"]) == (template["schedule_id"], 1)
        assert state["nextcreationdate"][:10] == "2026-05-01"


@rule(
    "process creates one invoice for each id in order; an unknown or positive id, or no id, is 400 with a text and creates nothing.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_process_runs_all_templates_or_none(api: Api, factory: Factory) -> None:
    first, second = factory.template(line(1)), factory.template(line(2))
    invoice = factory.invoice()

    invoices = api.call("recurring_invoice.process", expect=200, body=[first["id"], second["id"]])

    assert [row["total"] for row in invoices] == [1, 2]
    for invalid in (-UNKNOWN_ID, invoice["id"]):
        assert isinstance(
            factory.assert_rejected("recurring_invoice.process", first["id"], invalid), str
        )
    assert isinstance(api.call("recurring_invoice.process", expect=400, body=[]), str)
    assert len(factory.list_ids(first["client_id"])) == 1


@rule(
    "Deleting a recurring invoice leaves its invoices and their recurring_invoice_id; a client with invoices cannot be deleted.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_invoices_remain_after_their_template_is_deleted(api: Api, factory: Factory) -> None:
    template = factory.template(line())
    invoice = run(api, template)

    api.call("recurring_invoice.delete", expect=200, recurringInvoiceId=template["id"])

    api.call("recurring_invoice.get", expect=404, recurringInvoiceId=template["id"])
    assert factory.read(invoice)["recurring_invoice_id"] == template["id"]
    assert isinstance(factory.assert_rejected("client.delete", clientId=template["client_id"]), str)


@rule(
    "A recurring invoice with a future nextcreationdate creates its invoices by its timer; disabled ones do not run.",
    source="Documented: usehalo.com/guide/managing-recurring-invoices-recurring-invoice-lines",
)
@pytest.mark.needs("clock")
def test_the_clock_triggers_future_runs(factory: Factory, clock: Any) -> None:
    tomorrow = (clock.now().astimezone(UTC) + timedelta(days=1)).date().isoformat()
    weekly = factory.template(line(3), period=1, nextcreationdate=tomorrow)
    paused = factory.template(line(3), period=1, nextcreationdate=tomorrow, disabled=True)
    missed = factory.template(line(3), period=1, nextcreationdate="2020-01-01")

    clock.advance(days=16)

    dates = [
        factory.read({"id": invoice_id})["invoice_date"]
        for invoice_id in factory.list_ids(weekly["client_id"], order="id")
    ]
    first = datetime.fromisoformat(tomorrow)
    assert dates == [(first + timedelta(days=7 * week)).isoformat() for week in range(3)]
    assert factory.list_ids(paused["client_id"]) == []
    assert factory.list_ids(missed["client_id"]) == []
    assert factory.list_ids(
        missed["client_id"], "recurring_invoice.search", ready_for_invoicing="true"
    ) == [missed["id"]]


@rule(
    "A run takes the taxes of the recurring invoice's lines; a rate that changes later affects them when the line is saved.",
    source="Assumed: a changed rate leaves stored lines alone by the vendor's guide; runs are not named there",
)
@pytest.mark.assumed
def test_a_run_keeps_the_taxes_of_the_lines(api: Api, factory: Factory) -> None:
    tax = factory.tax(10)
    template = factory.template(line(100, tax_code=str(tax["id"])))
    factory.save("tax", {"id": tax["id"], "value": 30})

    assert factory.read(template)["tax_total"] == 10
    assert run(api, template)["tax_total"] == 10
    factory.save(
        "recurring_invoice",
        {"id": template["id"], "lines": [line(100, tax_code=str(tax["id"]))]},
    )
    assert run(api, template)["tax_total"] == 30


@rule(
    "POST /RecurringInvoice/Lines adds a line, also for a body with the id of an existing line, which stays as it is.",
    source="Assumed: only the name of the operation is documented",
)
@pytest.mark.assumed
def test_added_lines_change_no_existing_line(api: Api, factory: Factory) -> None:
    template = factory.template(line(5))
    existing = template["lines"][0]["id"]
    body = {**line(7), "id": existing, "ihid": template["id"]}
    api.call("recurring_invoice.add_lines", expect=200, body=[body])

    lines = factory.read(template)["lines"]
    assert [row["unit_price"] for row in lines] == [5, 7]
    assert [row["id"] == existing for row in lines] == [True, False]
