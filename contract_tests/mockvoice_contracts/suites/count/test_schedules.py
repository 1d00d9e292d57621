"""The run dates of recurring templates: every pattern and interval."""

from datetime import date, timedelta

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.clock import ServerClock
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.count.factories import Factory, Record

DAYS = {"daily": 1, "weekly": 7, "biweekly": 14}
MONTHS = {"monthly": 1, "quarterly": 3, "yearly": 12}
PATTERNS = [*DAYS, *MONTHS]


def first_day(today: date) -> date:
    """Return a day after today that every month has."""
    day = today + timedelta(days=1)
    return day if day.day <= 28 else day + timedelta(days=4)


def later(day: date, pattern: str, units: int) -> str:
    """Return the day that is some units of a pattern later, as ISO 8601."""
    if pattern in DAYS:
        return (day + timedelta(days=units * DAYS[pattern])).isoformat()
    year, month = divmod(day.year * 12 + day.month - 1 + units * MONTHS[pattern], 12)
    return day.replace(year=year, month=month + 1).isoformat()


def after_first_run(api: Api, factory: Factory, clock: ServerClock, template: Record) -> Record:
    """Return a template on the day of its first run, and delete it."""
    clock.advance(days=(date.fromisoformat(template["date"]) - clock.today()).days)
    after = factory.get_template(template)
    api.call("recurring_invoice_templates.delete", expect=200, templateId=template["id"])
    return after


@rule(
    "A {pattern} template with recurrenceInterval {interval} runs again after {interval} units of its pattern.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
@pytest.mark.needs("clock")
@pytest.mark.parametrize("interval", [1, 2])
@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_template_runs_every_interval_of_its_pattern(
    api: Api, factory: Factory, clock: ServerClock, pattern: str, interval: int
) -> None:
    first = first_day(clock.today())
    days = {"date": first.isoformat(), "dueDate": first.isoformat()}
    template = factory.template(
        **days, recurrencePattern=pattern, recurrenceInterval=interval, isDraft=False
    )
    after = after_first_run(api, factory, clock, template)

    assert after["lastRunDate"] == first.isoformat()
    assert after["nextRunDate"] == later(first, pattern, interval)


@rule(
    "PATCH with recurrenceInterval 3 changes the time between the runs of a {pattern} template to 3 units.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
@pytest.mark.needs("clock")
@pytest.mark.parametrize("pattern", PATTERNS)
def test_an_update_changes_the_interval(
    api: Api, factory: Factory, clock: ServerClock, pattern: str
) -> None:
    first = first_day(clock.today())
    days = {"date": first.isoformat(), "dueDate": first.isoformat()}
    template = factory.template(**days, recurrencePattern=pattern, isDraft=False)
    body = {"recurrenceInterval": 3}
    api.call("recurring_invoice_templates.update", expect=200, body=body, templateId=template["id"])
    after = after_first_run(api, factory, clock, template)

    assert after["recurrenceInterval"] == 3
    assert after["nextRunDate"] == later(first, pattern, 3)


@rule(
    "An invoice with the pattern {pattern} and recurrenceInterval 2 is the first run; the next one is 2 units later.",
    source="Assumed: the vendor's client accepts the fields and states no details",
)
@pytest.mark.assumed
@pytest.mark.parametrize("pattern", PATTERNS)
def test_an_invoice_recurs_every_interval_of_its_pattern(
    api: Api, factory: Factory, today: date, pattern: str
) -> None:
    first = first_day(today)
    days = {"date": first.isoformat(), "dueDate": first.isoformat()}
    invoice = factory.invoice(**days, recurrencePattern=pattern, recurrenceInterval=2)
    template = factory.get_template({"id": invoice["recurringTemplateId"]})
    api.call("recurring_invoice_templates.delete", expect=200, templateId=template["id"])

    assert template["recurrenceInterval"] == 2
    assert template["nextRunDate"] == later(first, pattern, 2)
