"""Rows as JSON data and back, exactly: decimals, days, instants, sets and rows within rows.

What is read must be what would be written. So everything that a reader could overlook, such as a
field that is unknown, is missing or is spelled in another way, is found by writing what was read.
"""

import functools
from collections.abc import Iterator
from dataclasses import is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec

_ENCODER = msgspec.json.Encoder(order="sorted")
# Amounts beyond this many digits before or after the point come from no contract, and what
# computes with them would fail.
_DIGITS, _TEXT = 40, 80
_FIRST_YEAR, _LAST_YEAR = 1, 9998


class Unreadable(ValueError):
    """Data that is no row, or none that could have been written. ``where`` is a path such as ``$.id``."""

    def __init__(self, why: str, where: str = "$") -> None:
        super().__init__(why)
        self.why = why
        self.where = where

    def below(self, place: str) -> "Unreadable":
        """The same, seen from what holds the data."""
        return Unreadable(self.why, place + self.where.removeprefix("$"))

    def __str__(self) -> str:
        return f"{self.where}: {self.why}"


def text(value: Any, indent: str = "") -> bytes:
    """A value as JSON, sorted and indented; every line but the first begins with ``indent``."""
    lines: bytes = msgspec.json.format(_ENCODER.encode(value), indent=2)
    return lines.replace(b"\n", b"\n" + indent.encode()) if indent else lines


def data(value: Any) -> Any:
    """A value as JSON data."""
    return msgspec.json.decode(_ENCODER.encode(value))


def read(kind: Any, found: Any) -> Any:
    """The value of a type that JSON data stands for. Raises ``Unreadable``."""
    try:
        value = msgspec.convert(found, kind)
    except (msgspec.ValidationError, ValueError, ArithmeticError) as error:
        why, _, where = str(error).partition(" - at ")
        raise Unreadable(why, where.strip("`") or "$") from error
    for leaf in _leaves(value):
        flaw = _flaw(leaf)
        if flaw is not None:
            raise Unreadable(f"{leaf} {flaw}")
    written = data(value)
    if written != found:
        raise next(_differences(found, written, "$"), Unreadable("cannot be read exactly"))
    return value


def _differences(found: Any, written: Any, where: str) -> Iterator[Unreadable]:
    if isinstance(found, dict) and isinstance(written, dict):
        for name in found.keys() - written.keys():
            yield Unreadable("is unknown", f"{where}.{name}")
        for name in written.keys() - found.keys():
            yield Unreadable("is missing", f"{where}.{name}")
        for name in written.keys() & found.keys():
            yield from _differences(found[name], written[name], f"{where}.{name}")
    elif isinstance(found, list) and isinstance(written, list) and len(found) == len(written):
        for place, pair in enumerate(zip(found, written, strict=True)):
            yield from _differences(*pair, f"{where}[{place}]")
    elif found != written:
        yield Unreadable(f"must be written as {_ENCODER.encode(written).decode()}", where)


def _flaw(leaf: Any) -> str | None:
    """What is wrong with an amount, a day or an instant that can be read, but not computed with."""
    if isinstance(leaf, Decimal):
        sound = leaf.is_finite() and abs(leaf.adjusted()) <= _DIGITS and len(str(leaf)) <= _TEXT
        return None if sound else "is no amount"
    if isinstance(leaf, datetime) and leaf.tzinfo is not UTC:
        return "must be an instant in UTC"
    return None if _FIRST_YEAR <= leaf.year <= _LAST_YEAR else "lies outside of the years 1 to 9998"


def _leaves(value: Any) -> Iterator[Any]:
    """Every amount, day and instant within a value."""
    kind: Any = type(value)
    if kind is Decimal or kind is datetime or kind is date:
        yield value
    elif kind is tuple:
        for each in value:
            yield from _leaves(each)
    elif kind not in _NOTHING_WITHIN:
        for name in _fields(kind):
            yield from _leaves(getattr(value, name))


_NOTHING_WITHIN = {str, int, bool, type(None), dict, bytes}


@functools.cache
def _fields(kind: Any) -> tuple[str, ...]:
    if issubclass(kind, msgspec.Struct):
        return tuple(kind.__struct_fields__)
    return tuple(kind.__dataclass_fields__) if is_dataclass(kind) else ()
