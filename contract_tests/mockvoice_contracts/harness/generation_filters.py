"""Filters that drop generated requests which encoding makes valid or invalid."""

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import urlencode

from schemathesis.core.parameters import ParameterLocation

from mockvoice_contracts.harness import forms, targets
from mockvoice_contracts.harness.client import FORM, JSON
from mockvoice_contracts.harness.contract import Contract, Operation

# A part of 64 KiB, a usual limit for the head of a request.
MAX_QUERY_LENGTH = 32 * 1024
# What a server that trims removes around a text: whitespace, and the zero character.
_BLANKS = re.compile(r"\A[\s\0]+|[\s\0]+\Z")
# Text that denotes a number or a boolean, or nothing.
_SCALAR_TEXT = re.compile(r"\s*([-+]?[0-9.,]+(e[-+]?[0-9]+)?|true|false)?\s*", re.IGNORECASE)


def preserves_body_validity(vendor: str, case: Any, *, trims: bool) -> bool:
    """Return whether a body is as valid or invalid for the server as it was generated.

    A form contains only text: an empty list is lost, and a number becomes text that may be valid.
    A server that ``trims`` removes surrounding whitespace, so a text that was too long may fit, and
    reads a body that is not an object as an empty one.
    """
    negative: bool = case.meta.is_negative_at(ParameterLocation.BODY)
    if trims and not negative and _contains_blank_text(case.body):
        # The contract does not define whitespace: for some servers U+0085 is blank, so "required" fails.
        return False
    if case.media_type != FORM:
        if trims and not isinstance(case.body, dict) and _operation(vendor, case).body:
            return not _is_valid(vendor, case, {})
        if not (trims and negative):
            return True
        trimmed = _trim(case.body)
        return trimmed == case.body or not _is_valid(vendor, case, trimmed)
    if not isinstance(case.body, dict):
        return negative
    decoded = forms.decode(forms.encode(case.body))
    bodies = [decoded, _trim(decoded)] if trims and negative else [decoded]
    return all(_is_valid(vendor, case, body) != negative for body in bodies)


def preserves_parts_validity(vendor: str, case: Any) -> bool:
    """Return whether a multipart body that was generated as invalid is also invalid when sent.

    A part contains only text or a file, so a value of another type becomes text that may be valid.
    """
    if not case.meta.is_negative_at(ParameterLocation.BODY) or not isinstance(case.body, dict):
        return True
    parts = {name: part if isinstance(part, str) else "" for name, part in case.body.items()}
    return not _is_valid(vendor, case, parts)


def preserves_converted_validity(vendor: str, case: Any) -> bool:
    """Return whether a body is as valid or invalid for a server that converts it as it was generated.

    Such a server reads numbers, booleans and text from each other, and an empty text as no date, so a
    body may be valid if all its errors are such values. It ignores the case of names, so an unknown member may be a
    property with an invalid value.
    """
    if isinstance(case.body, bytes):
        return True
    if not case.meta.is_negative_at(ParameterLocation.BODY):
        return not _has_name_in_other_case(case.body, _property_names(vendor))
    operation_id = case.operation.definition.raw["operationId"]
    validator = _validator(vendor, operation_id, case.media_type or JSON)
    errors = [] if validator is None else list(validator.iter_errors(case.body))
    return not errors or not all(
        (error.validator == "type" and _is_convertible(error.instance)) or _is_no_date(error)
        for error in errors
    )


def _has_name_in_other_case(value: Any, names: frozenset[str]) -> bool:
    if isinstance(value, list):
        return any(_has_name_in_other_case(item, names) for item in value)
    return isinstance(value, dict) and any(
        (name not in names and name.lower() in names) or _has_name_in_other_case(member, names)
        for name, member in value.items()
    )


def _is_no_date(error: Any) -> bool:
    """Return whether the value is a text that such a server reads as no date, if it is a date."""
    has_pattern = error.validator == "pattern" and isinstance(error.instance, str)
    return has_pattern and (not error.instance or error.instance.startswith("0001-01-01"))


