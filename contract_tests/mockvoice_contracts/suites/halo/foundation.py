"""What a run on an account without sandboxes stands on, so that no generated request may change it."""

from collections.abc import Mapping
from typing import Any

# An account has few currencies, with the lowest ids, and one of them is the home currency.
HIGHEST_CURRENCY_ID = 50


def changes_foundation(path: Mapping[str, Any], body: Any) -> bool:
    """Return whether an element would change the tax of all lines, or the rate of the home currency.

    The elements of a body do not name their resource; those with ``taxid`` are tax rules.
    """
    return any(
        isinstance(element, dict)
        and (_is_number(element.get("taxid")) or _is_currency_rate(element))
        for element in (body if isinstance(body, list) else ())
    )


def _is_currency_rate(element: Mapping[str, Any]) -> bool:
    record_id = element.get("id")
    return (
        "conversion_rate" in element
        and _is_number(record_id)
        and 0 < float(record_id) <= HIGHEST_CURRENCY_ID  # type: ignore[arg-type]
    )


def _is_number(value: Any) -> bool:
    """Return whether Halo reads a value as an integer, also from text."""
    return str(value).strip().removesuffix(".0").lstrip("-").isdecimal()
