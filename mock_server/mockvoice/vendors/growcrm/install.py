"""What a fresh account holds, and the demo world.

The demo world is a history of requests, so that every figure and status in it comes from the
same rules as everything else.
"""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from mockvoice.vendors.growcrm.backend import GrowBackend
from mockvoice.vendors.growcrm.models import Category, InvoiceStatus, TaxRate, Unit, User


def install_defaults(backend: GrowBackend, document: Mapping[str, Any]) -> None:
    """Put what the API cannot create into an account: settings' records, and the team."""
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
