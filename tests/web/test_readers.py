"""Parameters read from their text."""

from mockvoice.web.parameters import Parameter


def read(schema, text):
    violations = []
    value = Parameter({"name": "page", "in": "query", "schema": schema}, {}).parse(
        [text], violations
    )
    return value, [each.rule for each in violations]


def test_what_a_typed_branch_refuses_another_takes_as_text():
    either = {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "string"}]}

    assert read(either, "2") == (2, [])
    assert read(either, "0") == ("0", [])
    assert read(either, "x") == ("x", [])


def test_a_value_that_no_branch_takes_is_a_breach():
    assert read({"type": "integer", "minimum": 1}, "0") == (0, ["minimum"])
