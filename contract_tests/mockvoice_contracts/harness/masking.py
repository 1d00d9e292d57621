"""Masking of secrets in everything that is stored or displayed."""

from collections.abc import Mapping
from typing import Any

from mockvoice.printable import escape_all


def printable(value: Any, secrets: Mapping[str, str]) -> Any:
    """Mask secrets in JSON data, and escape control characters, which may come from a server."""
    return escape_all(mask(value, secrets))


def mask(value: Any, secrets: Mapping[str, str]) -> Any:
    """Replace each secret in JSON data by its variable, such as ``$GROWCRM_API_KEY``."""
    if isinstance(value, str):
        for secret, variable in secrets.items():
            # A short value would match unrelated text everywhere.
            if len(secret) >= 4:
                value = value.replace(secret, f"${variable}")
        return value
    if isinstance(value, Mapping):
        return {key: mask(item, secrets) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [mask(item, secrets) for item in value]
    return value
