"""The validators of responses give the verdicts of ``jsonschema``, which they do not ask for each property."""

from decimal import Decimal

import jsonschema
import pytest

from mockvoice_contracts.harness.schema_validators import Schemas

VALUES = ("", "a", True, False, 0, 1, 10**30, Decimal("1.0"), Decimal("1.5"), None, [], {}, ["a"])
TYPES = ("string", "boolean", "integer", "number", "array", "object")
MORE = ({}, {"enum": ["a", 1]}, {"minLength": 1}, {"minimum": 1}, {"maxItems": 0}, {"not": {}})


def has_expected_type(value: object, name: str) -> bool:
    if isinstance(value, bool) or value is None:
        return name == "boolean" and value is not None
    is_whole = isinstance(value, int) or (isinstance(value, Decimal) and value % 1 == 0)
    return {
        "string": isinstance(value, str),
        "integer": is_whole,
        "number": isinstance(value, int | Decimal),
        "array": isinstance(value, list),
        "object": isinstance(value, dict),
    }.get(name, False)


@pytest.mark.parametrize("nullable", [False, True])
@pytest.mark.parametrize("name", TYPES)
def test_a_property_has_one_of_its_types(name, nullable):
    schema = {"type": name, "nullable": nullable, "x-evidence": "choice"}
    validator = Schemas({}, closed=True).response_validator({"properties": {"p": schema}})

    for value in VALUES:
        expected = has_expected_type(value, name) or (value is None and nullable)
        assert validator.is_valid({"p": value}) == expected, value


@pytest.mark.parametrize("more", MORE, ids=str)
@pytest.mark.parametrize("name", TYPES)
def test_other_keywords_are_checked_besides_the_type(name, more):
    schema = {"type": name, **more}
    validator = Schemas({}, closed=True).response_validator({"properties": {"p": schema}})
    plain = jsonschema.Draft202012Validator(
        {"properties": {"p": schema}}, format_checker=validator.format_checker
    )

    for value in (value for value in VALUES if not isinstance(value, Decimal)):
        assert messages(validator, {"p": value}) == messages(plain, {"p": value}), value


def test_an_error_names_its_property_among_valid_ones():
    properties = {"a": {"type": "string"}, "b": {"type": "integer"}, "c": {"type": "boolean"}}
    validator = Schemas({}, closed=True).response_validator({"properties": properties})
    (error,) = validator.iter_errors({"a": "x", "b": "1", "c": True})

    assert error.json_path == "$.b"
    assert list(error.absolute_schema_path) == ["properties", "b", "type"]


def test_an_object_is_closed_although_its_properties_are_valid():
    schema = {"allOf": [{"properties": {"a": {"type": "string"}}}], "properties": {}}
    validator = Schemas({}, closed=True).response_validator(schema)

    assert validator.is_valid({"a": "x"})
    assert not validator.is_valid({"a": "x", "b": 1})


def messages(validator, instance) -> list[tuple[str, str]]:
    return sorted((error.json_path, error.message) for error in validator.iter_errors(instance))
