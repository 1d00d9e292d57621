"""Translation of the contract's schemas to JSON Schema validators of ``jsonschema``.

``jsonschema`` has the clearest errors. The mock validates its own responses with another library
and translation, so each detects defects of the other.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import jsonschema
from jsonschema.protocols import Validator

Schema = dict[str, Any]

_KEYWORDS = frozenset(
    {
        "additionalProperties", "enum", "format", "maxItems", "maxLength", "maxProperties", "maximum",
        "minItems", "minLength", "minProperties", "minimum", "multipleOf", "pattern", "required",
        "type", "uniqueItems", "x-evidence",
    }
)  # fmt: skip
_LIST_KEYWORDS = ("allOf", "anyOf", "oneOf")
_SCHEMA_KEYWORDS = ("items", "not", "additionalProperties")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_INSTANT = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})", re.ASCII
)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+", re.ASCII)


def _is_instant(text: str) -> bool:
    return bool(_INSTANT.fullmatch(text)) and bool(datetime.fromisoformat(text[:19]))


def _is_day(text: str) -> bool:
    return bool(_DAY.fullmatch(text)) and bool(date.fromisoformat(text))


_FORMATS: Mapping[str, Callable[[str], bool]] = {
    "date": _is_day,
    "date-time": _is_instant,
    "email": lambda text: bool(_EMAIL.fullmatch(text)),
    "uri": lambda text: bool(_URI.fullmatch(text)),
    "uuid": lambda text: str(UUID(text)) == text.lower(),
}


def _formats() -> jsonschema.FormatChecker:
    checker = jsonschema.FormatChecker(formats=())
    for name, is_valid in _FORMATS.items():

        def check(value: object, is_valid: Callable[[str], bool] = is_valid) -> bool:
            return not isinstance(value, str) or is_valid(value)

        checker.checks(name, raises=ValueError)(check)
    return checker


def _is_integer(_: Any, value: object) -> bool:
    if isinstance(value, bool):
        return False
    return isinstance(value, int) or (
        isinstance(value, Decimal) and value == value.to_integral_value()
    )


# The types that a Python type certainly has, and the keywords besides which a schema checks nothing else.
_PLAIN_TYPES: Mapping[type, frozenset[str]] = {
    str: frozenset({"string"}),
    bool: frozenset({"boolean"}),
    int: frozenset({"integer", "number"}),
    Decimal: frozenset({"number"}),
    type(None): frozenset({"null"}),
}
_PLAIN_KEYWORDS = frozenset({"type", "x-evidence"})


def _is_plainly_valid(value: object, schema: Schema) -> bool:
    """Return whether a value has the type, if its schema asks for nothing else."""
    types = _PLAIN_TYPES.get(type(value))
    if types is None or not schema.keys() <= _PLAIN_KEYWORDS:
        return False
    allowed = schema.get("type", ())
    return allowed in types if isinstance(allowed, str) else not types.isdisjoint(allowed)


def _properties(
    validator: Any, properties: Mapping[str, Schema], instance: object, schema: Schema
) -> Iterator[Any]:
    """Validate the properties of an object, without a validator for each that needs only its type.

    Most properties do, and to create their validators takes half of the time.
    """
    if isinstance(instance, dict):
        others = {
            name: subschema
            for name, subschema in properties.items()
            if name in instance and not _is_plainly_valid(instance[name], subschema)
        }
        yield from _validate_properties(validator, others, instance, schema)


CACHE_SIZE = 20_000
_FORMAT_CHECKER = _formats()
_validate_reference = jsonschema.Draft202012Validator.VALIDATORS["$ref"]
_validate_properties = jsonschema.Draft202012Validator.VALIDATORS["properties"]
_BaseValidator: type[Validator] = jsonschema.validators.extend(
    jsonschema.Draft202012Validator,
    {"properties": _properties},
    type_checker=jsonschema.Draft202012Validator.TYPE_CHECKER.redefine("integer", _is_integer),
)


def _caching_validator() -> type[Validator]:
    """Return a validator class that caches which instances are valid.

    The same rows appear in many lists, and validating them takes longer than a cache lookup.
    """
    valid: set[tuple[str, str]] = set()

    def ref(validator: Any, reference: str, instance: object, schema: Schema) -> Iterator[Any]:
        key = reference, repr(instance)
        if key in valid:
            return
        errors = list(_validate_reference(validator, reference, instance, schema))
        yield from errors
        if not errors and len(valid) < CACHE_SIZE:
            valid.add(key)

    validator_class: type[Validator] = jsonschema.validators.extend(_BaseValidator, {"$ref": ref})
    return validator_class


class Schemas:
    """Validators for the schemas of one contract.

    ``closed`` rejects properties that the contract does not define. This is right for a mock; a
    real service may add properties without breaking clients.
    """

    def __init__(self, components: Mapping[str, Any], *, closed: bool) -> None:
        self._components: Mapping[str, Schema] = components.get("schemas", {})
        self._closed = closed
        self._translated: dict[str, Schema] = {}
        self._validator_classes: dict[tuple[str, bool], type[Validator]] = {}

    def response_validator(self, schema: Schema) -> Validator:
        """Return a validator for a response body."""
        return self._validator(schema, hidden="writeOnly", closed=self._closed)

    def request_validator(self, schema: Schema) -> Validator:
        """Return a validator for a request body or parameter; unknown properties are allowed."""
        return self._validator(schema, hidden="readOnly", closed=False)

    def _validator(self, schema: Schema, *, hidden: str, closed: bool) -> Validator:
        root = self._translate(schema, hidden, closed)
        names = set(self._components)
        # The document contains every component twice: closed, and open for the parts of an allOf,
        # each of which defines only some of the properties.
        root["components"] = {
            "schemas": {n: self._component(n, hidden, closed) for n in names},
            "parts": {n: self._component(n, hidden, closed=False) for n in names},
        }
        if (hidden, closed) not in self._validator_classes:
            self._validator_classes[hidden, closed] = _caching_validator()
        return self._validator_classes[hidden, closed](root, format_checker=_FORMAT_CHECKER)

    def _component(self, name: str, hidden: str, closed: bool) -> Schema:
        key = f"{name} {hidden} {closed}"
        if key not in self._translated:
            self._translated[key] = self._translate(self._components[name], hidden, closed)
        return self._translated[key]

    def _translate(
        self, schema: Schema, hidden: str, closed: bool, *, part: bool = False
    ) -> Schema:
        if "$ref" in schema:
            reference: str = schema["$ref"]
            return {"$ref": reference.replace("/schemas/", "/parts/") if part else reference}
        translated: Schema = {
            key: _to_decimal(value) for key, value in schema.items() if key in _KEYWORDS
        }
        list_keywords = {key for key in _LIST_KEYWORDS if key in schema}
        for key in list_keywords:
            mixed = key == "allOf" and ("properties" in schema or len(schema[key]) > 1)
            translated[key] = [
                self._translate(subschema, hidden, closed and not mixed, part=part or mixed)
                for subschema in schema[key]
            ]
            if mixed and closed:
                translated["unevaluatedProperties"] = False
        for key in _SCHEMA_KEYWORDS:
            if isinstance(schema.get(key), dict):
                translated[key] = self._translate(schema[key], hidden, closed, part=False)
        if "properties" in schema:
            visible = {k: v for k, v in schema["properties"].items() if not v.get(hidden)}
            translated["properties"] = {
                k: self._translate(v, hidden, closed) for k, v in visible.items()
            }
            dropped = schema["properties"].keys() - visible.keys()
            translated["required"] = [
                name for name in schema.get("required", ()) if name not in dropped
            ]
            if closed and "additionalProperties" not in schema:
                translated["unevaluatedProperties" if list_keywords else "additionalProperties"] = (
                    False
                )
        for exclusive, plain in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
            if schema.get(exclusive):
                translated[exclusive] = translated.pop(plain)
        return _nullable(translated) if schema.get("nullable") else translated


def _nullable(schema: Schema) -> Schema:
    """Allow null: as a second type if possible, because ``anyOf`` is slower."""
    if not isinstance(schema.get("type"), str) or not schema.keys().isdisjoint(
        (*_LIST_KEYWORDS, "not")
    ):
        return {"anyOf": [{"type": "null"}, schema]}
    values = {"enum": [*schema["enum"], None]} if "enum" in schema else {}
    return {**schema, **values, "type": [schema["type"], "null"]}


def _to_decimal(value: Any) -> Any:
    """Convert a float of a schema to Decimal, the type of fractions in parsed responses."""
    return Decimal(str(value)) if isinstance(value, float) else value
