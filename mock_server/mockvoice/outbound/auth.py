"""Authentication of outgoing requests."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class ApiRequest:
    """One HTTP request of a vendor's API, relative to the target's URL."""

    method: str
    path: str  # with its query
    body: bytes | None = None
    media_type: str = "application/json"


class ApiAuth(Protocol):
    """Authentication with the credentials of a target file."""

    def headers(self, request: ApiRequest, now: float) -> Mapping[str, str]:
        """Return the headers that authenticate a request; ``now`` is in seconds since 1970."""

    def refresh_request(self) -> ApiRequest | None:
        """Return the request that obtains a new token, or ``None`` if the API has none."""

    def store_refreshed(self, response: Any) -> None:
        """Store the new token from the response to ``refresh_request``.

        Raises ``LookupError`` or ``TypeError`` if the response contains none.
        """


class BearerAuth:
    """A fixed bearer token."""

    def __init__(self, token: str) -> None:
        self.token = token

    def headers(self, request: ApiRequest, now: float) -> Mapping[str, str]:
        """Return the ``Authorization`` header."""
        return {"Authorization": f"Bearer {self.token}"}

    def refresh_request(self) -> ApiRequest | None:
        """Return ``None``: the token cannot be refreshed."""
        return None

    def store_refreshed(self, response: Any) -> None:
        """Do nothing: the token is never refreshed."""
