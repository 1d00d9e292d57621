"""Whether what was generated still is, where it arrives, what it was made to be: valid, or not."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from schemathesis.core.parameters import ParameterLocation

from mockvoice_contracts.harness import forms, targets
from mockvoice_contracts.harness.client import FORM
from mockvoice_contracts.harness.contract import Contract, Operation


def preserves_body_validity(vendor: str, case: Any, *, trims: bool) -> bool:
    """Whether a body that was made to be valid, or not, is so to its reader, too.

    A form knows text only: an empty list is not in it, and a number is text that may be valid.
    A reader that ``trims`` sees no blanks around a text, so that it may be short enough after all.
    """
    negative: bool = case.meta.is_negative_at(ParameterLocation.BODY)
    if trims and not negative and _contains_blank_text(case.body):
        # Which signs are blank is no part of a contract: U+0085 is to some, and so "required".
        return False
    if case.media_type != FORM:
        if not (trims and negative):
            return True
        short = _trim(case.body)
        return short == case.body or not _is_valid(vendor, case, short)
    if not isinstance(case.body, dict):
        return negative
    read = forms.decode(forms.encode(case.body))
    seen = [read, _trim(read)] if trims and negative else [read]
    return all(_is_valid(vendor, case, each) != negative for each in seen)


def preserves_query_validity(vendor: str, case: Any) -> bool:
    """Whether a query that was made to be invalid is so to its reader, too.

    A list for what takes one value is sent as several, of which a reader takes one.
    """
    invalid = {place for place in ParameterLocation if case.meta.is_negative_at(place)}
    parameters = _operation(vendor, case).parameters
    sent: dict[str, Any] = case.query or {}
    if invalid != {ParameterLocation.QUERY} or any(
        ("query", each) not in parameters for each in sent
    ):
        return True
    specs = {name: spec for (place, name), spec in parameters.items() if place == "query"}
    repeated = {
        name for name in sent if isinstance(sent[name], list) and not _is_array(specs[name])
    }
    return not repeated or not all(
        _has_valid_reading(vendor, spec, sent[name]) if name in sent else not spec.get("required")
        for name, spec in specs.items()
    )


def _has_valid_reading(vendor: str, spec: Mapping[str, Any], value: Any) -> bool:
    """Whether some reading of what a parameter is given is valid."""
    is_valid = _contract(vendor).schemas.request_validator(spec["schema"]).is_valid
    texts = [str(each) for each in (value if isinstance(value, list) else [value])]
    if _is_array(spec):
        return is_valid(texts) or is_valid([_parse_literal(each) for each in texts])
    return any(is_valid(each) or is_valid(_parse_literal(each)) for each in texts)


def _is_array(spec: Mapping[str, Any]) -> bool:
    return bool(spec["schema"].get("type") == "array")


def _parse_literal(text: str) -> Any:
    """The number or truth that a text is; else the text."""
    try:
        found = json.loads(text, parse_constant=str)
    except ValueError:
        return text
    return found if isinstance(found, int | float) else text


def _operation(vendor: str, case: Any) -> Operation:
    return _contract(vendor).find(case.operation.definition.raw["operationId"])


def _is_valid(vendor: str, case: Any, body: Any) -> bool:
    validator = _validator(vendor, case.operation.definition.raw["operationId"], case.media_type)
    return validator is not None and bool(validator.is_valid(body))


def _contains_blank_text(value: Any) -> bool:
    """Whether there is a text without anything but blanks somewhere."""
    if isinstance(value, str):
        return bool(value) and not value.strip()
    if isinstance(value, dict):
        return any(map(_contains_blank_text, value.values()))
    return isinstance(value, list) and any(map(_contains_blank_text, value))


def _trim(value: Any) -> Any:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, dict):
        return {key: _trim(each) for key, each in value.items()}
    return [_trim(each) for each in value] if isinstance(value, list) else value


@cache
def _contract(vendor: str) -> Contract:
    return Contract(targets.document(vendor), closed=False)


@cache
def _validator(vendor: str, operation_id: str, media_type: str) -> Any:
    contract = _contract(vendor)
    schema = contract.find(operation_id).body.get(media_type, {}).get("schema")
    return None if schema is None else contract.schemas.request_validator(schema)
