"""The projection to OpenAPI 3.1, whose schemas are those of JSON Schema 2020-12."""

from collections.abc import Mapping
from typing import Any

from mockvoice.projections.schemas import (
    COMPOSITION,
    Schema,
    convert_schemas,
    convert_subschemas,
    without_schemas,
)

# What a schema says about a value without limiting it.
_ANNOTATIONS = {
    "default",
    "deprecated",
    "description",
    "examples",
    "externalDocs",
    "readOnly",
    "title",
    "writeOnly",
}
_FILES = {
    "binary": {"contentMediaType": "application/octet-stream"},
    "byte": {"contentEncoding": "base64"},
}


def to_openapi_31(contract: Mapping[str, Any]) -> dict[str, Any]:
    """Return an OpenAPI 3.0 document as OpenAPI 3.1.

    Null becomes a type, exclusive bounds become numbers, files get a media type, and texts stand
    beside ``$ref`` without ``allOf``.
    """
    result: dict[str, Any] = convert_schemas(
        without_schemas(contract), lambda schema, _: _convert(schema)
    )
    if "schemas" in contract.get("components", {}):
        result["components"]["schemas"] = {
            name: _convert(schema) for name, schema in contract["components"]["schemas"].items()
        }
    return {**result, "openapi": "3.1.0"}


def _convert(schema: Schema) -> dict[str, Any]:
    result = convert_subschemas(schema, lambda _, part: _convert(part))
    if "example" in result:
        result["examples"] = [result.pop("example")]
    for exclusive, inclusive in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if result.pop(exclusive, False) and inclusive in result:
            result[exclusive] = result.pop(inclusive)
    if (file := _FILES.get(result.get("format", ""))) is not None:
        del result["format"]
        result |= file
    nullable = result.pop("nullable", False)
    match result.get("allOf"):
        case [{"$ref": reference, **rest}] if not rest:
            del result["allOf"]
            result["$ref"] = reference
    return _nullable(result) if nullable else result


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    """Allow null. A composed schema becomes an alternative, since its parts would reject null."""
    if "type" not in schema or {*COMPOSITION, "$ref"} & schema.keys():
        about = {
            key: value
            for key, value in schema.items()
            if key in _ANNOTATIONS or key.startswith("x-")
        }
        rest = {key: value for key, value in schema.items() if key not in about}
        return {**about, "anyOf": [rest, {"type": "null"}]}
    schema["type"] = [schema["type"], "null"]
    if "enum" in schema and None not in schema["enum"]:
        schema["enum"] = [*schema["enum"], None]
    return schema
