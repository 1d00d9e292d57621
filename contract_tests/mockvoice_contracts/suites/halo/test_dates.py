"""Dates with a zone, days near midnight, and limits of filters at the boundary of a day."""

from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.halo.factories import Factory, line

HEADERS = ["invoice", "recurring_invoice"]


@rule(
    "invoice_date {sent} is stored as {stored}: a zone is converted to UTC and dropped.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("2026-01-31T23:59:59", "2026-01-31T23:59:59"),
        ("2026-01-31T23:30:00-02:00", "2026-02-01T01:30:00"),
        ("2026-02-01T00:30:00+05:30", "2026-01-31T19:00:00"),
        ("2025-12-31T20:00:00-05:00", "2026-01-01T01:00:00"),
        ("2026-01-31T12:00:00Z", "2026-01-31T12:00:00"),
    ],
)
@pytest.mark.parametrize("resource", HEADERS)
def test_a_zone_is_converted_to_utc(
    factory: Factory, resource: str, sent: str, stored: str
) -> None:
    record = factory.header(resource, invoice_date=sent, period_start_date=sent)

    assert record["invoice_date"][:19] == stored
    assert record["period_start_date"][:19] == stored
    assert factory.read(record)["invoice_date"][:19] == stored


@rule(
    "duedate counts from the day of invoice_date in UTC.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_the_due_date_counts_from_the_day_in_utc(factory: Factory) -> None:
    late = factory.invoice(invoice_date="2026-01-31T23:30:00-02:00", due_date_int=30)
    early = factory.invoice(
        invoice_date="2026-02-01T00:30:00+05:30", due_date_type=1, due_date_int=0
    )

    assert (late["duedate"][:10], early["duedate"][:10]) == ("2026-03-03", "2026-01-31")


@rule(
    "A changed invoice_date moves the duedate; a duedate that was sent stays.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_the_due_date_follows_the_invoice_date(factory: Factory) -> None:
    by_terms = factory.invoice(invoice_date="2026-01-01", due_date_int=10)
    as_sent = factory.invoice(invoice_date="2026-01-01", due_date_int=10, duedate="2026-06-01")

    moved, fixed = (
        factory.save("invoice", {"id": invoice["id"], "invoice_date": "2026-02-01"})
        for invoice in (by_terms, as_sent)
    )

    assert (moved["duedate"][:10], fixed["duedate"][:10]) == ("2026-02-11", "2026-06-01")


@rule(
    "start_date and end_date include both limits, a day without a time as a whole, and a limit with a zone in UTC: {query}.",
    source="Assumed: the parameters are documented, their limits are not",
)
@pytest.mark.assumed
@pytest.mark.parametrize(
    ("query", "days"),
    [
        ({"start_date": "2026-02-01", "end_date": "2026-02-01"}, ["midnight", "last second"]),
        ({"end_date": "2026-01-31"}, ["day before"]),
        ({"start_date": "2026-02-02"}, ["day after"]),
        ({"end_date": "2026-02-01T00:00:00"}, ["day before", "midnight"]),
        ({"start_date": "2026-02-01T23:59:59"}, ["last second", "day after"]),
        ({"start_date": "2026-02-01T01:00:00+01:00", "end_date": "2026-02-01T23:59:58-00:00"}, ["midnight"]),
        ({"invoicedatestart": "2026-02-01", "invoicedateend": "2026-02-01"}, ["midnight", "last second"]),
    ],
    ids=str,
)  # fmt: skip
@pytest.mark.parametrize("resource", HEADERS)
def test_limits_include_the_whole_day(
    factory: Factory, days_of: Any, resource: str, query: dict[str, str], days: list[str]
) -> None:
    client, ids = days_of(resource)

    listed = factory.list_ids(client, f"{resource}.search", order="invoice_date", **query)

    assert listed == [ids[day] for day in days]


@pytest.fixture(scope="module")
def days_of(factory: Factory) -> Any:
    """Return a function that creates records around one day, once for invoices and for templates."""
    dates = {"day before": "2026-01-31T23:59:59", "midnight": "2026-02-01T00:00:00",
             "last second": "2026-02-01T23:59:59", "day after": "2026-02-02T00:00:00"}  # fmt: skip
    created: dict[str, tuple[int, dict[str, int]]] = {}

    def create(resource: str) -> tuple[int, dict[str, int]]:
        if resource not in created:
            client = factory.client()["id"]
            ids = {
                name: factory.header(resource, client_id=client, invoice_date=date)["id"]
                for name, date in dates.items()
            }
            created[resource] = client, ids
        return created[resource]

    return create


@rule(
    "datepaid is the day in UTC of the payment that brings amountdue to 0.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_the_date_paid_is_in_utc(factory: Factory) -> None:
    invoice = factory.invoice(line(100))
    factory.payment(invoice, 60, date="2026-02-10")
    factory.payment(invoice, 40, date="2026-02-28T23:30:00-02:00")

    paid = factory.read(invoice, includedetails="true")

    assert paid["datepaid"][:10] == "2026-03-01"
    assert [row["date"][:16] for row in paid["payments"]] == [
        "2026-02-10T00:00",
        "2026-03-01T01:30",
    ]


@rule(
    "nextcreationdate with a zone is a time in UTC, which dates the next invoice.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_a_run_is_dated_in_utc(api: Api, factory: Factory) -> None:
    template = factory.template(line(5), period=2, nextcreationdate="2026-01-31T23:30:00-02:00")

    invoice = api.call("recurring_invoice.process", expect=200, body=[template["id"]])[0]

    assert template["nextcreationdate"][:16] == "2026-02-01T01:30"
    assert invoice["invoice_date"][:16] == "2026-02-01T01:30"
    assert factory.read(template)["nextcreationdate"][:16] == "2026-03-01T01:30"


@rule(
    "A row of GET /InvoiceChange and an expense keep their datetime in UTC if they are sent with a zone.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_dates_of_other_records_are_in_utc(factory: Factory) -> None:
    sent = "2026-01-31T23:30:00-02:00"
    change = factory.save(
        "invoice_change", {"invoice_id": factory.invoice()["id"], "datetime": sent}
    )
    expense = factory.save("expense", {"amount": 5, "date_added": sent})

    assert change["datetime"][:16] == "2026-02-01T01:30"
    assert expense["date_added"][:16] == "2026-02-01T01:30"


@rule(
    "The invoice of a run is due by the terms of its template, plus the client's invoiceduedaysextraclient.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize(
    ("terms", "due"),
    [({"due_date_int": 30}, "2026-03-07"), ({"due_date_type": 2, "due_date_int": 31}, "2026-03-05"),
     ({"paymentterms": 14}, "2026-02-19")],
    ids=str,
)  # fmt: skip
def test_the_invoice_of_a_run_has_the_extra_days_of_its_client(
    api: Api, factory: Factory, terms: dict[str, int], due: str
) -> None:
    client = factory.client(invoiceduedaysextraclient=5)["id"]
    template = factory.template(line(5), client_id=client, nextcreationdate="2026-01-31", **terms)

    invoice = api.call("recurring_invoice.process", expect=200, body=[template["id"]])[0]

    assert invoice["duedate"][:10] == due
