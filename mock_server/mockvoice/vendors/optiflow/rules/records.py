"""Records by id, references between them, and the values of request bodies."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeVar

from mockvoice.kernel.money import decimal, quantize
from mockvoice.kernel.store import Table
from mockvoice.vendors.optiflow.errors import NotFound
from mockvoice.vendors.optiflow.models import ZERO_AMOUNT
from mockvoice.web.laravel import Errors, integer, required, selected_is_invalid

Row = TypeVar("Row")
Body = Mapping[str, Any]


def find(table: Table[Row], record_id: int) -> Row:
    """Return the record with this id. Raises ``NotFound``."""
    record = table.get(record_id)
    if record is None:
        raise NotFound
    return record


def get_existing(table: Table[Row], record_id: int) -> Row:
    """Return a record that must exist, since another record refers to it. Raises ``KeyError``."""
    record = table.get(record_id)
    if record is None:
        raise KeyError(f"{table.name} has no record {record_id}")
    return record


def resolve_reference(body: Body, field: str, table: Table[Row], errors: Errors) -> Row | None:
    """Return the record that a field refers to, and collect an error if it is unknown.

    ``None`` if the field is absent or null.
    """
    value = body.get(field)
    if value is None:
        return None
    record = table.get(integer(value))
    if record is None:
        errors[field] = [selected_is_invalid(field)]
    return record


def check_required(body: Body, fields: Sequence[str], errors: Errors, prefix: str = "") -> None:
    """Collect an error for every field that is absent or null."""
    for field in fields:
        if body.get(field) is None:
            errors[prefix + field] = [required(prefix + field)]


def already_taken(field: str) -> str:
    """Return the message for a value that must be unique."""
    return f"The {field.replace('_', ' ')} has already been taken."


def submitted_fields(body: Body, fields: Iterable[str]) -> dict[str, Any]:
    """Return the fields that a body contains, including those that are null."""
    return {field: body[field] for field in fields if field in body}


def parse_id_or_none(value: Any) -> int | None:
    """Parse an id that may be null."""
    return None if value is None else integer(value)


@lru_cache(maxsize=4096)
def _parse_amount(text: str) -> Decimal:
    return quantize(decimal(text))


def parse_amount(value: Any) -> Decimal:
    """Parse a number of a body and round it to two decimals, before any calculation."""
    return _parse_amount(str(value))


def parse_amount_or_none(value: Any) -> Decimal | None:
    """Parse a number that may be null."""
    return None if value is None else parse_amount(value)


@lru_cache(maxsize=4096)
def _parse_date(text: str) -> date:
    return date.fromisoformat(text)


def parse_date(value: str) -> date:
    """Parse a date of a body; equal dates share one object."""
    return _parse_date(value)


def parse_date_or_none(value: str | None) -> date | None:
    """Parse a date that may be null."""
    return None if value is None else _parse_date(value)


@lru_cache(maxsize=16384)
def format_amount(number: Decimal) -> str:
    """Format a number for rows and responses: two decimals, a dot, never a negative zero."""
    rounded = quantize(number)
    return str(rounded) if rounded else ZERO_AMOUNT
