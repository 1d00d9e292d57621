"""Records by id, references between them, and the values that bodies carry."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeVar

from mockvoice.kernel.money import decimal, quantize
from mockvoice.kernel.store import Table
from mockvoice.vendors.optiflow.errors import Invalid, NotFound
from mockvoice.vendors.optiflow.models import NOTHING
from mockvoice.web.laravel import Errors, integer, required, selected_is_invalid

Row = TypeVar("Row")
Body = Mapping[str, Any]


def find(table: Table[Row], record_id: int) -> Row:
    """The record of this id. Raises ``NotFound``."""
    record = table.get(record_id)
    if record is None:
        raise NotFound
    return record


def known(table: Table[Row], record_id: int) -> Row:
    """The record that another one refers to; it is there. Raises ``KeyError``."""
    record = table.get(record_id)
    if record is None:
        raise KeyError(f"{table.name} {record_id}")
    return record


def referred(body: Body, field: str, table: Table[Row], errors: Errors) -> Row | None:
    """The record that a field names; none where the field is absent or null, and a note if unknown."""
    value = body.get(field)
    if value is None:
        return None
    record = table.get(integer(value))
    if record is None:
        errors[field] = [selected_is_invalid(field)]
    return record


def check_ids(field: str, values: Iterable[Any], table: Table[Any], errors: Errors) -> None:
    """Note every member of a list that names a record which does not exist."""
    for position, value in enumerate(values):
        if integer(value) not in table:
            name = f"{field}.{position}"
            errors[name] = [selected_is_invalid(name)]


def check_present(body: Body, fields: Sequence[str], errors: Errors, prefix: str = "") -> None:
    """Note the fields that are absent or null."""
    for field in fields:
        if body.get(field) is None:
            errors[prefix + field] = [required(prefix + field)]


def taken(field: str) -> str:
    """What is said of a value that must be unique."""
    return f"The {field.replace('_', ' ')} has already been taken."


def refuse(errors: Errors) -> None:
    """Raise ``Invalid`` if anything was noted."""
    if errors:
        raise Invalid(errors)


def changes(body: Body, fields: Iterable[str]) -> dict[str, Any]:
    """The fields that a body sets as they are; one left out is not among them, null is."""
    return {field: body[field] for field in fields if field in body}


def id_or_none(value: Any) -> int | None:
    """An id that may be null."""
    return None if value is None else integer(value)


def unique_ids(values: Iterable[Any]) -> tuple[int, ...]:
    """Ids in their order, a repeated one once."""
    return tuple(dict.fromkeys(integer(value) for value in values))


@lru_cache(maxsize=4096)
def _amount(text: str) -> Decimal:
    return quantize(decimal(text))


def amount(value: Any) -> Decimal:
    """A number of a body, rounded to two decimals before anything is reckoned with it."""
    return _amount(str(value))


def amount_or_none(value: Any) -> Decimal | None:
    """A number that may be null."""
    return None if value is None else amount(value)


@lru_cache(maxsize=4096)
def _day(text: str) -> date:
    return date.fromisoformat(text)


def day(value: str) -> date:
    """A day of a body; equal ones are one object."""
    return _day(value)


def day_or_none(value: str | None) -> date | None:
    """A day that may be null."""
    return None if value is None else _day(value)


@lru_cache(maxsize=16384)
def shown(number: Decimal) -> str:
    """A number as it is stored and shown: two decimals, a dot, never a negative zero."""
    rounded = quantize(number)
    return str(rounded) if rounded else NOTHING
