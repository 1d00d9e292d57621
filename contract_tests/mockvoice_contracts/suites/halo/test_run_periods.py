"""The billed period of each kind of run, days that a month lacks, and the prices of pro rata entries."""

from decimal import Decimal
from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.halo.factories import Factory, Record, decimals, line


def runs(api: Api, template: Record, number: int) -> list[Record]:
    """Create the invoices of the next runs of a template, in one request."""
    body = [template["id"]] * number
    invoices: list[Record] = api.call("recurring_invoice.process", expect=200, body=body)
    return invoices


def days(invoices: list[Record], name: str) -> list[str]:
    return [invoice[name][:10] for invoice in invoices]


@rule(
    "With period {period}, the invoice of a run on 2026-03-15 bills the days up to {last_day}, and the next one starts on the day after.",
    source="Assumed: the codes of period are observed, the billed period has no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize(
    ("period", "last_day", "next_day"),
    [(1, "2026-03-21", "2026-03-22"), (2, "2026-04-14", "2026-04-15"), (3, "2027-03-14", "2027-03-15"),
     (4, "2026-06-14", "2026-06-15"), (5, "2026-09-14", "2026-09-15"), (6, "2031-03-14", "2031-03-15"),
     (7, "2029-03-14", "2029-03-15"), (8, "2028-03-14", "2028-03-15"), (9, "2030-03-14", "2030-03-15")],
)  # fmt: skip
def test_each_period_has_its_last_day(
    api: Api, factory: Factory, period: int, last_day: str, next_day: str
) -> None:
    start = "2026-03-15"
    template = factory.template(line(5), period=period, startdate=start, nextcreationdate=start)
    first, second = runs(api, template, 2)

    assert days([first], "invoice_date") == days([first], "period_start_date") == [start]
    assert first["period_end_date"][:10] == last_day
    assert second["period_start_date"][:10] == second["invoice_date"][:10] == next_day


@rule(
    "Runs with period {period} from {start} are on {dates}: on the day of startdate, or on the last day of a month that lacks it.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize(
    ("period", "start", "dates"),
    [
        (2, "2028-01-30", ["2028-01-30", "2028-02-29", "2028-03-30", "2028-04-30"]),
        (2, "2026-11-30", ["2026-11-30", "2026-12-30", "2027-01-30", "2027-02-28"]),
        (4, "2026-08-31", ["2026-08-31", "2026-11-30", "2027-02-28", "2027-05-31"]),
        (5, "2026-08-31", ["2026-08-31", "2027-02-28", "2027-08-31", "2028-02-29"]),
        (3, "2028-02-29", ["2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28"]),
        (9, "2028-02-29", ["2028-02-29", "2032-02-29", "2036-02-29"]),
        (1, "2026-12-28", ["2026-12-28", "2027-01-04", "2027-01-11"]),
    ],
)
def test_days_that_a_month_lacks_are_its_last(
    api: Api, factory: Factory, period: int, start: str, dates: list[str]
) -> None:
    template = factory.template(period=period, startdate=start, nextcreationdate=start)
    invoices = runs(api, template, len(dates))

    assert days(invoices, "invoice_date") == dates
    assert factory.read(template)["lastcreated"][:10] == dates[-1]


@rule(
    "A onetimecharge line that a run leaves out, since it is inactive or not yet started, is billed by the first run that does not.",
    source="Assumed: the properties are documented, the rule is not",
)
@pytest.mark.assumed
def test_a_one_time_charge_waits_for_its_run(api: Api, factory: Factory) -> None:
    later = line(8, onetimecharge=True, startdate="2026-02-15")
    paused = line(4, onetimecharge=True, isinactive=True)
    start = "2026-02-01"
    template = factory.template(line(1), paused, later, period=2, startdate=start,
                                nextcreationdate=start)  # fmt: skip
    paused_id = template["lines"][1]["id"]

    (first,) = runs(api, template, 1)
    body = [{"id": paused_id, "isinactive": False}]
    api.call("recurring_invoice.update_lines", expect=200, body=body)
    second, third = runs(api, template, 2)

    assert [invoice["total"] for invoice in (first, second, third)] == [1, 13, 1]
    billed = [row.get("onetimechargeinvoiceid") for row in factory.read(template)["lines"]]
    assert billed[1:] == [second["id"], second["id"]]


@rule(
    "A pro rata entry without unitprice costs unit_price times the days from its date to the end of the period, divided by the days of the period; "
    "a unitprice that is sent stays, also 0.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize(
    ("period", "next_date", "entries"),
    [
        (2, "2026-02-01", {"2026-01-01": "15", "2026-01-16": "7.74", "2026-01-31": "0.48"}),
        (2, "2028-03-01", {"2028-02-01": "15", "2028-02-15": "7.76", "2028-02-29": "0.52"}),
        (1, "2026-02-08", {"2026-02-01": "15", "2026-02-04": "8.57", "2026-02-07": "2.14"}),
        (3, "2027-01-01", {"2026-01-01": "15", "2026-07-01": "7.56", "2026-12-31": "0.04"}),
    ],
)
def test_an_entry_costs_the_rest_of_its_period(
    api: Api, factory: Factory, period: int, next_date: str, entries: dict[str, str]
) -> None:
    sent: list[dict[str, Any]] = [{"date": date, "quantity": 1} for date in entries]
    free = {"date": next(iter(entries)), "quantity": 1, "unitprice": 0}
    template = factory.template(
        line(15, prorata_data=[*sent, free]), period=period, startdate=next_date,
        nextcreationdate=next_date,
    )  # fmt: skip

    prices = [Decimal(row["unitprice"]) for row in template["lines"][0]["prorata_data"]]
    (invoice,) = runs(api, template, 1)

    assert prices == decimals(*entries.values(), "0")
    assert invoice["total"] == 15 + sum(prices)


@rule(
    "The lines of pro rata entries have discount, tax and text of their line, or shortdescription as text, and the template's total follows its new quantity.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_an_entry_has_the_terms_of_its_line(api: Api, factory: Factory) -> None:
    named = {"date": "2026-01-16", "quantity": 2, "unitprice": 7, "shortdescription": "Seats"}
    unnamed = {"date": "2026-01-20", "quantity": 0.5, "unitprice": 8}
    terms = {"tax_rate": 20, "discount_perc": 50, "nominal_code": "4000"}
    template = factory.template(
        line(15, qty_order=10, prorata_data=[named, unnamed], **terms), line(1),
        period=2, startdate="2026-02-01", nextcreationdate="2026-02-01",
    )  # fmt: skip

    (invoice,) = runs(api, template, 1)
    after = factory.read(template)

    rows = sorted(invoice["lines"], key=lambda row: row["net_amount"])
    nets = [(row["qty_order"], row["net_amount"], row["tax_amount"]) for row in rows]
    assert nets == [(1, 1, 0), (Decimal("0.5"), 2, Decimal("0.4")), (2, 7, Decimal("1.4")),
                    (10, 75, 15)]  # fmt: skip
    assert [row["item_shortdescription"] for row in rows] == ["Work", "Work", "Seats", "Work"]
    assert [row.get("nominal_code") for row in rows[1:]] == ["4000"] * 3
    assert after["lines"][0]["qty_order"] == Decimal("12.5")
    assert after["total"] == Decimal("113.5")
