"""Rows as JSON data and back, exactly: decimals, days, instants, sets and rows within rows.

What is read must be what would be written. So everything that a reader could overlook, such as a
field that is unknown, is missing or is spelled in another way, is found by writing what was read. Rows are
structs, or dataclasses with slots: of others, a default that was left out cannot be seen.
"""

import functools
from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, get_args, get_origin, get_type_hints

import msgspec

_ENCODER = msgspec.json.Encoder(order="sorted")
_AS_IT_COMES = msgspec.json.Encoder()
# Amounts beyond this many digits before or after the point come from no contract, and what
# computes with them would fail.
_DIGITS, _TEXT = 40, 80
_FIRST_YEAR, _LAST_YEAR = 1, 9998


class DecodeError(ValueError):
    """Data that is no row, or none that could have been written. ``where`` is a path such as ``$.id``."""

    def __init__(self, why: str, where: str = "$") -> None:
        super().__init__(why)
        self.why = why
        self.where = where

    def prefixed(self, place: str) -> "DecodeError":
        """The same, seen from what holds the data."""
        return DecodeError(self.why, place + self.where.removeprefix("$"))

    def __str__(self) -> str:
        return f"{self.where}: {self.why}"


def dumps(value: Any, indent: str = "") -> bytes:
    """A value as JSON, sorted and indented; every line but the first begins with ``indent``.

    Mappings within rows keep their order, since answers show it.
    """
    kind: Any = type(value)
    written = _AS_IT_COMES.encode(_sorted(value)) if _echoes(kind) else _ENCODER.encode(value)
    lines: bytes = msgspec.json.format(written, indent=2)
    return lines.replace(b"\n", b"\n" + indent.encode()) if indent else lines


def to_jsonable(value: Any) -> Any:
    """A value as JSON data."""
    return msgspec.json.decode(_ENCODER.encode(value))


def decode(kind: Any, found: Any) -> Any:
    """The value of a type that JSON data stands for. Raises ``Unreadable``."""
    try:
        value = msgspec.convert(found, kind)
    except (msgspec.ValidationError, ValueError, ArithmeticError) as error:
        why, _, where = str(error).partition(" - at ")
        raise DecodeError(why, where.strip("`") or "$") from error
    for leaf in _leaves(value):
        flaw = _flaw(leaf)
        if flaw is not None:
            raise DecodeError(f"{leaf} {flaw}")
    written = to_jsonable(value)
    if written != found:
        raise next(_differences(found, written, "$"), DecodeError("cannot be read exactly"))
    return value


def _differences(found: Any, written: Any, where: str) -> Iterator[DecodeError]:
    if isinstance(found, dict) and isinstance(written, dict):
        for name in found.keys() - written.keys():
            yield DecodeError("is unknown", f"{where}.{name}")
        for name in written.keys() - found.keys():
            yield DecodeError("is missing", f"{where}.{name}")
        for name in written.keys() & found.keys():
            yield from _differences(found[name], written[name], f"{where}.{name}")
    elif isinstance(found, list) and isinstance(written, list) and len(found) == len(written):
        for place, pair in enumerate(zip(found, written, strict=True)):
            yield from _differences(*pair, f"{where}[{place}]")
    elif found != written:
        yield DecodeError(f"must be written as {_ENCODER.encode(written).decode()}", where)


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


def _sorted(value: Any) -> Any:
    """A value in which rows are mappings with sorted names, and sets are sorted lists."""
    if isinstance(value, (tuple, list)):
        return [_sorted(each) for each in value]
    if isinstance(value, frozenset):
        return sorted(value)
    kind: Any = type(value)
    fields = _fields(kind)
    return {name: _sorted(getattr(value, name)) for name in sorted(fields)} if fields else value


@functools.cache
def _echoes(kind: Any) -> bool:
    """Whether rows of a type hold mappings, as of what was sent and is only shown again."""
    return any(_is_mapping(part) for name in _fields(kind) for part in _parts(kind, name))


def _is_mapping(part: Any) -> bool:
    kind: Any = part
    return isinstance(part, type) and (issubclass(part, Mapping) or _echoes(kind))


def _parts(kind: Any, name: str) -> Iterator[Any]:
    waiting = [get_type_hints(kind)[name]]
    while waiting:
        part = waiting.pop()
        yield get_origin(part) or part
        waiting.extend(get_args(part))
