"""The contract as OpenAPI 3.1. ``make contracts`` validates these documents, with their examples."""

import jsonschema_rs
import pytest
import schemathesis

from mockvoice.projections import project

REFERENCE = {"$ref": "#/components/schemas/Link"}


def converted(schema):
    """Return a schema of OpenAPI 3.0 as one of 3.1."""
    document = {"openapi": "3.0.3", "components": {"schemas": {"Note": schema, "Link": {}}}}
    return project(document, None, "3.1")["components"]["schemas"]["Note"]


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "string", "nullable": True}, {"type": ["string", "null"]}),
        ({"type": "string", "nullable": False}, {"type": "string"}),
        (
            {"type": "string", "nullable": True, "enum": ["a"]},
            {"type": ["string", "null"], "enum": ["a", None]},
        ),
        ({"nullable": True, "allOf": [REFERENCE]}, {"anyOf": [REFERENCE, {"type": "null"}]}),
        (
            {"type": "object", "nullable": True, "allOf": [REFERENCE]},
            {"anyOf": [{"type": "object", **REFERENCE}, {"type": "null"}]},
        ),
        (
            {"nullable": True, "readOnly": True, "description": "A link.", "oneOf": [REFERENCE]},
            {
                "readOnly": True,
                "description": "A link.",
                "anyOf": [{"oneOf": [REFERENCE]}, {"type": "null"}],
            },
        ),
        ({"description": "A link.", "allOf": [REFERENCE]}, {"description": "A link.", **REFERENCE}),
        ({"allOf": [REFERENCE, {"minProperties": 1}]}, None),
        ({"minimum": 0, "exclusiveMinimum": True}, {"exclusiveMinimum": 0}),
        ({"maximum": 9, "exclusiveMaximum": False}, {"maximum": 9}),
        ({"exclusiveMaximum": True}, {}),
        (
            {"type": "string", "format": "binary"},
            {"type": "string", "contentMediaType": "application/octet-stream"},
        ),
        ({"type": "string", "format": "byte"}, {"type": "string", "contentEncoding": "base64"}),
        ({"type": "string", "format": "date"}, None),
        ({"type": "string", "example": None}, {"type": "string", "examples": [None]}),
        ({"enum": [{"nullable": True}], "default": {"example": 1}}, None),
        (
            {"properties": {"example": {"nullable": True, "type": "string"}}},
            {"properties": {"example": {"type": ["string", "null"]}}},
        ),
    ],
)
def test_each_keyword_becomes_that_of_json_schema(schema, expected):
    assert converted(schema) == (schema if expected is None else expected)


def test_null_of_a_reference_is_valid():
    schema = {"type": "object", "nullable": True, "allOf": [REFERENCE]}
    components = {"schemas": {"Link": {"type": "object", "required": ["id"]}}}
    validator = jsonschema_rs.Draft202012Validator({**converted(schema), "components": components})

    assert validator.is_valid(None)
    assert validator.is_valid({"id": 1})
    assert not validator.is_valid({})


def test_schemathesis_loads_all_operations(for_clients_31, for_clients):
    results = schemathesis.openapi.from_dict(for_clients_31).get_all_operations()

    assert for_clients_31["openapi"] == "3.1.0"
    assert len([result.ok() for result in results]) == len(for_clients.operations)
