"""How a client of an API shows who it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """What goes over the wire, below the address before the vendor's own paths."""

    method: str
    path: str  # with its query
    body: bytes | None = None
    media_type: str = "application/json"


class Door(Protocol):
    """Opens an API to requests. Credentials are those of a target file."""

    def headers(self, message: Message, now: float) -> Mapping[str, str]:
        """The headers with which a message gets in; ``now`` is in seconds since 1970."""

    def renewal(self) -> Message | None:
        """The message that asks for a new token, where there is a way to."""

    def renewed(self, answer: Any) -> None:
        """Take the new token from the answer to ``renewal``. Raises ``LookupError`` if none is there."""


class BearerDoor:
    """A token that is simply shown."""

    def __init__(self, token: str) -> None:
        self.token = token

    def headers(self, message: Message, now: float) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def renewal(self) -> Message | None:
        return None

    def renewed(self, answer: Any) -> None:
        """Nothing asks for it."""
