"""Secrets out of everything that is kept or shown."""

from collections.abc import Mapping
from typing import Any


def mask(value: Any, secrets: Mapping[str, str]) -> Any:
    """Any plain data with each secret's variable, such as ``$GROWCRM_API_KEY``, in its place."""
    if isinstance(value, str):
        for secret, variable in secrets.items():
            # A word that is no secret by itself would be found everywhere.
            if len(secret) >= 4:
                value = value.replace(secret, f"${variable}")
        return value
    if isinstance(value, Mapping):
        return {key: mask(each, secrets) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [mask(each, secrets) for each in value]
    return value
