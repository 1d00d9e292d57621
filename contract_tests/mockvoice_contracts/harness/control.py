"""Client of a mock's control API: clock, outbox and sandboxes."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Self
from urllib.parse import urlsplit

import requests

TIMEOUT_SECONDS = 15
CLOCK_CACHE_SECONDS = 5  # after this time the clock is read again
SANDBOX_TTL_SECONDS = 6 * 60 * 60  # the sandbox of a killed run expires after this time


class SandboxesUnsupported(Exception):
    """The server does not support sandboxes."""


class Control:
    """One sandbox of a mock server, through the server's control API."""

    abilities = frozenset(("clock", "outbox"))

    def __init__(self, base: str, vendor: str, sandbox: str = "default") -> None:
        self._base = base
        self._vendor = vendor
        self._sandbox = sandbox
        self._session = requests.Session()
        self._session.trust_env = False
        # When the clock was last read, and its value: scenarios read it thousands of times.
        self._last_reading: tuple[float, datetime] | None = None

    @classmethod
    def discover(cls, url: str, vendor: str, port_offset: int) -> Self | None:
        """Return the control API of the mock that serves the vendor at this URL, or ``None``."""
        parts = urlsplit(url)
        ports = (parts.port, parts.port - port_offset) if parts.port else ()
        for port in ports:
            control = cls(f"{parts.scheme}://{parts.hostname}:{port}", vendor)
            if control._serves_url(url):
                return control
        return None

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

    def supports_sandboxes(self) -> bool:
        """Return whether each run can have its own sandbox."""
        response = self._session.get(f"{self._base}/_mock/sandboxes", timeout=TIMEOUT_SECONDS)
        return response.status_code == 200

    @contextmanager
    def temporary_sandbox(self, name: str) -> Iterator[tuple[Self, Mapping[str, str]]]:
        """Create a sandbox for one run and yield it with its credentials; delete it afterwards.

        Raises ``SandboxesUnsupported``.
        """
        path = f"{self._base}/_mock/sandboxes"
        body = {"name": name, "data": "demo", "ttl_seconds": SANDBOX_TTL_SECONDS}
        body["now"] = self.now().isoformat()
        created = self._session.post(path, json=body, timeout=TIMEOUT_SECONDS)
        if created.status_code in (404, 405, 501):
            raise SandboxesUnsupported
        created.raise_for_status()
        try:
            yield (
                type(self)(self._base, self._vendor, name),
                created.json()["credentials"][self._vendor],
            )
        finally:
            self._session.delete(f"{path}/{name}", timeout=TIMEOUT_SECONDS)

    def _serves_url(self, url: str) -> bool:
        try:
            response = self._session.get(f"{self._base}/_mock/vendors", timeout=TIMEOUT_SECONDS)
            vendors = response.json() if response.status_code == 200 else []
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
        except (requests.RequestException, ValueError, KeyError, TypeError, AttributeError):
            return False

    def _request(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        response = self._session.request(
            method,
            f"{self._base}/_mock/sandboxes/{self._sandbox}{path}",
            json=body,
            timeout=TIMEOUT_SECONDS,
        )
        if response.status_code != 200:
            raise RuntimeError(f"the control API rejected {method} {path}: {response.text}")
        return response.json()
