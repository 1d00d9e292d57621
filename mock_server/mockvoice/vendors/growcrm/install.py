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
    """Add statuses, tax rates, units, team and categories from the content of ``install.json``."""
    installed_at = backend.clock.now() - timedelta(days=int(document["installed_days_ago"]))
    times: dict[str, Any] = {"created_at": installed_at, "updated_at": installed_at}
    for row in document["statuses"]:
        backend.statuses.put(InvoiceStatus(**row))
    for row in document["tax_rates"]:
        backend.tax_rates.put(TaxRate(row["id"], row["name"], Decimal(row["rate"])))
    for row in document["units"]:
        backend.units.put(Unit(**row))
        backend.ids.reserve("unit", row["id"])
    for row in document["team"]:
        backend.users.put(User(**row, **times, in_team=True))
        backend.ids.reserve("user", row["id"])
    for row in document["categories"]:
        backend.categories.put(Category(**row, **times, system_default=True))
        backend.ids.reserve("category", row["id"])