def _is_convertible(value: Any) -> bool:
    if isinstance(value, str):
        return _SCALAR_TEXT.fullmatch(value) is not None
    return isinstance(value, int | float)


def has_short_url(case: Any) -> bool:
    """Return whether a query is short enough for the servers of HTTP, many of which limit the URL."""
    query = {
        name: value if isinstance(value, list) else [value]
        for name, value in (case.query or {}).items()
    }
    return len(urlencode(query, doseq=True, errors="replace")) < MAX_QUERY_LENGTH


def preserves_query_validity(vendor: str, case: Any) -> bool:
    """Return whether a query that was generated as invalid is also invalid for the server.

    A list for a single-valued parameter is sent as repeated values, of which a server reads one.
    """
    query: dict[str, Any] = case.query or {}
    meta = case.meta
    if not meta.is_negative_at(ParameterLocation.QUERY) or any(
        meta.is_negative_at(location)
        for location in ParameterLocation
        if location != ParameterLocation.QUERY
    ):
        return True
    parameters = _operation(vendor, case).parameters
    if any(("query", name) not in parameters for name in query):
        return True
    specs = {name: spec for (location, name), spec in parameters.items() if location == "query"}
    repeated = {
        name for name in query if isinstance(query[name], list) and not _is_array(specs[name])
    }
    return not repeated or not all(
        _has_valid_reading(vendor, spec, query[name]) if name in query else not spec.get("required")
        for name, spec in specs.items()
    )


def _has_valid_reading(vendor: str, spec: Mapping[str, Any], value: Any) -> bool:
    """Return whether a parameter value is valid in at least one interpretation."""
    is_valid = _contract(vendor).schemas.request_validator(spec["schema"]).is_valid
    texts = [str(item) for item in (value if isinstance(value, list) else [value])]
    if _is_array(spec):
        return is_valid(texts) or is_valid([_parse_literal(text) for text in texts])
    return any(is_valid(text) or is_valid(_parse_literal(text)) for text in texts)


def _is_array(spec: Mapping[str, Any]) -> bool:
    return bool(spec["schema"].get("type") == "array")


def _parse_literal(text: str) -> Any:
    """Return the number or boolean that a text represents, or else the text."""
    try:
        value = json.loads(text, parse_constant=str)
    except ValueError:
        return text
    return value if isinstance(value, int | float) else text


def _operation(vendor: str, case: Any) -> Operation:
    return _contract(vendor).find(case.operation.definition.raw["operationId"])


def _is_valid(vendor: str, case: Any, body: Any) -> bool:
    # A case without a body has no media type.
    media_type = case.media_type or JSON
    validator = _validator(vendor, case.operation.definition.raw["operationId"], media_type)
    return validator is not None and bool(validator.is_valid(body))


def _contains_blank_text(value: Any) -> bool:
    """Return whether a value contains a text that consists of whitespace only."""
    if isinstance(value, str):
        return bool(value) and not _BLANKS.sub("", value)
    if isinstance(value, dict):
        return any(map(_contains_blank_text, value.values()))
    return isinstance(value, list) and any(map(_contains_blank_text, value))


def _trim(value: Any) -> Any:
    if isinstance(value, str):
        return _BLANKS.sub("", value)
    if isinstance(value, dict):
        return {key: _trim(item) for key, item in value.items()}
    return [_trim(item) for item in value] if isinstance(value, list) else value


@cache
def _property_names(vendor: str) -> frozenset[str]:
    """Return the names of all properties of a contract whose names are lower case."""
    components = targets.document(vendor)["components"]["schemas"].values()
    return frozenset(name for schema in components for name in schema.get("properties", {}))


@cache
def _contract(vendor: str) -> Contract:
    return Contract(targets.document(vendor), closed=False)


@cache
def _validator(vendor: str, operation_id: str, media_type: str) -> Any:
    contract = _contract(vendor)
    schema = contract.find(operation_id).body.get(media_type, {}).get("schema")
    return None if schema is None else contract.schemas.request_validator(schema)
