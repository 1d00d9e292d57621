"""Records by id, references between them, and numbers as they were sent."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeVar

from mockvoice.kernel.money import decimal, quantize
from mockvoice.kernel.store import Table
from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.errors import NotFound, ReferenceNotFound
from mockvoice.vendors.count.models import Tax

Row = TypeVar("Row")
Body = Mapping[str, Any]


def find(table: Table[Row], record_id: str) -> Row:
    """The record of this id, whatever its case. Raises ``NotFound``, also for a deleted one."""
    row = _live(table, record_id)
    if row is None:
        raise NotFound
    return row


def resolve(backend: CountBackend, table: Table[Row], field: str, sent: str) -> Row:
    """The record that a property of the body names. Raises ``ReferenceNotFound``."""
    row = _live(table, sent)
    if row is None:
        raise unresolved(backend, field, sent)
    return row


def unresolved(backend: CountBackend, field: str, sent: str) -> ReferenceNotFound:
    """The refusal of a reference. Assumed: its status, for which a setting has the other."""
    return ReferenceNotFound(field, sent, strict=backend.team.strict_references)


def resolve_tags(backend: CountBackend, body: Body) -> tuple[str, ...]:
    """The tags that a body names, a repeated one once."""
    sent = body.get("tagUuids") or ()
    for place, each in enumerate(sent):
        resolve(backend, backend.tags, f"tagUuids.{place}", each)
    return unique(sent)


def resolve_tax_ids(backend: CountBackend, body: Body) -> tuple[int, ...]:
    """The rates that a body names by integer id, a repeated one once."""
    sent: Sequence[int] = body.get("taxes") or ()
    for place, each in enumerate(sent):
        if each not in backend.taxes:
            raise unresolved(backend, f"taxes.{place}", str(each))
    return tuple(dict.fromkeys(sent))


def resolve_tax_uuid(backend: CountBackend, field: str, sent: str) -> Tax:
    """The rate of this UUID. Raises ``ReferenceNotFound``."""
    found = backend.taxes.find_by("uuid", sent.lower())
    if not found:
        raise unresolved(backend, field, sent)
    return found[0]


def unique(uuids: Sequence[str]) -> tuple[str, ...]:
    """UUIDs as they are kept: lower case, a repeated one once."""
    return tuple(dict.fromkeys(each.lower() for each in uuids))


def _live(table: Table[Row], record_id: str) -> Row | None:
    row = table.get(record_id.lower())
    return None if row is None or getattr(row, "deleted", False) else row


@lru_cache(maxsize=8192)
def _shared(text: str) -> Decimal:
    return decimal(text)


def number(value: float | str) -> Decimal:
    """A number that may have come as text, exact. Common ones are one and the same object."""
    return _shared(str(value))


def cents(value: float | str) -> Decimal:
    """An amount to move. Assumed: what has more than two decimals is rounded half up."""
    return quantize(_shared(str(value)))


def day(value: str) -> date:
    """A day as it is sent."""
    return date.fromisoformat(value)


def changes(body: Body, columns: Mapping[str, str]) -> dict[str, Any]:
    """What a body sets, by attribute; what it leaves out is not among it."""
    return {attribute: body[name] for name, attribute in columns.items() if name in body}
