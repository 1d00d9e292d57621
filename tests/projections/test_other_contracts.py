"""The contract for clients, of shapes that packages of other vendors may have."""

import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator

from mockvoice.projections import UnsupportedReference, project

INTEGER_OR_TEXT = {"anyOf": [{"type": "integer"}, {"type": "string"}]}
A, B, C = ({"$ref": f"#/components/schemas/{name}"} for name in "ABC")


def contract(body, response=None, **components):
    """Return a contract with one operation, whose bodies have these schemas."""
    operation = {
        "operationId": "notes.create",
        "requestBody": {"content": {"application/json": {"schema": body}}},
        "responses": {
            "200": {"description": "", "content": {"application/json": {"schema": response or {}}}}
        },
    }
    return {
        "openapi": "3.0.3",
        "info": {"title": "Notes", "version": "1"},
        "paths": {"/notes": {"post": operation}},
        "components": components,
    }


def projected(document):
    assert list(OpenAPIV30SpecValidator(document).iter_errors()) == []
    result = project(document, "clients", "3.0")
    assert list(OpenAPIV30SpecValidator(result).iter_errors()) == []
    return result


def body_of(document):
    operation = document["paths"]["/notes"]["post"]
    return operation["requestBody"]["content"]["application/json"]["schema"]


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (INTEGER_OR_TEXT, {"type": "integer"}),
        (
            {"anyOf": [{"type": "integer"}, {"type": "string", "nullable": True}]},
            {"type": "integer", "nullable": True},
        ),
        (
            {"type": "string", "nullable": True, "enum": ["a", None]},
            {"type": "string", "nullable": True, "enum": ["a"]},
        ),
        (
            {"type": "object", "nullable": True, "enum": [None]},
            {"type": "object", "nullable": True, "enum": [None]},
        ),
        # Without these alternatives, a client could send what the server rejects.
        ({"not": INTEGER_OR_TEXT}, {"not": INTEGER_OR_TEXT}),
        (
            {"oneOf": [INTEGER_OR_TEXT, {"type": "string"}]},
            {"oneOf": [INTEGER_OR_TEXT, {"type": "string"}]},
        ),
        # Only a schema that allows null beside each type allows it as a whole.
        (
            {"allOf": [{"type": "string"}, {"nullable": True, "maxLength": 3}]},
            {"type": "string", "maxLength": 3},
        ),
        (
            {"type": "string", "anyOf": [{"type": "string", "nullable": True}, {"minLength": 1}]},
            {"type": "string"},
        ),
        (
            {"type": "integer", "nullable": True, "allOf": [{"type": "integer", "minimum": 1}]},
            {"type": "integer", "minimum": 1},
        ),
        ({"maximum": 5, "allOf": [{"maximum": 3}]}, {"maximum": 5, "allOf": [{"maximum": 3}]}),
        (
            {"type": "object", "required": ["a"], "allOf": [{"required": ["b"]}]},
            {"type": "object", "required": ["a", "b"]},
        ),
    ],
)
def test_a_request_has_the_canonical_form_and_no_more(schema, expected):
    assert body_of(projected(contract(schema))) == expected


def test_deprecated_properties_are_left_out_unless_they_are_required():
    old = {"type": "string", "deprecated": True}
    schema = {"type": "object", "required": ["id"], "properties": {"id": old, "number": old}}

    assert body_of(projected(contract(schema)))["properties"].keys() == {"id"}


def test_parts_within_parts_are_kept():
    document = contract(
        {"allOf": [{"allOf": [A, B], "minProperties": 1}, C]},
        schemas={name: {"type": "object", "required": [name]} for name in "ABC"},
    )

    assert body_of(projected(document)) == {"minProperties": 1, "allOf": [A, B, C]}


def test_the_schemas_of_a_discriminator_are_kept():
    pet = {
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": {"type": "string"}},
        "discriminator": {"propertyName": "kind", "mapping": {"dog": "#/components/schemas/B"}},
    }
    dog = {"allOf": [A, {"type": "object", "properties": {"name": {"type": "string"}}}]}

    result = projected(contract({}, A, schemas={"A": pet, "B": dog}))

    assert result["components"]["schemas"].keys() == {"A", "B"}


def test_another_name_may_be_a_shared_parameter():
    document = contract({})
    name = {"name": "name", "in": "query", "schema": {"type": "string"}}
    document["components"] = {
        "parameters": {"Title": {**name, "name": "title", "x-alias-of": "name"}}
    }
    document["paths"]["/notes"]["post"]["parameters"] = [
        name, {"$ref": "#/components/parameters/Title"},
    ]  # fmt: skip

    result = projected(document)

    assert result["paths"]["/notes"]["post"]["parameters"] == [name]
    assert result["components"] == {}


def test_names_that_are_also_keywords_are_names():
    schema = {"type": "object", "properties": {"links": {"type": "string"}, "value": A}}
    scopes = {"schema": "Read schemas.", "links": "Read links."}
    flow = {"authorizationUrl": "https://example.com/auth", "scopes": scopes}
    document = contract(
        schema,
        schemas={"A": {"type": "object", "properties": {"example": {"type": "string"}}}},
        securitySchemes={"links": {"type": "oauth2", "flows": {"implicit": flow}}},
    )
    document["security"] = [{"links": []}]

    result = projected(document)

    assert body_of(result) == schema
    assert result["components"] == document["components"]
    assert result["security"] == document["security"]


@pytest.mark.parametrize("audience", ["clients", None])
def test_an_example_is_data(audience):
    document = contract({"type": "object"}, examples={"E": {"value": {"$ref": "abc", "schema": 1}}})
    media = document["paths"]["/notes"]["post"]["requestBody"]["content"]["application/json"]
    media["examples"] = {"first": {"$ref": "#/components/examples/E"}}

    result = project(document, audience, "3.1")

    assert result["components"]["examples"] == document["components"]["examples"]


def test_a_reference_to_a_part_of_a_component_is_an_error():
    note = {"type": "object", "properties": {"id": {"type": "integer"}}}
    document = contract({"$ref": "#/components/schemas/A/properties/id"}, schemas={"A": note})

    with pytest.raises(UnsupportedReference, match="#/components/schemas/A/properties/id"):
        project(document, "clients", "3.0")
