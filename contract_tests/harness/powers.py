"""What tests may ask of a mock besides its vendor's API."""

from datetime import datetime, timedelta
from typing import Any, Protocol


class Powers(Protocol):
    """What a mock can do beyond its contract."""

    @property
    def abilities(self) -> frozenset[str]:
        """The names under which tests ask for them."""

    def now(self) -> datetime:
        """The present instant of the world."""

    def set_clock(self, now: datetime) -> None:
        """Jump to an instant, forwards or backwards."""

    def advance(self, by: timedelta) -> None:
        """Move on; what falls due on the way happens."""

    def outbox(self) -> list[dict[str, Any]]:
        """What the vendor would have e-mailed, oldest first."""
