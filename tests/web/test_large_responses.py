"""Large data is validated and encoded in parts with the results of the whole."""

import json

import pytest

from mockvoice.web.responses import to_json_in_parts
from mockvoice.web.schemas import PartsValidator, create_validator

LINE = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "integer"},
        "tags": {"type": "array", "items": {"type": "string"}},
    },
    "additionalProperties": False,
}
LIST = {
    "type": "object",
    "required": ["rows"],
    "properties": {"rows": {"type": "array", "maxItems": 400, "items": LINE}, "total": {"type": "integer"}},
}  # fmt: skip
ROW = {"id": 1, "tags": ["a", "b"]}
VALUES = [
    ({"rows": [ROW] * 300, "total": 300}, True),
    ({"rows": []}, True),
    ({"rows": [ROW] * 401}, False),
    ({"rows": [*[ROW] * 300, {"id": "x"}]}, False),
    ({"rows": [*[ROW] * 300, {"id": 1, "other": 1}]}, False),
    ({"rows": [*[ROW] * 300, {"id": 1, "tags": ["a", 1]}]}, False),
    ({"rows": {"id": 1}}, False),
    ({"total": 1}, False),
    ([], False),
    (None, False),
]


@pytest.mark.parametrize(("value", "is_valid"), VALUES)
def test_the_parts_are_valid_if_the_whole_is(value, is_valid):
    assert create_validator(LIST).is_valid(value) is is_valid
    assert PartsValidator(LIST).is_valid(value) is is_valid


@pytest.mark.parametrize(
    "value", [value for value, _ in VALUES] + [1.5, "\u2028", {"a": {"é": [1] * 200}}]
)
def test_the_parts_are_encoded_as_the_whole(value):
    assert json.loads(to_json_in_parts(value)) == value
