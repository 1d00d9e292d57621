"""The violations of a large value are those that a validation of the whole value finds."""

from typing import Any

import jsonschema_rs
import pytest

from mockvoice.web.request_validator import request_validator

LINE = {
    "type": "object",
    "required": ["price"],
    "properties": {
        "price": {"type": "number"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "code": {"anyOf": [{"type": "string", "pattern": "z$"}, {"type": "array", "items": {"type": "integer"}}]},
    },
}  # fmt: skip
LINES = {"type": "array", "minItems": 1, "maxItems": 300, "items": LINE}
ORDER = {
    "type": "object",
    "required": ["client"],
    "properties": {"client": {"type": "string"}, "lines": LINES},
}
GOOD = [{"price": number, "tags": ["x"], "code": "xyz"} for number in range(150)]
UNKNOWN = {f"x{number}": number for number in range(300)}
LONG = "x" * 200_000


def of(**keywords: Any) -> dict[str, Any]:
    return {**ORDER, **keywords}


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        (ORDER, {"client": "a", "lines": [*GOOD, {"price": "x"}]}),
        (ORDER, {"client": 1, "lines": [*GOOD, {}, {"price": 1, "tags": ["a", 5]}]}),
        (ORDER, {"lines": [*GOOD, {"price": 1, "code": [1, "x"]}, {"price": 1, "code": LONG}]}),
        (ORDER, {"client": "a", "lines": {**UNKNOWN}}),
        (ORDER, {**UNKNOWN, "lines": GOOD}),
        (LINES, [*GOOD, 7, None, [1]]),
        (of(additionalProperties=False), {"client": "a", "lines": GOOD, "other": 1}),
        (of(additionalProperties={"type": "integer"}), {**UNKNOWN, "client": "a", "z": "text"}),
        (of(maxProperties=100), {**UNKNOWN, "client": "a"}),
        (of(properties={"lines": {**LINES, "uniqueItems": True}}), {"client": "a", "lines": [*GOOD, GOOD[0]]}),
        ({"allOf": [ORDER]}, {"client": "a", "lines": [*GOOD, {}]}),
        ({"allOf": [ORDER, of(required=["number"])]}, {"client": "a", "lines": [*GOOD, {}]}),
        ({"anyOf": [ORDER, {"type": "string"}]}, {"client": 5, "lines": GOOD}),
        ({"oneOf": [ORDER, LINES]}, 7 * [LONG]),
    ],
)  # fmt: skip
def test_a_large_value_has_the_violations_of_the_whole(schema: dict[str, Any], value: Any) -> None:
    found = {
        violation.field for violation in request_validator(schema, {}, "body").violations(value)
    }

    errors = jsonschema_rs.Draft202012Validator(schema).iter_errors(value)
    places = [(tuple(error.instance_path), error) for error in errors]
    expected = {
        (*path, error.kind.property) if error.kind.name == "required" else path
        for path, error in places
    }
    assert found
    # A violation of alternatives may be reported for a value within them.
    assert all(any(place == path[: len(place)] for place in expected) for path in found)
    assert all(any(path[: len(place)] == place for path in found) for place in expected)


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        (ORDER, {**UNKNOWN, "client": LONG, "lines": GOOD}),
        (of(minProperties=200), {**UNKNOWN, "client": "a"}),
        (of(required=["x299"]), UNKNOWN),
        ({"anyOf": [{**LINES, "maxItems": 1}, {}]}, GOOD),
        ({"type": "string", "pattern": "z$"}, LONG + "z"),
        ({"type": "array", "minItems": 120, "uniqueItems": True}, list(range(150))),
    ],
)
def test_a_valid_large_value_has_no_violations(schema: dict[str, Any], value: Any) -> None:
    assert request_validator(schema, {}, "body").violations(value) == []


def test_the_items_of_a_list_with_too_many_are_not_validated() -> None:
    violations = request_validator(ORDER, {}, "body").violations(
        {"client": "a", "lines": [{}] * 301}
    )

    assert [(violation.field, violation.rule) for violation in violations] == [
        (("lines",), "maxItems")
    ]
