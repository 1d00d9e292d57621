"""Exact conversion of rows to JSON data and back: decimals, dates, date-times, sets, nested rows.

``decode`` encodes its result again, to reject data with unknown or differently written fields. A
missing field gets its default.
"""

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec

_ENCODER = msgspec.json.Encoder(order="sorted")
_UNSORTED_ENCODER = msgspec.json.Encoder()
# No contract allows amounts with more digits before or after the point, and calculations with them
# would fail.
_MAX_EXPONENT, _MAX_LENGTH = 40, 80


class DecodeError(ValueError):
    """Data that is not an encoded row. ``path`` locates the invalid value, such as ``$.id``."""

    def __init__(self, reason: str, path: str = "$") -> None:
        super().__init__(reason)
        self.reason = reason
        self.path = path

    def prefixed(self, prefix: str) -> "DecodeError":
        """Return the same error with its path prefixed by that of the enclosing value."""
        return DecodeError(self.reason, prefix + self.path.removeprefix("$"))

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


def one_of(*texts: str) -> msgspec.Meta:
    """Return the constraint of a field that has one of these texts, for use in ``Annotated``."""
    return msgspec.Meta(pattern=f"^({'|'.join(map(re.escape, texts))})$")


def dumps(value: Any, indent: str = "") -> bytes:
    """Encode a value as sorted, indented JSON; every line but the first begins with ``indent``.

    Mappings within rows keep their order, since responses show it.
    """
    kind: Any = type(value)
    encoded = (
        _UNSORTED_ENCODER.encode(_sorted(value))
        if _contains_mapping(kind)
        else _ENCODER.encode(value)
    )
    lines: bytes = msgspec.json.format(encoded, indent=2)
    return lines.replace(b"\n", b"\n" + indent.encode()) if indent else lines


def to_jsonable(value: Any) -> Any:
    """Convert a value to JSON data."""
    return msgspec.json.decode(_ENCODER.encode(value))


def decode(kind: Any, data: Any) -> Any:
    """Convert JSON data to a value of the type. Raises ``DecodeError``."""
    try:
        value = msgspec.convert(data, kind)
    except (msgspec.ValidationError, ValueError, ArithmeticError) as error:
        reason, _, path = str(error).partition(" - at ")
        path = path.strip("`") or "$"
        if reason.startswith("Invalid enum value"):
            reason += f"; expected one of {', '.join(map(repr, _choices(kind, path)))}"
        raise DecodeError(reason, path) from error
    for path, leaf in _leaves(value, "$"):
        problem = _rejection_reason(leaf)
        if problem is not None:
            raise DecodeError(f"{leaf} {problem}", path)
    encoded = to_jsonable(value)
    if encoded != data:
        for difference in _differences(data, encoded, "$"):
            raise difference
    return value


def _choices(kind: Any, path: str) -> Iterator[Any]:
    """Iterate over the literal values that a type allows at a path such as ``$.lines[0].type``."""
    kinds = [kind]
    for name in re.findall(r"\w+", path):
        items = [part for union in kinds for part in (union, *get_args(union))]
        if name.isdecimal():
            kinds = [args[0] for part in items if (args := get_args(part))]
        else:
            kinds = [get_type_hints(part)[name] for part in items if name in _fields_of(part)]
    for union in kinds:
        for part in (union, *get_args(union)):
            if get_origin(part) is Literal:
                yield from get_args(part)


def _fields_of(kind: Any) -> tuple[str, ...]:
    return _fields(kind) if isinstance(kind, type) and get_origin(kind) is None else ()


def _differences(data: Any, encoded: Any, path: str) -> Iterator[DecodeError]:
    if isinstance(data, dict) and isinstance(encoded, dict):
        for name in data.keys() - encoded.keys():
            yield DecodeError("is unknown", f"{path}.{name}")
        for name in encoded.keys() & data.keys():
            yield from _differences(data[name], encoded[name], f"{path}.{name}")
    elif isinstance(data, list) and isinstance(encoded, list) and len(data) == len(encoded):
        for index, pair in enumerate(zip(data, encoded, strict=True)):
            yield from _differences(*pair, f"{path}[{index}]")
    elif data != encoded:
        yield DecodeError(f"must be written as {_ENCODER.encode(encoded).decode()}", path)


def _rejection_reason(leaf: Any) -> str | None:
    """Return why an amount, date or date-time is rejected although it can be decoded."""
    if isinstance(leaf, Decimal):
        is_valid = (
            leaf.is_finite()
            and abs(leaf.adjusted()) <= _MAX_EXPONENT
            and len(str(leaf)) <= _MAX_LENGTH
        )
        return None if is_valid else "is not finite or has too many digits"
    return "is not in UTC" if isinstance(leaf, datetime) and leaf.tzinfo is not UTC else None


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Iterate over the amounts, dates and date-times within a value, with the path of each."""
    kind: Any = type(value)
    if kind is Decimal or kind is datetime or kind is date:
        yield path, value
    elif kind is tuple:
        for index, item in enumerate(value):
            yield from _leaves(item, f"{path}[{index}]")
    elif kind not in _OPAQUE_TYPES:
        for name in _fields(kind):
            yield from _leaves(getattr(value, name), f"{path}.{name}")


_OPAQUE_TYPES = {str, int, bool, type(None), dict, bytes}


@functools.cache
def _fields(kind: Any) -> tuple[str, ...]:
    if issubclass(kind, msgspec.Struct):
        return tuple(kind.__struct_fields__)
    return tuple(kind.__dataclass_fields__) if is_dataclass(kind) else ()


def _sorted(value: Any) -> Any:
    """Convert rows within a value to mappings with sorted names, and sets to sorted lists."""
    if isinstance(value, (tuple, list)):
        return [_sorted(item) for item in value]
    if isinstance(value, frozenset):
        return sorted(value)
    kind: Any = type(value)
    fields = _fields(kind)
    return {name: _sorted(getattr(value, name)) for name in sorted(fields)} if fields else value


@functools.cache
def _contains_mapping(kind: Any) -> bool:
    """Whether rows of a type contain mappings, such as request data that is only echoed."""
    return any(_is_mapping(part) for name in _fields(kind) for part in _nested_types(kind, name))


def _is_mapping(part: Any) -> bool:
    kind: Any = part
    return isinstance(part, type) and (issubclass(part, Mapping) or _contains_mapping(kind))


def _nested_types(kind: Any, name: str) -> Iterator[Any]:
    pending = [get_type_hints(kind)[name]]
    while pending:
        part = pending.pop()
        yield get_origin(part) or part
        pending.extend(get_args(part))
