"""Laravel's validation messages by field, and its normalization of bodies."""

from decimal import Decimal
from typing import Any

import pytest

from mockvoice.web.errors import Violation
from mockvoice.web.laravel import (
    day,
    errors_by_field,
    integer,
    number,
    trim_strings,
    violation_message,
)
from mockvoice.web.request_validator import request_validator

NUMERIC = {"type": "number"}


def message(rule: str, value: Any = "x", limit: Any = None, field: str = "bill_date") -> str:
    return violation_message(field, Violation("body", (field,), rule, limit, value))


@pytest.mark.parametrize(
    ("rule", "value", "limit", "expected"),
    [
        ("required", None, None, "The bill date field is required."),
        ("present", None, None, "The bill date field must be present."),
        ("type", None, ["string"], "The bill date field is required."),
        ("type", 7, ["string", "null"], "The bill date field must be a string."),
        ("type", 7, "array", "The bill date field must be an array."),
        ("type", 7, ["object"], "The bill date field must be an array."),
        ("type", "x", ["boolean"], "The bill date field must be true or false."),
        ("enum", "x", ["a"], "The selected bill date is invalid."),
        ("in", "x", None, "The selected bill date is invalid."),
        ("in", None, None, "The selected bill date is invalid."),
        ("maxLength", "xx", 1, "The bill date field must not be greater than 1 characters."),
        ("maxItems", [1, 2], 1, "The bill date field must not have more than 1 items."),
        ("pattern", "  ", "x", "The bill date field is required."),
        ("pattern", "a", "x", "The bill date field format is invalid."),
        ("format", "a", "email", "The bill date field must be a valid email address."),
        ("format", "a", "date", "The bill date field must be a valid date."),
        ("minimum", 0, 1, "The bill date field must be at least 1."),
        ("maximum", 9, 1, "The bill date field must not be greater than 1."),
        ("date", "x", None, "The bill date field must be a valid date."),
        ("array", "x", None, "The bill date field must be an array."),
        ("present|array", None, None, "The bill date field must be an array."),
        ("integer", "x", None, "The bill date field must be an integer."),
        ("integer", 1.5, None, "The bill date field must be an integer."),
        ("integer", True, None, "The bill date field must be an integer."),
        ("numeric|gt:0", "x", None, "The bill date field must be a number."),
        ("numeric|gt:0", 0, None, "The bill date field must be greater than 0."),
        ("numeric|min:0", "-0.01", None, "The bill date field must be at least 0."),
        ("integer|between:0,100", 101, None, "The bill date field must be between 0 and 100."),
        ("integer|between:0,100", "1.5", None, "The bill date field must be an integer."),
    ],
)
def test_each_rule_has_its_message(rule: str, value: Any, limit: Any, expected: str) -> None:
    assert message(rule, value, limit) == expected


def test_nested_fields_are_reported_with_dots_and_messages_are_not_repeated() -> None:
    schema = {
        "type": "object",
        "required": ["tags"],
        "properties": {
            "tags": {"type": "array", "x-rule": "present|array"},
            "items": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["tax_rate"],
                    "properties": {"tax_rate": {"x-rule": "numeric", "anyOf": [NUMERIC]}},
                },
            },
        },
    }
    violations = request_validator(schema, {}, "body").violations(
        {"items": [{}, {"tax_rate": "x"}]}
    )

    assert errors_by_field([*violations, *violations]) == {
        "tags": ["The tags field must be present."],
        "items.0.tax_rate": ["The items.0.tax rate field is required."],
        "items.1.tax_rate": ["The items.1.tax rate field must be a number."],
    }


def test_a_body_that_is_not_an_object_has_a_special_message() -> None:
    assert errors_by_field([Violation("body", (), "type", "object", None)]) == {
        "body": ["The body must be an object."]
    }


def test_texts_are_trimmed_at_every_level_and_blank_text_becomes_null() -> None:
    assert trim_strings({"a": " x ", "b": ["", " y", {"c": "\t"}], "d": 1}) == {
        "a": "x",
        "b": [None, "y", {"c": None}],
        "d": 1,
    }


def test_tolerant_fields_are_parsed_exactly() -> None:
    assert (integer("07"), integer(7)) == (7, 7)
    assert (number(0.1), number("0.10")) == (Decimal("0.1"), Decimal("0.10"))
    assert day("2028-02-29T23:59:59Z").isoformat() == "2028-02-29"
