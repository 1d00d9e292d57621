"""Parts that several records share."""

from datetime import date, datetime
from typing import Any, TypeVar

from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.rules.records import get_existing

Json = dict[str, Any]
Record = TypeVar("Record")


def format_datetime(at: datetime) -> str:
    """Return a UTC datetime as ``YYYY-MM-DDTHH:MM:SSZ``."""
    return at.isoformat()[:19] + "Z"


def format_date(day: date | None) -> str | None:
    """Return a date as ``YYYY-MM-DD``."""
    return None if day is None else day.isoformat()


def timestamps(row: Any) -> Json:
    """Return the creation and update times of a record."""
    return {
        "created_at": format_datetime(row.created_at),
        "updated_at": format_datetime(row.updated_at),
    }


def product_summary(backend: OptiBackend, product_id: int) -> Json:
    """Return the product as lines and stock movements embed it."""
    product = get_existing(backend.products, product_id)
    return {"id": product_id, "name": product.name, "sku": product.sku}
