"""How a client of an API shows who it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class ApiRequest:
    """What goes over the wire, below the address before the vendor's own paths."""

    method: str
    path: str  # with its query
    body: bytes | None = None
    media_type: str = "application/json"


class ApiAuth(Protocol):
    """Opens an API to requests. Credentials are those of a target file."""

    def headers(self, message: ApiRequest, now: float) -> Mapping[str, str]:
        """The headers with which a message gets in; ``now`` is in seconds since 1970."""

    def refresh_request(self) -> ApiRequest | None:
        """The message that asks for a new token, where there is a way to."""

    def store_refreshed(self, answer: Any) -> None:
        """Take the new token from the answer to ``renewal``. Raises ``LookupError`` if none is there."""


class BearerAuth:
    """A token that is simply shown."""

    def __init__(self, token: str) -> None:
        self.token = token

    def headers(self, message: ApiRequest, now: float) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def refresh_request(self) -> ApiRequest | None:
        return None

    def store_refreshed(self, answer: Any) -> None:
        """Nothing asks for it."""
