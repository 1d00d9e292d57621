"""The projection to OpenAPI 3.1, whose schemas are those of JSON Schema 2020-12."""

from collections.abc import Mapping
from typing import Any

from mockvoice.projections.schemas import (
    Schema,
    convert_schemas,
    convert_subschemas,
    without_schemas,
)


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
    result = convert_subschemas(schema, _convert)
    if "example" in result:
        result["examples"] = [result.pop("example")]
    for exclusive, inclusive in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if result.pop(exclusive, False):
            result[exclusive] = result.pop(inclusive)
    if result.get("format") == "binary":
        del result["format"]
        result["contentMediaType"] = "application/octet-stream"
    nullable = result.pop("nullable", False)
    if list(map(list, result.get("allOf", ()))) == [["$ref"]]:
        result["$ref"] = result.pop("allOf")[0]["$ref"]
    return _nullable(result) if nullable else result


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    """Allow null in a schema of OpenAPI 3.1."""
    if "type" not in schema:
        texts = {key: value for key, value in schema.items() if key in ("description", "title")}
        schema = {key: value for key, value in schema.items() if key not in texts}
        return {**texts, "anyOf": [schema, {"type": "null"}]}
    schema["type"] = [schema["type"], "null"]
    if "enum" in schema and None not in schema["enum"]:
        schema["enum"] = [*schema["enum"], None]
    return schema
