"""Parsing of request values."""

from datetime import datetime

from mockvoice.control.errors import InvalidTime
from mockvoice.kernel import clock


def parse_instant(text: str, name: str = "now") -> datetime:
    """Parse the instant of a property or parameter called ``name``. Raises ``InvalidTime``."""
    try:
        return clock.parse_instant(text)
    except ValueError as error:
        raise InvalidTime(
            f"{name} must be an instant such as 2026-03-01T09:00:00Z: {error}"
        ) from error
