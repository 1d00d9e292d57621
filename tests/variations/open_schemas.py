"""What a schema of a contract leaves open for one value."""

from collections.abc import Iterator, Mapping
from typing import Any

from mockvoice_contracts.harness.contract import Contract
from tests.variations.json_spelling import Number

Schema = Mapping[str, Any]
BOUNDS = ("additionalProperties", "maxProperties", "not", "enum")


def applicable(contract: Contract, schema: Schema) -> Iterator[Schema]:
    """Yield a schema without its references, and all parts and alternatives of it."""
    schema = contract.resolve(schema)
    yield schema
    for keyword in ("allOf", "anyOf", "oneOf"):
        for part in schema.get(keyword, ()):
            yield from applicable(contract, part)


def is_open(schemas: list[Schema]) -> bool:
    """Return whether an object may have a property that no schema names."""
    return all(
        schema.get("additionalProperties", True) is True
        and not any(schema.get(bound) for bound in BOUNDS[1:])
        for schema in schemas
    )


def property_schemas(contract: Contract, schemas: list[Schema], name: str) -> list[Schema]:
    """Return the schemas of a property."""
    found = [
        schema["properties"][name] for schema in schemas if name in schema.get("properties", ())
    ]
    found += [
        schema["additionalProperties"]
        for schema in schemas
        if name not in schema.get("properties", ())
        and isinstance(schema.get("additionalProperties"), Mapping)
    ]
    return [part for schema in found for part in applicable(contract, schema)]


def item_schemas(contract: Contract, schemas: list[Schema]) -> list[Schema]:
    """Return the schemas of the items of a list."""
    found = [schema["items"] for schema in schemas if "items" in schema]
    return [part for schema in found for part in applicable(contract, schema)]


def has_fraction(schemas: list[Schema]) -> bool:
    """Return whether a number may be written with a fraction: it is a number in all schemas."""
    types = [schema["type"] for schema in schemas if "type" in schema]
    return bool(types) and all(kind == "number" for kind in types)


def is_instant(schemas: list[Schema]) -> bool:
    """Return whether a text is an instant in any form of RFC 3339."""
    return any(schema.get("format") == "date-time" for schema in schemas) and not any(
        schema.get(keyword) for schema in schemas for keyword in ("pattern", "enum")
    )


def other_number(number: Number) -> Number:
    """Return another form of the same number: 10 is 10.0, 10.5 is 10.50."""
    text = str(number)
    if "e" in text.lower():
        return number
    return Number(f"{text}0" if "." in text else f"{text}.0")


def other_instant(text: str) -> str:
    """Return another form of the same instant: with an offset in place of ``Z``, and a fraction."""
    if not text.endswith("Z"):
        return text
    start = text.removesuffix("Z")
    return f"{start if '.' in start else f'{start}.000'}+00:00"
