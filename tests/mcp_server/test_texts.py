"""Outputs are short, and say what they leave out."""

import json

from mockvoice.mcp_server.fields import fields, normalized
from mockvoice.mcp_server.texts import MAX_CHARACTERS, as_json, bounded, one_line


def test_lines_that_fit_are_not_changed():
    assert bounded(["a", "b"], "ask for less") == "a\nb"
    assert bounded([], "ask for less") == ""


def test_lines_that_do_not_fit_are_counted():
    text = bounded(["x" * 999] * 10, "ask for less")

    assert text.splitlines() == [*["x" * 999] * 7, "… 3 more left out; ask for less"]
    assert len(text) <= MAX_CHARACTERS


def test_a_block_that_does_not_fit_is_cut():
    text = bounded(["x" * 10_000], "ask for less")

    assert text == f"{'x' * 7_700}… (2300 more characters)\n… ask for less"
    assert bounded(["x" * 10_000, "y"], "ask for less").endswith(
        "\n… 1 more left out; ask for less"
    )


def test_json_data_is_shortened_inside():
    value = {"note": "n" * 500, "rows": list(range(30))}

    shortened = json.loads(as_json(value, 2_000))
    assert shortened["note"] == f"{'n' * 400}… (100 more characters)"
    assert shortened["rows"][-2:] == [19, "… 10 more"]
    assert as_json({"a": "ü"}, 100) == '{"a":"ü"}'
    assert as_json({"a": "b" * 100}, 10) == '{"a":"bbbb… (98 more characters)'


def test_a_text_is_one_line():
    assert one_line("a\n  b\tc") == "a b c"
    assert one_line(None) == ""


def test_paths_of_fields_have_no_numbers_of_items():
    assert normalized("items.0.rate") == "items[].rate"
    assert normalized("[0].lines[12].qty_order") == "[].lines[].qty_order"
    assert normalized("0.client_id") == "[].client_id"
    assert normalized("bill_date") == "bill_date"
    assert normalized("address2") == "address2"


def test_a_schema_is_flattened_also_if_it_contains_itself():
    schemas = {
        "Node": {
            "type": "object",
            "required": ["name"],
            "properties": {
                "name": {"type": "string", "maxLength": 20, "description": "Its\nname."},
                "kind": {"enum": ["a", "b"], "nullable": True},
                "size": {"type": "integer", "minimum": 1, "maximum": 9007199254740991},
                "children": {"type": "array", "items": {"$ref": "Node"}},
                "any": {"oneOf": [{"type": "integer"}, {"type": "string", "pattern": "^x$"}]},
                "extra": {"type": "object", "additionalProperties": {"type": "number"}},
            },
        }
    }

    def resolve(node):
        return schemas[node["$ref"]] if "$ref" in node else node

    lines = [field.line() for field in fields(resolve, {"$ref": "Node"})]
    assert lines == [
        "name: string at most 20 characters, required — Its name.",
        "kind: one of a, b or null",
        "size: integer from 1",
        "children: list of object",
        "any: integer or string pattern ^x$",
        "extra: object",
        "extra.*: number",
    ]
