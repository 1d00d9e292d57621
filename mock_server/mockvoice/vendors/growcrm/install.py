"""Default records of a new account.

The demo data is separate: ``demo.json`` lists requests, which are replayed on these records.
"""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from mockvoice.vendors.growcrm.backend import GrowBackend
from mockvoice.vendors.growcrm.models import Category, InvoiceStatus, TaxRate, Unit, User


def install(backend: GrowBackend, document: Mapping[str, Any]) -> None:
    """Add the records that the API cannot create: those of the settings, and the team."""
    now = backend.clock.now() - timedelta(days=int(document["installed_days_ago"]))
    for row in document["statuses"]:
        backend.statuses.put(InvoiceStatus(**row))
    for row in document["tax_rates"]:
        backend.tax_rates.put(TaxRate(row["id"], row["name"], Decimal(row["rate"])))
    for row in document["units"]:
        backend.units.put(Unit(**row))
        backend.ids.reserve("unit", row["id"])
    for row in document["team"]:
        backend.users.put(User(**row, created_at=now, updated_at=now, in_team=True))
        backend.ids.reserve("user", row["id"])
    for row in document["categories"]:
        backend.categories.put(Category(**row, created_at=now, updated_at=now, system_default=True))
        backend.ids.reserve("category", row["id"])
