"""JSON that several records contain."""

import functools
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from mockvoice.vendors.count import quirks
from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.models import Tax
from mockvoice.vendors.count.rules.document_content import find_tax

Json = dict[str, Any]
Record = TypeVar("Record")
Renderer = Callable[[CountBackend, Record], Json]


def tax_rate(backend: CountBackend, row: Tax) -> Json:
    """Render a tax rate. The result is cached: the caller must not change it."""
    return _tax_rate(row, quirks.tax_id(backend)(row))


@functools.lru_cache(maxsize=256)
def _tax_rate(row: Tax, tax_id: str | int) -> Json:
    return {
        "id": tax_id,
        "uuid": row.uuid,
        "name": row.name,
        "percentage": float(row.percentage),
    }


def tax_ids(backend: CountBackend, ids: Iterable[int]) -> list[str | int]:
    """Render references to tax rates."""
    tax_id = quirks.tax_id(backend)
    return [tax_id(find_tax(backend, stored_id)) for stored_id in ids]


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
