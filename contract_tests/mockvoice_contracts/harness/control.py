"""What a run does through a mock's control API: clock, outbox and sandboxes."""

import time
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Self
from urllib.parse import urlsplit

from mockvoice.outbound.control_client import ControlApiError, ControlClient, ServerUnavailable
from mockvoice_contracts.harness.connections import ConnectionSettings

TIMEOUT_SECONDS = 15
CLOCK_CACHE_SECONDS = 5  # after this time the clock is read again
JOURNAL_ENTRIES = 100
SANDBOX_TTL_SECONDS = 6 * 60 * 60  # the sandbox of a killed run expires after this time


class SandboxesUnsupported(Exception):
    """The server does not support sandboxes."""


class Control:
    """One sandbox of a mock server, through the server's control API."""

    abilities = frozenset(("clock", "outbox", "settings"))

    def __init__(
        self,
        base: str,
        vendor: str,
        sandbox: str = "default",
        timeout_seconds: float = TIMEOUT_SECONDS,
        connection: ConnectionSettings | None = None,
    ) -> None:
        self._base = base
        self._connection = connection
        self._vendor = vendor
        self._sandbox = sandbox
        self._client = ControlClient(base, timeout_seconds=timeout_seconds, connection=connection)
        weakref.finalize(self, self._client.close)
        # When the clock was last read, and its value: scenarios read it thousands of times.
        self._last_reading: tuple[float, datetime] | None = None

    def now(self) -> datetime:
        """Return the sandbox's time, for a few seconds extrapolated from the last reading."""
        if (
            self._last_reading is None
            or time.monotonic() - self._last_reading[0] > CLOCK_CACHE_SECONDS
        ):
            clock = self._request("GET", "/clock")
            now = datetime.fromisoformat(clock["now"])
            self._last_reading = None if clock["frozen"] else (time.monotonic(), now)
            return now
        at, now = self._last_reading
        return now + timedelta(seconds=time.monotonic() - at)

    def set_clock(self, now: datetime) -> None:
        """Set the clock, forwards or backwards."""
        self._last_reading = None
        self._request("PUT", "/clock", {"now": now.isoformat()})

    def advance(self, by: timedelta) -> None:
        """Advance the clock; due events run in order."""
        self._last_reading = None
        self._request("POST", "/clock/advance", {"seconds": by.total_seconds()})

    def outbox(self) -> list[dict[str, Any]]:
        """Return the e-mails of the vendor, in the order in which they were queued."""
        messages: list[dict[str, Any]] = self._request(
            "GET", f"/outbox?vendor={self._vendor}&limit=10000"
        )
        return sorted(messages, key=lambda message: message["id"])

    def settings(self) -> dict[str, Any]:
        """Return the settings of the sandbox."""
        settings: dict[str, Any] = self._request("GET", "/settings")
        return settings

    def change_settings(self, **changes: Any) -> None:
        """Change settings of the sandbox."""
        self._request("PUT", "/settings", changes)

    def supports_sandboxes(self) -> bool:
        """Return whether each run can have its own sandbox."""
        try:
            self._client.get("/sandboxes")
        except (ControlApiError, ServerUnavailable):
            return False
        return True

    @contextmanager
    def temporary_sandbox(
        self, name: str, settings: Mapping[str, Any] | None = None
    ) -> Iterator[tuple[Self, Mapping[str, str]]]:
        """Create a sandbox for one run and yield it with its credentials; delete it afterwards.

        Without ``settings`` it has those of this one.

        Raises ``SandboxesUnsupported``.
        """
        body: dict[str, Any] = {"name": name, "data": "demo", "ttl_seconds": SANDBOX_TTL_SECONDS}
        body["now"] = self.now().isoformat()
        try:
            body["settings"] = {**self.settings(), **(settings or {})}
            created = self._client.send("POST", "/sandboxes", body)
        except (ControlApiError, ServerUnavailable) as error:
            if error.status in (404, 405, 501):
                raise SandboxesUnsupported from error
            raise
        try:
            yield self._of(name), created["credentials"][self._vendor]
        finally:
            self._delete_sandbox(name)

    def serves(self, url: str) -> bool:
        """Return whether the server is a mock that serves the vendor at this URL."""
        try:
            vendors = self._client.get("/vendors")
            # A server may be reached under another host name than the one in its own URLs.
            requested = urlsplit(url)
            addresses = [
                urlsplit(base_url.rstrip("/"))
                for vendor in vendors
                if vendor["key"] == self._vendor
                for base_url in (vendor["prefix_url"], vendor["root_url"])
                if base_url
            ]
            return any(
                (address.port, address.path) == (requested.port, requested.path.rstrip("/"))
                for address in addresses
            )
        except (
            ControlApiError,
            ServerUnavailable,
            KeyError,
            TypeError,
            AttributeError,
            ValueError,
        ):
            return False

    def received(self, marker: str) -> bool:
        """Return whether the mock's journal contains a request of the vendor with a text in its URL."""
        try:
            entries = self._client.get(
                f"/sandboxes/default/journal?vendor={self._vendor}&limit={JOURNAL_ENTRIES}"
            )
            return any(marker in entry["request"]["url"] for entry in entries)
        except (ControlApiError, ServerUnavailable, KeyError, TypeError):
            return False

    def in_sandbox_of(self, credentials: Mapping[str, str]) -> Self | None:
        """Return the control of the sandbox to which credentials belong, or ``None``."""
        values = set(filter(None, credentials.values()))
        try:
            for sandbox in self._client.get("/sandboxes"):
                if values & set(sandbox["credentials"].get(self._vendor, {}).values()):
                    return self._of(sandbox["name"])
        except (ControlApiError, ServerUnavailable, KeyError, TypeError, AttributeError):
            return None
        return None

    def _of(self, sandbox: str) -> Self:
        return type(self)(self._base, self._vendor, sandbox, connection=self._connection)

    def vendor_url(self) -> str | None:
        """Return the vendor's URL on this server's main port; ``None`` if this is no such port."""
        try:
            vendors = self._client.get("/vendors")
            urls = [row["prefix_url"] for row in vendors if row["key"] == self._vendor]
        except (ControlApiError, ServerUnavailable, KeyError, TypeError):
            return None
        return urls[0] if urls else None

    def problem(self) -> str | None:
        """Return why the server cannot be used, or ``None`` if it responds."""
        try:
            self._client.get("/vendors")
        except (ControlApiError, ServerUnavailable) as error:
            return str(error)
        return None

    def _delete_sandbox(self, name: str) -> None:
        """Delete a sandbox; one that has expired during the run is already deleted."""
        try:
            self._client.send("DELETE", f"/sandboxes/{name}")
        except ControlApiError as error:
            if error.status != 404:
                raise

    def _request(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        return self._client.send(method, f"/sandboxes/{self._sandbox}{path}", body)
