"""A line to an account: messages at a pace, and what became of each."""

import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from mockvoice.kernel.clock import Clock, monotonic
from mockvoice.seeding.auth import ApiAuth, ApiRequest
from mockvoice.seeding.remote.request_builder import read

PATIENCE_SECONDS = 60.0
LONGEST_WAIT_SECONDS = 300.0

_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class SeedingFailed(Exception):
    """The account does not take what is sent, does not answer, or may be asked no more; what is done
    stays done.
    """


class ConnectionFailed(Exception):
    """The server was not reached, so that nothing has happened there."""


class ResponseLost(Exception):
    """The answer did not come, or not whole: what was asked for may have happened or not."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: its status, its JSON, and for people the beginning of its text."""

    status: int
    body: Any
    text: str
    wait: float | None = None  # after so many seconds, says the server, one may ask again


class RateLimitedClient:
    """Sends messages one after another, at most so many in a minute, and in all."""

    def __init__(
        self,
        url: str,
        door: ApiAuth,
        requests_per_minute: float | None = None,
        max_requests: int | None = None,
    ) -> None:
        self._url = url
        self._door = door
        self._between = 60 / requests_per_minute if requests_per_minute else 0.0
        self._next_at = 0.0
        self._most = max_requests
        self._sent = 0
        self._clock = Clock()
        # Neither proxies nor a .netrc decide what is sent, and no redirect takes it elsewhere.
        self._http = httpx.Client(timeout=PATIENCE_SECONDS, trust_env=False)

    def close(self) -> None:
        self._http.close()

    def renew(self) -> bool:
        """Ask for a new token, where that can be done; whether one came. Raises as ``exchange`` does."""
        asked = self._door.refresh_request()
        if asked is None:
            return False
        reply = self.exchange(asked)
        if reply.status >= 300:
            return False
        try:
            self._door.store_refreshed(reply.body)
        except (LookupError, TypeError):
            return False
        return True

    def exchange(self, message: ApiRequest) -> Reply:
        """The answer to a message. Raises ``NotSent`` and ``Lost``, and ``CannotSend`` at the cap."""
        if self._sent == self._most:
            raise SeedingFailed(f"max_requests = {self._most} in the target file allows no more")
        self._sent += 1
        self._keep_pace()
        headers = dict(self._door.headers(message, self._clock.now().timestamp()))
        headers["Accept"] = "application/json"
        if message.body is not None:
            headers["Content-Type"] = message.media_type
        try:
            answer = self._http.request(
                message.method, self._url + message.path, content=message.body, headers=headers
            )
        except _NOT_SENT as error:
            raise ConnectionFailed(str(error)) from error
        except httpx.TransportError as error:
            raise ResponseLost(str(error) or type(error).__name__) from error
        body = read(answer.content)
        if answer.is_success and answer.content and body is None:
            raise ResponseLost("the answer is no JSON")
        return Reply(answer.status_code, body, answer.text[:500], self._asked_to_wait(answer))

    def _keep_pace(self) -> None:
        if self._between:
            now = monotonic()
            if self._next_at > now:
                time.sleep(self._next_at - now)
            self._next_at = max(self._next_at, now) + self._between

    def _asked_to_wait(self, answer: httpx.Response) -> float | None:
        """The seconds of ``Retry-After``, which may also name an instant."""
        asked = answer.headers.get("Retry-After", "").strip()
        if asked.isascii() and asked.isdigit():
            return min(float(asked[:9]), LONGEST_WAIT_SECONDS)
        try:
            seconds = (parsedate_to_datetime(asked) - self._clock.now()).total_seconds()
        except (TypeError, ValueError):
            return None
        return min(max(seconds, 0.0), LONGEST_WAIT_SECONDS)
