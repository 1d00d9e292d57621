"""What several records show."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypeVar

from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.rules.records import known

Json = dict[str, Any]
Record = TypeVar("Record")
Renderer = Callable[[OptiBackend, Record], Json]


def moment(at: datetime) -> str:
    """A moment in UTC, to the second."""
    return at.isoformat()[:19] + "Z"


def shown_day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def stamps(row: Any) -> Json:
    return {"created_at": moment(row.created_at), "updated_at": moment(row.updated_at)}


def product_link(backend: OptiBackend, product_id: int) -> Json:
    found = known(backend.products, product_id)
    return {"id": product_id, "name": found.name, "sku": found.sku}
