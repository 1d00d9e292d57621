"""OpenAPI schemas compiled to JSON Schema validators."""

from typing import Any

import pytest

from mockvoice.web.request_validator import request_validator
from mockvoice.web.schemas import ResponseValidator

COMPONENTS: dict[str, Any] = {
    "schemas": {
        "Link": {
            "type": "object",
            "required": ["id"],
            "properties": {"id": {"type": "integer"}, "name": {"type": "string"}},
        },
    },
}
LINK = COMPONENTS["schemas"]["Link"]


def response_is_valid(schema: dict[str, Any], body: Any) -> bool:
    response = {"content": {"application/json": {"schema": schema}}}
    return bool(ResponseValidator(response, COMPONENTS).is_valid(body))


def request_violations(schema: dict[str, Any], body: Any) -> list[str]:
    validator = request_validator(schema, COMPONENTS, "body")
    return [str(violation) for violation in validator.violations(body)]


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "nullable": True},
        {"type": "string", "nullable": True, "enum": ["a"]},
        {"nullable": True, "allOf": [LINK]},
        {"type": "object", "nullable": True, "allOf": [LINK]},
        {"type": "object", "nullable": True, "anyOf": [LINK]},
    ],
)
def test_a_nullable_schema_allows_null_with_every_other_keyword(schema: dict[str, Any]) -> None:
    assert response_is_valid(schema, None)
    assert not response_is_valid(schema, 7)
    assert not response_is_valid({**schema, "nullable": False}, None)


def test_unknown_properties_are_rejected_in_responses_and_allowed_in_requests() -> None:
    assert response_is_valid(LINK, {"id": 1, "name": "One"})
    assert not response_is_valid(LINK, {"id": 1, "extra": True})
    assert request_violations(LINK, {"id": 1, "extra": True}) == []


def test_responses_omit_write_only_properties_and_requests_read_only_ones() -> None:
    schema = {
        "type": "object",
        "required": ["id", "secret"],
        "properties": {
            "id": {"type": "integer", "readOnly": True},
            "secret": {"type": "string", "writeOnly": True},
        },
    }

    assert response_is_valid(schema, {"id": 1})
    assert not response_is_valid(schema, {"id": 1, "secret": "s"})
    assert request_violations(schema, {"secret": "s"}) == []
    assert request_violations(schema, {"id": 1}) == ["body secret is missing"]


def test_exclusive_limits_and_decimal_multiples_are_checked_exactly() -> None:
    schema = {"type": "number", "minimum": 0, "exclusiveMinimum": True, "multipleOf": 0.01}

    assert request_violations(schema, 0.07) == request_violations(schema, 0.29) == []
    assert request_violations(schema, 0) != []
    assert request_violations(schema, 0.071) != []


@pytest.mark.parametrize(
    ("format_", "valid", "invalid"),
    [
        ("date", "2028-02-29", "2027-02-29"),
        ("date-time", "2026-03-02T08:15:00.000000Z", "2026-03-02 08:15"),
        ("uuid", "3f2504e0-4f89-41d3-9a0c-0305e82c3301", "3f2504e0"),
        ("email", "ada@mail.example", "ada"),
    ],
)
def test_formats_are_checked(format_: str, valid: str, invalid: str) -> None:
    schema = {"type": "string", "format": format_}

    assert request_violations(schema, valid) == []
    assert request_violations(schema, invalid) == [f"body (whole) must have the format {format_}"]


def test_every_violation_is_reported_with_its_path() -> None:
    schema = {"type": "object", "properties": {"lines": {"type": "array", "items": LINK}}}
    body = {"lines": [{"id": 1}, {}, {"id": "x", "name": 4}]}

    assert sorted(request_violations(schema, body)) == [
        "body lines.1.id is missing",
        "body lines.2.id must be integer, not string",
        "body lines.2.name must be string, not number",
    ]


def test_a_date_in_the_year_zero_is_rejected():
    validator = request_validator({"type": "string", "format": "date"}, {}, "body")

    assert validator.is_valid("0001-01-01")
    assert not validator.is_valid("0000-01-01")
    assert validator.violations("0000-01-01")[0].rule == "format"


def test_a_violation_of_a_nullable_reference_has_the_rule_of_its_schema():
    schemas = {"Whole": {"x-rule": "integer", "anyOf": [{"type": "integer"}]}}
    reference = {"allOf": [{"$ref": "#/components/schemas/Whole"}], "nullable": True}
    validator = request_validator(reference, {"schemas": schemas}, "body")

    assert [violation.rule for violation in validator.violations("x")] == ["integer"]


def test_a_violation_of_a_part_has_the_rule_of_the_whole_schema():
    schema = {
        "type": "object",
        "x-rule": "either",
        "allOf": [{"anyOf": [{"required": ["a"]}, {"required": ["b"]}]}],
    }
    validator = request_validator(schema, {}, "body")

    assert [violation.rule for violation in validator.violations({"c": 1})] == ["either"]
