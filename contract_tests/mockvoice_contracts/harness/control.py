"""What tests may ask of a mock besides its vendor's API: its clock and what it has sent."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Self
from urllib.parse import urlsplit

import requests

TIMEOUT_SECONDS = 15
CLOCK_CACHE_SECONDS = 5  # after which the clock is read again
SANDBOX_TTL_SECONDS = 6 * 60 * 60  # after which the sandbox of a run that was killed goes by itself


class SandboxesUnsupported(Exception):
    """The server makes no sandboxes."""


class Control:
    """One sandbox of a mock server, through the server's control API."""

    abilities = frozenset(("clock", "outbox"))

    def __init__(self, base: str, vendor: str, sandbox: str = "default") -> None:
        self._base = base
        self._vendor = vendor
        self._sandbox = sandbox
        self._session = requests.Session()
        self._session.trust_env = False
        # When the clock was last read, and what it said; scenarios ask for the day by the thousand.
        self._last_reading: tuple[float, datetime] | None = None

    @classmethod
    def discover(cls, url: str, vendor: str, port_offset: int) -> Self | None:
        """The control API of the mock whose vendor answers at this URL; ``None`` if there is none."""
        place = urlsplit(url)
        ports = (place.port, place.port - port_offset) if place.port else ()
        for port in ports:
            found = cls(f"{place.scheme}://{place.hostname}:{port}", vendor)
            if found._serves_url(url):
                return found
        return None

    def now(self) -> datetime:
        """The present instant of the sandbox, as a clock says that was set by it a moment ago."""
        if (
            self._last_reading is None
            or time.monotonic() - self._last_reading[0] > CLOCK_CACHE_SECONDS
        ):
            told = self._request("GET", "/clock")
            now = datetime.fromisoformat(told["now"])
            self._last_reading = None if told["frozen"] else (time.monotonic(), now)
            return now
        at, now = self._last_reading
        return now + timedelta(seconds=time.monotonic() - at)

    def set_clock(self, now: datetime) -> None:
        """Jump to an instant, forwards or backwards."""
        self._last_reading = None
        self._request("PUT", "/clock", {"now": now.isoformat()})

    def advance(self, by: timedelta) -> None:
        """Move on; what falls due on the way happens."""
        self._last_reading = None
        self._request("POST", "/clock/advance", {"seconds": by.total_seconds()})

    def outbox(self) -> list[dict[str, Any]]:
        """What the vendor would have e-mailed, in the order in which it was queued."""
        found: list[dict[str, Any]] = self._request(
            "GET", f"/outbox?vendor={self._vendor}&limit=10000"
        )
        return sorted(found, key=lambda message: message["id"])

    def supports_sandboxes(self) -> bool:
        """Whether every run can have a world of its own."""
        answer = self._session.get(f"{self._base}/_mock/sandboxes", timeout=TIMEOUT_SECONDS)
        return answer.status_code == 200

    @contextmanager
    def temporary_sandbox(self, name: str) -> Iterator[tuple[Self, Mapping[str, str]]]:
        """A sandbox for one run, and its credentials; gone when the block ends.

        Raises ``NoSandboxes``.
        """
        path = f"{self._base}/_mock/sandboxes"
        body = {"name": name, "data": "demo", "ttl_seconds": SANDBOX_TTL_SECONDS}
        body["now"] = self.now().isoformat()
        made = self._session.post(path, json=body, timeout=TIMEOUT_SECONDS)
        if made.status_code in (404, 405, 501):
            raise SandboxesUnsupported
        made.raise_for_status()
        try:
            yield (
                type(self)(self._base, self._vendor, name),
                made.json()["credentials"][self._vendor],
            )
        finally:
            self._session.delete(f"{path}/{name}", timeout=TIMEOUT_SECONDS)

    def _serves_url(self, url: str) -> bool:
        try:
            answer = self._session.get(f"{self._base}/_mock/vendors", timeout=TIMEOUT_SECONDS)
            vendors = answer.json() if answer.status_code == 200 else []
            # The name by which a server knows itself is not always the one by which it is reached.
            asked = urlsplit(url)
            places = [
                urlsplit(place.rstrip("/"))
                for each in vendors
                if each["key"] == self._vendor
                for place in (each["prefix_url"], each["root_url"])
                if place
            ]
            return any(
                (each.port, each.path) == (asked.port, asked.path.rstrip("/")) for each in places
            )
        except (requests.RequestException, ValueError, KeyError, TypeError, AttributeError):
            return False

    def _request(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        answer = self._session.request(
            method,
            f"{self._base}/_mock/sandboxes/{self._sandbox}{path}",
            json=body,
            timeout=TIMEOUT_SECONDS,
        )
        if answer.status_code != 200:
            raise RuntimeError(f"the control API refused {method} {path}: {answer.text}")
        return answer.json()
