"""How probes ask a server: plain HTTP, no contract, and the control API for its clock."""

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
    """A server answered 500, so that what is wrong with it is no fault of the planted kind."""


class ProbeClient:
    """Asks one server; a call gives its status and its body."""

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
        answer = self.exchange(
            method, path, body, query=query, headers=headers, auth=auth, form=form
        )
        return answer.status_code, _decode(answer)

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
        """The answer with its headers. Raises ``NotAlive``."""
        answer = self._session.request(
            method, self.target.url + path, params=query, headers=dict(headers or {}), data=form,
            auth=auth or self._auth, timeout=TIMEOUT_SECONDS,
            **({} if body is None else {"json": body}),
        )  # fmt: skip
        if answer.status_code >= 500:
            raise ProbeFailed(f"{method} {path} answered {answer.status_code}")
        return answer

    def unique(self, word: str) -> str:
        """A name that this run has not used before."""
        return f"{word} {next(_numbers)}"

    def day(self, days: int = 0) -> str:
        """A day of the server's calendar, so many days from today."""
        return (self.clock.today() + timedelta(days=days)).isoformat()

    def after(self, seen: Callable[[], Any], *, days: int = 0, seconds: int = 0) -> Any:
        """What is seen once so much time has passed; the clock goes back afterwards."""
        before: datetime = self.clock.now()
        self.clock.advance(days=days, seconds=seconds)
        try:
            return seen()
        finally:
            self.clock.set(before)


def _decode(answer: requests.Response) -> Any:
    try:
        return json.loads(answer.content)
    except ValueError:
        return answer.text


def pick(record: Any, *names: str) -> list[Any]:
    """Some fields of a record, or all of something that is none."""
    return [record.get(name) for name in names] if isinstance(record, dict) else [record]


_VARYING = (
    (re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "uuid"),
    (re.compile(r"\d+"), "0"),
)


def shape(value: Any) -> Any:
    """How a body is built: names and types, and how its texts are written, whatever the numbers."""
    if isinstance(value, dict):
        return {name: shape(each) for name, each in value.items()}
    if isinstance(value, list):
        return [shape(each) for each in value]
    if isinstance(value, str):
        for pattern, word in _VARYING:
            value = pattern.sub(word, value)
        return value
    return type(value).__name__
