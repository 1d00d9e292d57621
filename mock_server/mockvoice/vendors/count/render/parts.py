"""JSON that several records contain."""

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.models import Tax

Json = dict[str, Any]
Record = TypeVar("Record")
Renderer = Callable[[CountBackend, Record], Json]


@functools.lru_cache(maxsize=256)
def tax_rate(row: Tax) -> Json:
    """Render a tax rate. The result is cached: the caller must not change it."""
    return {
        "id": row.id,
        "uuid": row.uuid,
        "name": row.name,
        "percentage": float(row.percentage),
    }


def customer_reference(backend: CountBackend, customer_id: str) -> Json:
    """Render a reference to a customer."""
    row = backend.customers.get(customer_id)
    if row is None:
        raise KeyError(customer_id)
    return {"id": row.id, "customer": row.name, "email": row.email}


def tag_reference(backend: CountBackend, tag_id: str) -> Json:
    """Render a reference to a tag."""
    row = backend.tags.get(tag_id)
    if row is None:
        raise KeyError(tag_id)
    return {"id": row.id, "name": row.name}
