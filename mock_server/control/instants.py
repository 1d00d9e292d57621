"""Instants as requests name them."""

from datetime import datetime

from mock_server.control.errors import InvalidTime
from mock_server.kernel.clock import read_instant


def instant(text: str) -> datetime:
    """The instant of a property ``now``. Raises ``InvalidTime``."""
    try:
        return read_instant(text)
    except ValueError as error:
        raise InvalidTime(
            f"now must be an instant such as 2026-03-01T09:00:00Z: {error}"
        ) from error
