"""OpenAPI's schemas in JSON Schema's words."""

from typing import Any

import pytest

from mockvoice.web.schemas import RequestValidator, ResponseValidator

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


def answer(schema: dict[str, Any], body: Any) -> bool:
    response = {"content": {"application/json": {"schema": schema}}}
    return bool(ResponseValidator(response, COMPONENTS).is_valid(body))


def request(schema: dict[str, Any], body: Any) -> list[str]:
    return [str(each) for each in RequestValidator(schema, COMPONENTS, "body").violations(body)]


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
def test_what_is_nullable_may_be_null_whatever_else_it_says(schema: dict[str, Any]) -> None:
    assert answer(schema, None)
    assert not answer(schema, 7)
    assert not answer({**schema, "nullable": False}, None)


def test_an_answer_is_closed_and_a_request_is_open() -> None:
    assert answer(LINK, {"id": 1, "name": "One"})
    assert not answer(LINK, {"id": 1, "extra": True})
    assert request(LINK, {"id": 1, "extra": True}) == []


def test_an_answer_lacks_what_is_only_written_and_a_request_what_is_only_read() -> None:
    schema = {
        "type": "object",
        "required": ["id", "secret"],
        "properties": {
            "id": {"type": "integer", "readOnly": True},
            "secret": {"type": "string", "writeOnly": True},
        },
    }

    assert answer(schema, {"id": 1})
    assert not answer(schema, {"id": 1, "secret": "s"})
    assert request(schema, {"secret": "s"}) == []
    assert request(schema, {"id": 1}) == ["body secret: required"]


def test_exclusive_limits_and_decimal_steps_hold_exactly() -> None:
    schema = {"type": "number", "minimum": 0, "exclusiveMinimum": True, "multipleOf": 0.01}

    assert request(schema, 0.07) == request(schema, 0.29) == []
    assert request(schema, 0) != []
    assert request(schema, 0.071) != []


@pytest.mark.parametrize(
    ("form", "good", "bad"),
    [
        ("date", "2028-02-29", "2027-02-29"),
        ("date-time", "2026-03-02T08:15:00.000000Z", "2026-03-02 08:15"),
        ("uuid", "3f2504e0-4f89-41d3-9a0c-0305e82c3301", "3f2504e0"),
        ("email", "ada@mail.example", "ada"),
    ],
)
def test_formats_are_checked(form: str, good: str, bad: str) -> None:
    assert request({"type": "string", "format": form}, good) == []
    assert request({"type": "string", "format": form}, bad) == [f"body (whole): format '{form}'"]


def test_every_breach_is_named_with_the_way_to_it() -> None:
    schema = {"type": "object", "properties": {"lines": {"type": "array", "items": LINK}}}
    body = {"lines": [{"id": 1}, {}, {"id": "x", "name": 4}]}

    assert sorted(request(schema, body)) == [
        "body lines.1.id: required",
        "body lines.2.id: type ['integer']",
        "body lines.2.name: type ['string']",
    ]
