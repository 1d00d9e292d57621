"""Dates of all resources: only the day of a date-time counts, and filters include their own day."""

from datetime import UTC, datetime, timedelta

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.clock import ServerClock
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.growcrm.factories import Factory, Record, id_parameter
from mockvoice_contracts.suites.growcrm.lists import ids, search
from mockvoice_contracts.suites.growcrm.updates import update_of

# Fields with a date, and where a record shows it.
FIELDS: list[tuple[str, str, tuple[str, ...]]] = [
    ("invoices", "bill_date", ("dates", "date")),
    ("invoices", "bill_due_date", ("dates", "due_date")),
    ("estimates", "bill_date", ("dates", "date")),
    ("estimates", "bill_expiry_date", ("dates", "expiry_date")),
    ("projects", "project_date_start", ("dates", "start")),
    ("projects", "project_date_due", ("dates", "due")),
    ("payments", "payment_date", ("date",)),
    ("refunds", "refund_date", ("date",)),
]
NO_DATES = ["tomorrow", "2027-02-29", "31.12.2027"]
DATE_FIELDS = pytest.mark.parametrize(
    ("kind", "field", "place"), FIELDS, ids=[f"{kind}-{field}" for kind, field, _ in FIELDS]
)


def value_at(record: Record, place: tuple[str, ...]) -> object:
    value: object = record
    for name in place:
        assert isinstance(value, dict)
        value = value[name]
    return value


@rule(
    "`{field}` in PATCH of {kind} may be a date-time, of which only the day as written is stored, whatever its offset.",
    source="Assumed: the reference accepts date-times by choice",
)
@pytest.mark.assumed
@DATE_FIELDS
def test_the_day_of_a_date_time_is_stored_as_written(
    api: Api, factory: Factory, kind: str, field: str, place: tuple[str, ...]
) -> None:
    record = factory.record(kind)
    last = "2031-12-31"
    # A due date is not before the first date, so the test moves both.
    ends = {"bill_date": "bill_due_date", "project_date_start": "project_date_due"}
    extra = {ends[field]: "2032-01-31"} if field in ends and kind != "estimates" else {}
    stored = []
    for text in (f"{last}T23:59:59-11:00", f"{last}T00:00:00+14:00"):
        body = {**update_of(kind, record), **extra, field: text}
        path = id_parameter(kind, record)
        updated = api.call(f"{kind}.update", expect=200, body=body, **path)["data"]
        stored.append(value_at(updated, place))

    assert stored == [last] * 2


@rule(
    "`{field}` of {kind} that is not a date, such as `2027-02-29` or `31.12.2027`, gets 422 with an error for it, and the date stays.",
    source="Documented: docs-api.growcrm.io/invoices",
)
@DATE_FIELDS
def test_a_date_must_be_a_day_of_the_calendar(
    api: Api, factory: Factory, kind: str, field: str, place: tuple[str, ...]
) -> None:
    record = factory.record(kind)
    before = value_at(factory.read(kind, record), place)
    for value in NO_DATES:
        body = {**update_of(kind, record), field: value}
        response = api.call(f"{kind}.update", expect=422, body=body, **id_parameter(kind, record))
        assert list(response["errors"]) == [field]

    assert value_at(factory.read(kind, record), place) == before


@rule(
    "`date_start` and `date_end` of GET /{kind} include their own day, also the last of a year and a leap day.",
    source="Documented: docs-api.growcrm.io/refunds",
)
@pytest.mark.parametrize("kind", ["payments", "refunds"])
def test_a_range_of_days_includes_both_ends(api: Api, factory: Factory, kind: str) -> None:
    invoice = factory.published_invoice()
    days = ["2027-12-31", "2028-01-01", "2028-02-29", "2028-03-01"]
    rows = [factory.payment(invoice, 1, payment_date=day) for day in days]
    if kind == "refunds":
        rows = [factory.refund(row, refund_date=day) for row, day in zip(rows, days, strict=True)]
    query = {"invoice_id": invoice["id"], "sort": f"{kind[:-1]}_date", "order": "asc"}
    ranges = [
        ("2027-12-31", "2028-01-01"),
        ("2028-01-01", "2028-02-29"),
        ("2028-02-29", "2028-02-29"),
    ]
    found = [ids(search(api, kind, query, date_start=start, date_end=end)) for start, end in ranges]

    row_ids = [row["id"] for row in rows]
    assert found == [row_ids[:2], row_ids[1:3], row_ids[2:3]]


@rule(
    "A published estimate is `new` until the midnight that ends its `expiry_date`, and `expired` from then on.",
    source="Assumed: the page does not say when estimates expire",
)
@pytest.mark.assumed
@pytest.mark.needs("clock")
def test_an_estimate_expires_at_midnight(api: Api, factory: Factory, clock: ServerClock) -> None:
    estimate = factory.estimate(bill_expiry_date=factory.day())
    api.call("estimates.publish", expect=200, estimateId=estimate["id"])
    day = clock.today()
    clock.set(datetime(day.year, day.month, day.day, 23, 59, 50, tzinfo=UTC))
    assert factory.read("estimates", estimate)["status"] == "new"
    clock.advance(seconds=11)

    assert factory.read("estimates", estimate)["status"] == "expired"


@rule(
    "GET /invoices with `status` and GET /estimates with `status` follow the date at midnight, without a read of the record.",
    source="Assumed: the refresh on every read is a choice, after the CRM's web pages",
)
@pytest.mark.assumed
@pytest.mark.needs("clock")
@pytest.mark.parametrize(
    ("kind", "before", "after"), [("invoices", 2, 3), ("estimates", "new", "expired")]
)
def test_a_filter_by_status_follows_the_date(
    api: Api, factory: Factory, clock: ServerClock, kind: str, before: object, after: object
) -> None:
    end = {"invoices": "bill_due_date", "estimates": "bill_expiry_date"}[kind]
    bill = getattr(factory, kind[:-1])(**{end: factory.day()})
    api.call(f"{kind}.publish", expect=200, **id_parameter(kind, bill))
    query = {"client_id": bill["client"]["id"]}
    day = clock.today() + timedelta(days=1)
    clock.set(datetime(day.year, day.month, day.day, 0, 0, 1, tzinfo=UTC))
    totals = [
        search(api, kind, query, status=status)["meta"]["total"] for status in (before, after)
    ]

    assert totals == [0, 1]


@rule(
    "An invoice that an estimate is converted to has the date of today in UTC, also in the first and last minute of a day.",
    source="Assumed: the page does not say which date the invoice gets",
)
@pytest.mark.assumed
@pytest.mark.needs("clock")
@pytest.mark.parametrize(("hour", "minute"), [(0, 0), (23, 59)])
def test_a_converted_invoice_is_dated_today_in_utc(
    api: Api, factory: Factory, clock: ServerClock, hour: int, minute: int
) -> None:
    estimate = factory.estimate()
    day = clock.today() + timedelta(days=1)
    clock.set(datetime(day.year, day.month, day.day, hour, minute, 1, tzinfo=UTC))
    path = {"estimateId": estimate["id"]}
    invoice = api.call("estimates.convert_to_invoice", expect=201, **path)["data"]

    assert invoice["dates"]["date"] == day.isoformat()
