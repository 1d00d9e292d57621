"""An HTTP client with a rate limit, which distinguishes lost responses from failed connections."""

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import httpx

from mockvoice.kernel.clock import Clock
from mockvoice.outbound.auth import ApiAuth, ApiRequest
from mockvoice.outbound.connection_errors import (
    UnusableConnection,
    connection_problem,
    is_refused,
    response_problem,
)
from mockvoice.outbound.connection_settings import ConnectionSettings
from mockvoice.outbound.proxies import is_local_host
from mockvoice.outbound.retry_policy import (
    TOO_MANY_REQUESTS,
    Pace,
    WaitLimits,
    Waits,
    retry_after,
)

TIMEOUT_SECONDS = 60.0
LIMITS = WaitLimits(who="the seeder", longest=300.0)

SYSTEM_SETTINGS = ConnectionSettings()

_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


class RequestLimitReached(Exception):
    """The target file's limit of requests has been reached."""


class ConnectionFailed(Exception):
    """The server was not reached, so it has not executed the request."""


class ResponseLost(Exception):
    """No complete response was received; the server may or may not have executed the request."""


@dataclass(frozen=True, slots=True)
class ApiResponse:
    """A response: its status, its JSON, and the first 500 characters of its text for messages."""

    status: int
    body: Any
    text: str
    retry_after: float | None = None  # seconds that the server asks to wait


class RateLimitedClient:
    """Sends requests one after another, at a limited rate and up to a total number."""

    def __init__(
        self,
        url: str,
        auth: ApiAuth,
        requests_per_minute: float | None = None,
        max_requests: int | None = None,
        connection: ConnectionSettings = SYSTEM_SETTINGS,
    ) -> None:
        self._url = url
        self._auth = auth
        self._pace = Pace(requests_per_minute)
        self.waits = Waits(LIMITS, self._pace)
        self._max_requests = max_requests
        self._sent = 0
        self._clock = Clock()
        self._proxy = connection.proxy_for(url)
        self._has_responded = False
        # Follows no redirects (httpx's default).
        self._http = connection.http_client(url, timeout=TIMEOUT_SECONDS)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def refresh_token(self) -> bool:
        """Request a new token, and return whether it was obtained. Raises like ``exchange``."""
        request = self._auth.refresh_request()
        if request is None:
            return False
        response = self.exchange(request)
        if response.status >= 300:
            return False
        try:
            self._auth.store_refreshed(response.body)
        except (LookupError, TypeError):
            return False
        return True

    def exchange(self, request: ApiRequest) -> ApiResponse:
        """Send a request and return the response.

        Raises ``ConnectionFailed``, ``ResponseLost``, ``UnusableConnection`` or, instead of sending
        more than ``max_requests``, ``RequestLimitReached``.
        """
        if self._sent == self._max_requests:
            raise RequestLimitReached(
                f"max_requests = {self._max_requests} in the target file allows no more requests"
            )
        self._sent += 1
        self._pace.wait_for_turn()
        headers = dict(self._auth.headers(request, self._clock.now().timestamp()))
        headers["Accept"] = "application/json"
        if request.body is not None:
            headers["Content-Type"] = request.media_type
        try:
            response = self._http.request(
                request.method, self._url + request.path, content=request.body, headers=headers
            )
        except httpx.TransportError as error:
            raise self._failure(error) from error
        problem = response_problem(response.status_code, response.text, self._url, self._proxy)
        if problem is not None:
            raise UnusableConnection(problem)
        self._has_responded = True
        if response.status_code != TOO_MANY_REQUESTS:
            self._pace.count_accepted()
        body = _parse_json(response.content)
        if response.is_success and response.content and body is None:
            raise ResponseLost("the response is not JSON")
        return ApiResponse(
            response.status_code, body, response.text[:500], retry_after(response.headers)
        )

    def _failure(self, error: httpx.TransportError) -> Exception:
        problem = connection_problem(error, self._url, self._proxy, first=not self._has_responded)
        if problem is not None:
            return UnusableConnection(problem)
        text = str(error) or type(error).__name__
        if (
            not self._has_responded
            and is_refused(error)
            and is_local_host(urlsplit(self._url).hostname or "")
        ):
            return UnusableConnection(f"{self._url} cannot be reached: connection refused")
        return ConnectionFailed(text) if isinstance(error, _NOT_SENT) else ResponseLost(text)


def _parse_json(content: bytes) -> Any:
    """Return the JSON with fractions as ``Decimal``, or ``None`` if it is not JSON."""
    try:
        return json.loads(content, parse_float=Decimal) if content else None
    except ValueError:
        return None
