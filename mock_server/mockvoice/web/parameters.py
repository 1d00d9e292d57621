"""Parameters as typed values, read from their text by the contract's styles."""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import parse_qsl

from mockvoice.web.errors import Violation
from mockvoice.web.schemas import RequestValidator, Schema

_INTEGER = re.compile(r"-?[0-9]{1,19}")
_NUMBER = re.compile(r"-?[0-9]{1,19}(\.[0-9]{1,19})?([eE][+-]?[0-9]{1,2})?")
_SEPARATORS = {"form": ",", "simple": ",", "spaceDelimited": " ", "pipeDelimited": "|"}

ValueParser = Callable[[str], Any]


class InvalidValue(ValueError):
    """Text that is no value of the type that the contract names."""


def parse_query(query: bytes) -> list[tuple[str, str]]:
    """The pairs of a query string, in their order; bytes that are no UTF-8 become U+FFFD."""
    if not query:
        return []
    text = query.decode("latin-1")
    if "%" in text or "+" in text or ";" in text:
        return parse_qsl(text, keep_blank_values=True)
    return [
        (name, value)
        for name, _, value in (pair.partition("=") for pair in text.split("&") if pair)
    ]


def _integer(text: str) -> int:
    if not _INTEGER.fullmatch(text):
        raise InvalidValue
    return int(text)


def _number(text: str) -> Decimal:
    if not _NUMBER.fullmatch(text):
        raise InvalidValue
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise InvalidValue from error


def _boolean(text: str) -> bool:
    if text in {"true", "false"}:
        return text == "true"
    raise InvalidValue


_READERS: Mapping[str, ValueParser] = {
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "string": str,
}


def value_parser(schema: Schema, components: Mapping[str, Any]) -> ValueParser:
    """How to read one value of a schema; of ``anyOf``, as the first branch that takes the text.

    A branch takes what it can read and finds valid, so that 0 is text where whole numbers begin at 1.
    Text that no branch takes is read as the first that can read it, for its breach to be named.
    """
    branches: Sequence[Schema] = schema.get("anyOf") or schema.get("oneOf") or ()
    if not branches:
        return _READERS.get(schema.get("type", "string"), str)
    readers = [
        (value_parser(branch, components), RequestValidator(branch, components, "").is_valid)
        for branch in branches
    ]

    def read(text: str) -> Any:
        readable = []
        for reader, is_valid in readers:
            try:
                value = reader(text)
            except InvalidValue:
                continue
            if is_valid(value):
                return value
            readable.append(value)
        if not readable:
            raise InvalidValue
        return readable[0]

    return read


class Parameter:
    """One parameter of an operation: where it is sent, how it is read, what it must be."""

    __slots__ = ("_array", "_default", "_explode", "_in_branches", "_lowest", "_plain_integer", "_read",
                 "_separator", "_validator", "argument", "name", "place", "required", "rule")  # fmt: skip

    def __init__(self, parameter: Mapping[str, Any], components: Mapping[str, Any]) -> None:
        schema: Schema = parameter["schema"]
        self.name: str = parameter["name"]
        self.place: str = parameter["in"]
        self.argument = argument_name(self.name)
        self.required: bool = parameter.get("required", False)
        style = parameter.get("style", "form" if self.place in ("query", "cookie") else "simple")
        if style not in _SEPARATORS:
            raise ValueError(f"parameter {self.name}: style {style} is not served")
        self._separator = _SEPARATORS[style]
        self._explode: bool = parameter.get("explode", style == "form")
        self._array = schema.get("type") == "array"
        self._in_branches = "anyOf" in schema or "oneOf" in schema
        self._read = value_parser(schema["items"] if self._array else schema, components)
        self._default = schema.get("default")
        self.rule: str = schema.get("type", schema.get("x-rule", "type"))
        self._validator = RequestValidator(schema, components, self.place)
        limits = {k: v for k, v in schema.items() if k in ("minimum", "maximum")}
        self._plain_integer = schema.get("type") == "integer" and (
            schema.keys() - {"description", "example", "default", "format", "nullable"}
            <= {"type", "minimum", "maximum"}
            and limits.get("maximum", 10**15) >= 10**15
        )
        self._lowest: int = limits.get("minimum", 0)

    def parse(self, values: Sequence[str], violations: list[Violation]) -> Any:
        """The typed value of what was sent under this name, or the default.

        ``None`` if there is none; breaches are added to ``violations``.
        """
        if self._plain_integer and len(values) == 1:
            text = values[0]
            # Most parameters are ids; this is what the rest of this method would find.
            if len(text) < 16 and text.isascii() and text.isdigit() and self._lowest <= int(text):
                return int(text)
        if not values:
            if self.required:
                violations.append(Violation(self.place, (self.name,), "required"))
            return self._default
        try:
            if self._array:
                if not self._explode:
                    values = values[-1].split(self._separator)
                value: Any = [self._read(text) for text in values]
            else:
                value = self._read(values[-1])
        except InvalidValue:
            violations.append(Violation(self.place, (self.name,), self.rule, value=values[-1]))
            return None
        if self._validator.is_valid(value):
            return value
        if self._in_branches and self._validator.is_valid(values[-1]):
            return values[
                -1
            ]  # what a typed branch refuses, such as a page 0, another takes as text
        violations += self._validator.violations(value, (self.name,))
        return value


def argument_name(name: str) -> str:
    """A parameter's name as a handler's argument: ``invoiceId`` is ``invoice_id``, ``filter[status]`` ``filter_status``."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return re.sub(r"[^a-z0-9]+", "_", spaced.lower()).strip("_")
