"""Client of the probes: plain HTTP without a contract, and the control API for the clock."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import requests
from requests.auth import AuthBase

from mockvoice_contracts.harness.clock import ServerClock
from mockvoice_contracts.harness.targets import Target

TIMEOUT_SECONDS = 20
_numbers = count(1)


class ProbeFailed(Exception):
    """The server returned a 5xx status: it crashed, which is not a valid planted fault."""


class ProbeClient:
    """Client of one server; a call returns the status and the body."""

    def __init__(self, target: Target, auth: AuthBase) -> None:
        self.target = target
        self.clock = ServerClock(target)
        self._auth = auth
        self._session = requests.Session()
        self._session.trust_env = False

    def __call__(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: Any = None,
        headers: Mapping[str, str] | None = None,
        auth: AuthBase | None = None,
        form: Mapping[str, str] | None = None,
    ) -> tuple[int, Any]:
        """Send a request and return the status and the body. Raises ``ProbeFailed``."""
        response = self.exchange(
            method, path, body, query=query, headers=headers, auth=auth, form=form
        )
        return response.status_code, _decode(response)

    def exchange(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: Any = None,
        headers: Mapping[str, str] | None = None,
        auth: AuthBase | None = None,
        form: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Send a request and return the response. Raises ``ProbeFailed``."""
        response = self._session.request(
            method, self.target.url + path, params=query, headers=dict(headers or {}), data=form,
            auth=auth or self._auth, timeout=TIMEOUT_SECONDS,
            **({} if body is None else {"json": body}),
        )  # fmt: skip
        if response.status_code >= 500:
            raise ProbeFailed(f"{method} {path} returned {response.status_code}")
        return response

    def unique(self, word: str) -> str:
        """Return a name that this run has not used before."""
        return f"{word} {next(_numbers)}"

    def day(self, days: int = 0) -> str:
        """Return the server's date plus some days, in ISO format."""
        return (self.clock.today() + timedelta(days=days)).isoformat()

    def after(self, read: Callable[[], Any], *, days: int = 0, seconds: int = 0) -> Any:
        """Advance the clock, call ``read``, and set the clock back."""
        before: datetime = self.clock.now()
        self.clock.advance(days=days, seconds=seconds)
        try:
            return read()
        finally:
            self.clock.set(before)


def _decode(response: requests.Response) -> Any:
    try:
        return json.loads(response.content)
    except ValueError:
        return response.text


def pick(record: Any, *names: str) -> list[Any]:
    """Return the values of some fields of a record; return another value in a list."""
    return [record.get(name) for name in names] if isinstance(record, dict) else [record]


_VARYING = (
    (re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "uuid"),
    (re.compile(r"\d+"), "0"),
)


def shape(value: Any) -> Any:
    """Return the structure of a body: names, types and text formats, without ids and numbers."""
    if isinstance(value, dict):
        return {name: shape(item) for name, item in value.items()}
    if isinstance(value, list):
        return [shape(item) for item in value]
    if isinstance(value, str):
        for pattern, replacement in _VARYING:
            value = pattern.sub(replacement, value)
        return value
    return type(value).__name__
