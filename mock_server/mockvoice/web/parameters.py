"""Parse parameter values by the contract's styles and types."""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import parse_qsl

from mockvoice.web.errors import Violation
from mockvoice.web.request_validator import request_validator
from mockvoice.web.schemas import Schema

_INTEGER = re.compile(r"-?[0-9]{1,19}")
_NUMBER = re.compile(r"-?[0-9]{1,19}(\.[0-9]{1,19})?([eE][+-]?[0-9]{1,2})?")
_SEPARATORS = {"form": ",", "simple": ",", "spaceDelimited": " ", "pipeDelimited": "|"}

ValueParser = Callable[[str], Any]


class InvalidValue(ValueError):
    """Text that is not a value of the contract's type."""


def parse_query(query: bytes) -> list[tuple[str, str]]:
    """Parse a query string into pairs, in their order; invalid UTF-8 becomes U+FFFD."""
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


_PARSERS: Mapping[str, ValueParser] = {
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "string": str,
}


def value_parser(schema: Schema, components: Mapping[str, Any]) -> ValueParser:
    """Return a parser of one value of a schema; for ``anyOf``, the first branch that accepts it.

    A branch accepts text that it can parse to a valid value: with a minimum of 1, an integer branch
    leaves ``0`` to a string branch. If none accepts it, the first that can parse it reports a
    violation.
    """
    branches: Sequence[Schema] = schema.get("anyOf") or schema.get("oneOf") or ()
    if not branches:
        return _PARSERS.get(schema.get("type", "string"), str)
    parsers = [
        (value_parser(branch, components), request_validator(branch, components, "").is_valid)
        for branch in branches
    ]

    def parse(text: str) -> Any:
        rejected = []
        for parser, is_valid in parsers:
            try:
                value = parser(text)
            except InvalidValue:
                continue
            if is_valid(value):
                return value
            rejected.append(value)
        if not rejected:
            raise InvalidValue
        return rejected[0]

    return parse


class Parameter:
    """One parameter of an operation: its location, style, type and schema."""

    __slots__ = (
        "_array",
        "_explode",
        "_has_branches",
        "_is_plain_integer",
        "_minimum",
        "_parse_value",
        "_separator",
        "_validator",
        "argument",
        "default",
        "location",
        "name",
        "required",
        "rule",
    )

    def __init__(self, parameter: Mapping[str, Any], components: Mapping[str, Any]) -> None:
        schema: Schema = parameter["schema"]
        self.name: str = parameter["name"]
        self.location: str = parameter["in"]
        self.argument = argument_name(self.name)
        self.required: bool = parameter.get("required", False)
        style = parameter.get("style", "form" if self.location in ("query", "cookie") else "simple")
        if style not in _SEPARATORS:
            raise ValueError(f"parameter {self.name}: style {style} is not supported")
        self._separator = _SEPARATORS[style]
        self._explode: bool = parameter.get("explode", style == "form")
        self._array = schema.get("type") == "array"
        self._has_branches = "anyOf" in schema or "oneOf" in schema
        self._parse_value = value_parser(schema["items"] if self._array else schema, components)
        self.default = schema.get("default")
        self.rule: str = schema.get("type", schema.get("x-rule", "type"))
        self._validator = request_validator(schema, components, self.location)
        limits = {k: v for k, v in schema.items() if k in ("minimum", "maximum")}
        self._is_plain_integer = schema.get("type") == "integer" and (
            schema.keys() - {"description", "example", "default", "format", "nullable"}
            <= {"type", "minimum", "maximum"}
            and limits.get("maximum", 10**15) >= 10**15
        )
        self._minimum: int = limits.get("minimum", 0)

    def parse(self, values: Sequence[str], violations: list[Violation]) -> Any:
        """Parse the values of this name; without any, return the default or ``None``.

        Violations are added to ``violations``.
        """
        if self._is_plain_integer and len(values) == 1:
            text = values[0]
            # A fast path for ids, with the same result as the rest of this method.
            if len(text) < 16 and text.isascii() and text.isdigit() and self._minimum <= int(text):
                return int(text)
        if not values:
            if self.required:
                violations.append(Violation(self.location, (self.name,), "required"))
            return self.default
        try:
            if self._array:
                if not self._explode:
                    values = values[-1].split(self._separator)
                value: Any = [self._parse_value(text) for text in values]
            else:
                value = self._parse_value(values[-1])
        except InvalidValue:
            violations.append(Violation(self.location, (self.name,), self.rule, value=values[-1]))
            return None
        if self._validator.is_valid(value):
            return value
        if self._has_branches and self._validator.is_valid(values[-1]):
            # A value that a typed branch rejects, such as page 0, is valid text for another.
            return values[-1]
        violations += self._validator.violations(value, (self.name,))
        return value


def argument_name(name: str) -> str:
    """Convert a parameter's name to a handler's argument.

    ``invoiceId`` becomes ``invoice_id``, and ``filter[status]`` becomes ``filter_status``.
    """
    separated = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return re.sub(r"[^a-z0-9]+", "_", separated.lower()).strip("_")
