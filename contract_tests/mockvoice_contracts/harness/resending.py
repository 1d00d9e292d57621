"""Requests that are sent again: the server asked to wait, or was away for a moment.

A request is sent again only if the server has not processed it, or if it only reads. So no write is
executed twice.
"""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import NameResolutionError, NewConnectionError

from mockvoice.outbound.retry_policy import (
    ATTEMPTS,
    TOO_MANY_REQUESTS,
    UNAVAILABLE,
    Pace,
    WaitLimits,
    Waits,
    WaitTooLong,
    retry_after,
)
from mockvoice_contracts.harness.contract import SAFE

__all__ = [
    "DEFAULT_LIMITS",
    "Pace",
    "RequestInterrupted",
    "Resender",
    "ResendingLimits",
    "TargetUnreachable",
    "WaitLimits",
    "expecting",
]

# After this number of interrupted or failed requests in a row the server counts as unreachable.
MAX_FAILURES = 8
POLL_SECONDS = 0.2
CONNECT_SECONDS = 2.0
_EXPECTED: ContextVar[frozenset[int]] = ContextVar("expected_statuses", default=frozenset())


class TargetUnreachable(Exception):
    """The server under test no longer responds."""


class RequestInterrupted(Exception):
    """The server did not process a request, or it is unknown whether it did: its test has no result."""


WAIT_LIMITS = WaitLimits(who="the check", longest=60.0, total=1800.0)


@dataclass(frozen=True, kw_only=True)
class ResendingLimits:
    """How long a run waits for a server that limits requests, and for one that is away."""

    waits: WaitLimits = WAIT_LIMITS
    # For a server that no longer accepts connections, and for one that has never done so.
    away_seconds: float = 30.0
    never_seen_seconds: float = 3.0


DEFAULT_LIMITS = ResendingLimits()


@contextmanager
def expecting(*statuses: int) -> Iterator[None]:
    """Return responses with these statuses at once, even if they ask to wait: a test expects them."""
    token = _EXPECTED.set(frozenset(statuses))
    try:
        yield
    finally:
        _EXPECTED.reset(token)


