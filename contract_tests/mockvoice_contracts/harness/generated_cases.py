"""Generated requests: which of them are sent, with which ids, and how forms are serialized."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import schemathesis

from mockvoice_contracts.harness import forms
from mockvoice_contracts.harness.client import FORM, JSON, MULTIPART
from mockvoice_contracts.harness.generation_filters import (
    has_short_url,
    preserves_body_validity,
    preserves_converted_validity,
    preserves_parts_validity,
    preserves_query_validity,
)
from mockvoice_contracts.harness.profile import Profile


def case_filter(
    vendor: str, profile: Profile, *, trims: bool, converts: bool
) -> Callable[[Any, Any], bool]:
    """Return a hook that drops requests which are not as valid or invalid as they were generated."""

    def filter_case(context: Any, case: Any) -> bool:
        meta = case.meta  # Each access compares the values of the case with those of the last one.
        if meta is None:
            return True
        systematic = meta.phase.name.value == "coverage"
        if case.media_type == FORM and systematic and not profile.all_forms:
            return False
        if not (has_short_url(case) and preserves_query_validity(vendor, case)):
            return False
        if case.media_type == MULTIPART:
            return preserves_parts_validity(vendor, case)
        if converts and not preserves_converted_validity(vendor, case):
            return False
        if case.media_type not in (FORM, JSON):
            return True
        return preserves_body_validity(vendor, case, trims=trims)

    return filter_case


def case_mapper(known: Mapping[str, Iterator[Any]]) -> Callable[[Any, Any], Any]:
    """Return a hook that sets ids of existing records in valid data of the coverage phase.

    Other ids would be rejected as unknown. The tested parameter stays as it is.
    """

    def map_case(context: Any, case: Any) -> Any:
        meta = case.meta
        if meta is None or meta.phase.name.value != "coverage" or meta.generation.mode.is_negative:
            return case
        tested = meta.phase.data
        for name, values in known.items():
            location, _, path = name.partition(".")
            holder = {"body": case.body, "path": case.path_parameters}.get(location)
            if tested.parameter != path.partition("[")[0] and isinstance(holder, dict):
                _replace_ids(holder, path.replace("[*]", ".*").split("."), values)
        return case

    return map_case


def _replace_ids(holder: Any, path: Sequence[str], values: Iterator[Any]) -> None:
    """Replace the ids at a path; ``*`` matches every item of a list."""
    name, *rest = path
    keys = range(len(holder)) if name == "*" and isinstance(holder, list) else [name]
    for key in keys:
        if isinstance(holder, list) != isinstance(key, int) or (
            isinstance(key, str) and key not in holder
        ):
            return
        if rest and isinstance(holder[key], dict | list):
            _replace_ids(holder[key], rest, values)
        elif not rest and str(holder[key]).strip().isdigit():
            holder[key] = next(values)


@schemathesis.serializer(FORM)
def php_form(context: Any, value: Any) -> bytes:
    """Serialize a body as a form with bracketed keys; null becomes an empty value.

    The body comes from the case, because ``value`` is already flattened for plain forms.
    """
    body = context.case.body
    if isinstance(body, dict):
        return forms.encode(body)
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")
