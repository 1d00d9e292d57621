"""Parameters parsed from text."""

from mockvoice.web.parameters import Parameter


def parse(schema, text):
    violations = []
    value = Parameter({"name": "page", "in": "query", "schema": schema}, {}).parse(
        [text], violations
    )
    return value, [violation.rule for violation in violations]


def test_a_value_that_a_typed_branch_rejects_is_text_for_another_branch():
    schema = {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "string"}]}

    assert parse(schema, "2") == (2, [])
    assert parse(schema, "0") == ("0", [])
    assert parse(schema, "x") == ("x", [])


def test_a_value_outside_the_limits_is_a_violation():
    assert parse({"type": "integer", "minimum": 1}, "0") == (0, ["minimum"])
