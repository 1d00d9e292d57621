"""Days and instants at their bounds: first and last days, neighbours of midnight, other offsets."""

from datetime import date, timedelta

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.clock import ServerClock
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.optiflow.factories import Factory, id_parameter
from mockvoice_contracts.suites.optiflow.same_records import instant


@rule(
    "effective_date of an exchange rate is an instant: 2020-01-02T00:30:00+02:00 is 2020-01-01T22:30:00Z, and a second rate of that instant gets 422 on effective_date.",
    source="Observed: github.com/luisscruza/optiflow, app/Models/Currency.php (unique per currency)",
)
def test_an_effective_date_is_an_instant(factory: Factory) -> None:
    currency = factory.create("currencies.create", factory.currency_body())
    path_params = id_parameter("currencies", currency)
    text = "2020-01-02T00:30:00+02:00"
    created = factory.create(
        "currencies.add_rate", {"rate": 2, "effective_date": text}, **path_params
    )

    assert instant(created["effective_date"]) == instant(text)
    for same in (text, "2020-01-01T22:30:00Z", "2020-01-01T17:30:00-05:00"):
        body = {"rate": 3, "effective_date": same}
        errors = factory.error_fields("currencies.add_rate", body, **path_params)
        assert errors == ["effective_date"]
    other = {"rate": 3, "effective_date": "2020-01-02T00:30:00Z"}
    assert factory.create("currencies.add_rate", other, **path_params)["rate"] == "3.0000"


@rule(
    "A rate that is added later with a past or a future effective_date, in any offset, does not become the current_rate.",
    source="Observed: github.com/luisscruza/optiflow, app/Models/Currency.php",
)
def test_past_and_future_rates_are_not_current(factory: Factory) -> None:
    body = {**factory.currency_body(), "initial_rate": "2.5"}
    currency = factory.create("currencies.create", body)
    path_params = id_parameter("currencies", currency)
    for moment in (
        f"{factory.day(2)}T23:59:00+01:00",
        f"{factory.day(2)}T00:01:00-11:00",
        "2019-12-31T23:59:00-05:00",
        "2020-01-01T00:01:00+14:00",
    ):
        rate = {"rate": 9, "effective_date": moment}
        factory.create("currencies.add_rate", rate, **path_params)

        assert factory.read("currencies", currency)["current_rate"] == "2.5000"


@rule(
    "A rate that begins at 00:30+14:00 tomorrow begins before midnight UTC: it is the current_rate from that instant on, and not a second earlier.",
    source="Observed: github.com/luisscruza/optiflow, app/Models/Currency.php and config/app.php (UTC)",
)
@pytest.mark.needs("clock")
def test_a_rate_begins_at_its_instant(factory: Factory, clock: ServerClock) -> None:
    currency = factory.create("currencies.create", factory.currency_body())
    path_params = id_parameter("currencies", currency)
    text = f"{clock.today() + timedelta(days=2)}T00:30:00+14:00"
    factory.create("currencies.add_rate", {"rate": 7, "effective_date": text}, **path_params)
    begin = instant(text)
    clock.set(begin - timedelta(seconds=30))
    before = factory.read("currencies", currency)["current_rate"]
    clock.set(begin + timedelta(seconds=1))

    assert before == "2.5000"
    assert factory.read("currencies", currency)["current_rate"] == "7.0000"


@rule(
    "filter[issue_date] selects exactly that day: neither the day before nor the day after.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/invoices",
)
@pytest.mark.parametrize("day", ["2026-03-01", "2028-02-29", "2026-12-31"])
def test_the_filter_by_day_has_no_neighbours(api: Api, factory: Factory, day: str) -> None:
    contact = factory.contact()
    days = [(date.fromisoformat(day) + timedelta(days=step)).isoformat() for step in (-1, 0, 1)]
    created = [factory.invoice(contact_id=contact["id"], issue_date=issued) for issued in days]

    assert [invoice["issue_date"] for invoice in created] == days
    for invoice in created:
        query = {
            "filter[issue_date]": invoice["issue_date"],
            "filter[contact_id]": contact["id"],
        }
        rows = api.call("invoices.search", expect=200, query=query)["data"]
        assert [row["id"] for row in rows] == [invoice["id"]]


@rule(
    "birth_date must be before today: yesterday is accepted, today gets 422 on birth_date.",
    source="Observed: github.com/luisscruza/optiflow, app/Http/Requests (before today)",
)
def test_a_birth_date_is_before_today(factory: Factory) -> None:
    body = {"name": factory.unique_name("Ana"), "contact_type": "customer"}
    yesterday = factory.create("contacts.create", {**body, "birth_date": factory.day(-1)})
    path_params = id_parameter("contacts", yesterday)

    assert yesterday["birth_date"] == factory.day(-1)
    today = {"birth_date": factory.day()}
    assert factory.error_fields("contacts.create", {**body, **today}) == ["birth_date"]
    assert factory.error_fields("contacts.update", today, **path_params) == ["birth_date"]


@rule(
    "valid_until_date of a new series must be after today: tomorrow is accepted and issues numbers today.",
    source="Observed: github.com/luisscruza/optiflow, app/Http/Requests/CreateDocumentSubtypeRequest.php",
)
def test_a_series_may_end_tomorrow(factory: Factory) -> None:
    series = factory.series(valid_until_date=factory.day(1))
    chosen = {"document_subtype_id": series["id"], "issue_date": factory.day(2)}

    assert factory.invoice(document_subtype_id=series["id"])["document_number"].endswith("01")
    body = factory.invoice_body(**chosen, ncf=f"{series['prefix']}00000002")
    assert factory.error_fields("invoices.create", body) == ["ncf"]
    chosen["issue_date"] = factory.day(1)
    last_day = factory.invoice(**chosen, ncf=f"{series['prefix']}00000002")
    assert last_day["issue_date"] == factory.day(1)
