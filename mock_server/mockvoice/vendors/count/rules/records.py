"""Look-up of records and references, and values of request bodies."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeVar

from mockvoice.kernel.money import decimal, quantize
from mockvoice.kernel.shared_values import shared_day
from mockvoice.kernel.store import Table
from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.errors import NotFound, ReferenceNotFound
from mockvoice.vendors.count.models import Tax

Row = TypeVar("Row")
Body = Mapping[str, Any]


def find(table: Table[Row], record_id: str) -> Row:
    """Return the record with this id, ignoring case. Raises ``NotFound``, also if it was deleted."""
    row = get_undeleted(table, record_id)
    if row is None:
        raise NotFound
    return row


def resolve(backend: CountBackend, table: Table[Row], field: str, record_id: str) -> Row:
    """Return the record that a property of the body names. Raises ``ReferenceNotFound``."""
    row = get_undeleted(table, record_id)
    if row is None:
        raise reference_not_found(backend, field, record_id)
    return row


def reference_not_found(backend: CountBackend, field: str, value: str) -> ReferenceNotFound:
    """Return the error of an unknown reference."""
    return ReferenceNotFound(field, value)


def resolve_tags(backend: CountBackend, body: Body) -> tuple[str, ...]:
    """Return the ids of the tags that a body names, without duplicates."""
    tag_ids = body.get("tagUuids") or ()
    for index, tag_id in enumerate(tag_ids):
        resolve(backend, backend.tags, f"tagUuids.{index}", tag_id)
    return unique_uuids(tag_ids)


def resolve_tax_ids(backend: CountBackend, body: Body) -> tuple[int, ...]:
    """Return the integer ids of the tax rates that a body names, without duplicates."""
    references: Sequence[int | str] = body.get("taxes") or ()
    taxes = [
        resolve_tax(backend, f"taxes.{index}", reference)
        for index, reference in enumerate(references)
    ]
    return tuple(dict.fromkeys(tax.id for tax in taxes))


def resolve_tax(backend: CountBackend, field: str, reference: int | str) -> Tax:
    """Return the tax rate with this UUID or integer id. Raises ``ReferenceNotFound``."""
    if isinstance(reference, str):
        return resolve_tax_uuid(backend, field, reference)
    tax = backend.taxes.get(int(reference))
    if tax is None:
        raise reference_not_found(backend, field, str(reference))
    return tax


def resolve_tax_uuid(backend: CountBackend, field: str, uuid: str) -> Tax:
    """Return the tax rate with this UUID. Raises ``ReferenceNotFound``."""
    matches = backend.taxes.find_by("uuid", uuid.lower())
    if not matches:
        raise reference_not_found(backend, field, uuid)
    return matches[0]


def unique_uuids(uuids: Sequence[str]) -> tuple[str, ...]:
    """Return UUIDs in lower case, as they are stored, without duplicates."""
    return tuple(dict.fromkeys(uuid.lower() for uuid in uuids))


def get_undeleted(table: Table[Row], record_id: str) -> Row | None:
    """Return the record with this id, ignoring case; ``None`` if there is none, or it was deleted."""
    row = table.get(record_id.lower())
    return None if row is None or getattr(row, "deleted", False) else row


@lru_cache(maxsize=8192)
def _cached_decimal(text: str) -> Decimal:
    return decimal(text)


def to_decimal(value: float | str) -> Decimal:
    """Return the exact value of a number or a numeric string; results are cached."""
    return _cached_decimal(str(value))


def to_amount(value: float | str) -> Decimal:
    """Return an amount of money. Assumed: it is rounded half up to two decimals."""
    return quantize(_cached_decimal(str(value)))


def parse_date(value: str) -> date:
    """Parse a date of a request."""
    return shared_day(date.fromisoformat(value))


def attributes_from(body: Body, columns: Mapping[str, str]) -> dict[str, Any]:
    """Return the attributes of the fields in a body; ``columns`` maps fields to attributes."""
    return {attribute: body[name] for name, attribute in columns.items() if name in body}
