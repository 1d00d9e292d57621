"""What several records show."""

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.models import (
    Tax,
)

Json = dict[str, Any]
Record = TypeVar("Record")
Renderer = Callable[[CountBackend, Record], Json]


@functools.lru_cache(maxsize=256)
def rate(row: Tax) -> Json:
    """A rate as every line shows it. The caller must not change what it gets: it is shared."""
    return {
        "id": row.id,
        "uuid": row.uuid,
        "name": row.name,
        "percentage": float(row.percentage),
    }


def customer_link(backend: CountBackend, customer_id: str) -> Json:
    row = backend.customers.get(customer_id)
    if row is None:
        raise KeyError(customer_id)
    return {"id": row.id, "customer": row.name, "email": row.email}


def tag_link(backend: CountBackend, tag_id: str) -> Json:
    row = backend.tags.get(tag_id)
    if row is None:
        raise KeyError(tag_id)
    return {"id": row.id, "name": row.name}
