"""Bodies of real services are compared without what their contract leaves open."""

from decimal import Decimal
from typing import Any

import pytest

from mockvoice_contracts.harness.declared_form import declared_form

DOCUMENT: dict[str, Any] = {
    "components": {
        "schemas": {
            "Link": {"type": "object", "properties": {"id": {"type": "integer"}}},
            "Named": {
                "allOf": [
                    {"$ref": "#/components/schemas/Link"},
                    {"type": "object", "properties": {"name": {"type": "string"}}},
                ]
            },
        }
    }
}


def form(schema: dict[str, Any], body: Any) -> Any:
    return declared_form(DOCUMENT, schema, body)


def test_properties_that_the_contract_does_not_declare_are_left_out() -> None:
    schema = {"type": "array", "items": {"$ref": "#/components/schemas/Named"}}

    assert form(schema, [{"id": 1, "name": "A", "etag": "x"}]) == [{"id": 1, "name": "A"}]


@pytest.mark.parametrize("schema", [{"type": "object"}, {"additionalProperties": True}])
def test_objects_with_free_properties_stay_whole(schema: dict[str, Any]) -> None:
    assert form(schema, {"any": [1], "thing": None}) == {"any": [1], "thing": None}


def test_values_of_free_properties_have_their_schema() -> None:
    schema = {"additionalProperties": {"$ref": "#/components/schemas/Link"}, "properties": {}}

    assert form(schema, {"a": {"id": 1, "etag": "x"}}) == {"a": {"id": 1}}


def test_a_whole_number_is_an_int_only_where_the_schema_has_integers() -> None:
    schema = {"properties": {"id": {"type": "integer"}, "rate": {"type": "number"}}}
    body = form(schema, {"id": Decimal("10.0"), "rate": Decimal("1E+1")})

    assert (str(body["id"]), str(body["rate"])) == ("10", "1E+1")


@pytest.mark.parametrize(
    "text", ["2026-03-02T08:15:00Z", "2026-03-02T10:15:00.000+02:00", "2026-03-02t08:15:00+00:00"]
)
def test_equal_instants_have_one_form(text: str) -> None:
    schema = {"type": "string", "format": "date-time"}

    assert form(schema, text) == "2026-03-02T08:15:00.000000Z"


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        ({"format": "date-time", "pattern": "Z$"}, "2026-03-02T08:15:00Z"),
        ({"type": "string"}, "2026-03-02T08:15:00Z"),
        ({"format": "date-time"}, "soon"),
        ({"format": "date-time"}, "2026-03-02T08:15:00"),
    ],
)
def test_other_texts_stay_as_they_are(schema: dict[str, Any], text: str) -> None:
    assert form(schema, text) == text
