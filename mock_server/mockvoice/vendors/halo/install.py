"""The data of a new instance: records that the product ships with, and agents."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from mockvoice.kernel.money import decimal
from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.models import Agent, Currency, Record
from mockvoice.vendors.halo.rules import calendar


def install(backend: HaloBackend, document: Mapping[str, Any]) -> None:
    """Add the records that the API cannot create, and a home currency."""
    now = backend.clock.now()
    for row in document["statuses"]:
        backend.statuses.put(
            Record(row["id"], {name: value for name, value in row.items() if name != "id"})
        )
    for row in document["agents"]:
        backend.agents.put(Agent(**row))
    for number, row in enumerate(document["lookups"], start=1):
        backend.lookups.put(Record(number, row))
    for row in document["currencies"]:
        rate = decimal(row["conversion_rate"])
        updated_at = now - timedelta(days=document["installed_days_ago"])
        backend.currencies.put(
            Currency(row["id"], row["name"], rate, updated_at, row["symbol"], row["code"])
        )
        backend.ids.reserve("currency", row["id"])
    for row in document["charge_rates"]:
        backend.charge_rates.put(Record(row["id"], _with_dates(backend, row)))
    for name, last in document["used_ids"].items():
        backend.ids.reserve(name, last)


def _with_dates(backend: HaloBackend, row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a charge rate; its start and end, in days from today, become dates."""
    today = backend.clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    values = {name: value for name, value in row.items() if name not in ("id", "begins", "ends")}
    for name, days in (("startdate", row.get("begins")), ("expirydate", row.get("ends"))):
        if days is not None:
            values[name] = calendar.format_datetime(today + timedelta(days=days))
    return values
