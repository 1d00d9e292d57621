"""Comparison of records in responses, which may have more properties than the contract has."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")


def to_instant(text: str) -> datetime:
    """Return the instant of an ISO 8601 text, which may have any offset and fraction."""
    return datetime.fromisoformat(text)


def shared_members(record: Any, other: Any) -> Any:
    """Return a record with only the properties that the other one has too, at any depth.

    Instants are parsed, since one instant has several texts.
    """
    if isinstance(record, Mapping) and isinstance(other, Mapping):
        return {
            name: shared_members(value, other[name])
            for name, value in record.items()
            if name in other
        }
    if isinstance(record, list) and isinstance(other, list) and len(record) == len(other):
        return [shared_members(*pair) for pair in zip(record, other, strict=True)]
    if isinstance(record, str) and _INSTANT.match(record):
        return to_instant(record)
    return record