class Resender:
    """Sends the requests of one target, and sends them again if that is safe."""

    def __init__(
        self,
        url: str,
        pace: Pace,
        limits: ResendingLimits,
        *,
        obeys: bool,
        proxy: str | None = None,
    ) -> None:
        self._url = url
        self._address = _address(proxy or url)
        self._pace = pace
        self._limits = limits
        self._obeys = obeys  # whether responses that ask to wait are obeyed
        self._has_responded = False
        self._failures = 0
        self._lost: set[str] = set()  # the requests whose response was lost
        self._waits = Waits(limits.waits, pace)
        self.seconds_away = 0.0

    @property
    def seconds_waited(self) -> float:
        """The sum of all waits because the server asked for them, or was away."""
        return self._waits.seconds + self.seconds_away

    def send(
        self,
        request: requests.PreparedRequest,
        send: Callable[[], requests.Response],
        not_processed: Callable[[], None],
    ) -> requests.Response:
        """Send a request, and again while it was not processed; return the response.

        ``not_processed`` is called after an attempt that the server certainly has not processed.
        Raises ``RequestInterrupted`` and ``TargetUnreachable``.
        """
        name = f"{request.method} {str(request.url).partition('?')[0]}"
        for attempt in range(ATTEMPTS):
            if attempt:
                _authenticate_again(request)
            response = self._send_to_present_server(request, name, send, not_processed)
            status, seconds = response.status_code, retry_after(response.headers)
            if not self._asks_to_wait(status, seconds):
                self._failures = 0
                self._pace.count_accepted()
                return response
            # Nobody reads its body, so its connection would stay open.
            response.close()
            not_processed()
            if attempt + 1 < ATTEMPTS:
                self._wait(attempt, status, seconds)
        problem = "limits the request rate" if status == TOO_MANY_REQUESTS else "is unavailable"
        raise self._interrupted(
            f"{self._url} {problem} ({status}): {name} was answered with it {ATTEMPTS} times; try again later"
        )

    def _asks_to_wait(self, status: int, seconds: float | None) -> bool:
        if not self._obeys or status in _EXPECTED.get():
            return False
        return status == TOO_MANY_REQUESTS or (status == UNAVAILABLE and seconds is not None)

    def _wait(self, attempt: int, status: int, seconds: float | None) -> None:
        try:
            self._waits.wait(attempt, status, seconds)
        except WaitTooLong as error:
            raise TargetUnreachable(f"{self._url} cannot be checked now: {error}") from error

    def _send_to_present_server(
        self,
        request: requests.PreparedRequest,
        name: str,
        send: Callable[[], requests.Response],
        not_processed: Callable[[], None],
    ) -> requests.Response:
        """Return the response; wait for a server that is away."""
        for _ in range(ATTEMPTS):
            try:
                response = send()
            except (requests.exceptions.ProxyError, requests.exceptions.SSLError) as error:
                self._count_failure(error)  # The same connection would fail again.
                raise
            except requests.ConnectionError as error:
                if _was_not_sent(error):
                    not_processed()
                    self._wait_for_server(error)
                else:
                    self._handle_lost_response(request, name, error)
            except requests.RequestException as error:
                self._count_failure(error)
                raise
            else:
                self._has_responded = True
                return response
        raise self._interrupted(f"{name} could not be sent: the server went away {ATTEMPTS} times")

    def _handle_lost_response(
        self, request: requests.PreparedRequest, name: str, error: requests.ConnectionError
    ) -> None:
        """Return if the request may be sent again; else raise.

        A server that still accepts connections has dropped this one, so a write has failed. A request
        that has lost its response twice is the cause of the loss.
        """
        is_away, is_read = self._is_away(), request.method in SAFE
        fingerprint = f"{request.method} {request.url} {request.body!r}"
        is_first = fingerprint not in self._lost
        self._lost.add(fingerprint)
        if not is_first or not (is_away or is_read):
            self._count_failure(error)
            raise error
        if is_away:
            self._wait_for_server(error)
        if not is_read:
            raise self._interrupted(
                f"the server went away during {name}, and may or may not have processed it"
            )

    def _wait_for_server(self, error: requests.ConnectionError) -> None:
        """Wait until the server accepts connections. Raises ``TargetUnreachable``."""
        limits = self._limits
        seconds = limits.away_seconds if self._has_responded else limits.never_seen_seconds
        start = time.monotonic()
        try:
            while time.monotonic() - start < seconds:
                time.sleep(POLL_SECONDS)
                if not self._is_away():
                    return
        finally:
            self.seconds_away += time.monotonic() - start
        raise TargetUnreachable(
            f"{self._url} no longer responds, for {round(seconds)} s: {error}"
        ) from error

    def _is_away(self) -> bool:
        try:
            socket.create_connection(self._address, CONNECT_SECONDS).close()
        except OSError:
            return True
        return False

    def _count_failure(self, error: Exception) -> None:
        self._failures += 1
        if self._failures >= MAX_FAILURES:
            raise TargetUnreachable(f"{self._url} no longer responds: {error}") from error

    def _interrupted(self, reason: str) -> RequestInterrupted:
        error = RequestInterrupted(reason)
        self._count_failure(error)
        return error


def _address(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


def _was_not_sent(error: requests.ConnectionError) -> bool:
    """Return whether there was no connection, so that the server has received nothing.

    A host without an address stays without one, so another attempt would fail, too.
    """
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    is_unknown_host = isinstance(reason, NameResolutionError)
    return isinstance(reason, NewConnectionError) and not is_unknown_host


def _authenticate_again(request: requests.PreparedRequest) -> None:
    """Repeat an authentication that depends on the time, such as a signature."""
    authenticate = getattr(request, "authenticate_again", None)
    if authenticate is not None:
        authenticate()
