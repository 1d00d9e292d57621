"""The last place that a request passes before it leaves this machine, whoever sends it.

Suites, generated tests, vendors' clients: all send through ``requests``, so that what a target's
mode forbids is stopped here, below all of them.
"""

import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from requests.adapters import HTTPAdapter

from mockvoice_contracts.harness import curl, ownership
from mockvoice_contracts.harness.contract import SAFE, Contract, Operation
from mockvoice_contracts.harness.coverage import Coverage
from mockvoice_contracts.harness.exchange_log import ExchangeLog
from mockvoice_contracts.harness.ledger import Ledger, Record
from mockvoice_contracts.harness.ownership import NotAllowed
from mockvoice_contracts.harness.routes import Routes
from mockvoice_contracts.harness.targets import Target

Send = Callable[..., requests.Response]
SHOWN_EXCHANGES = 12
# After so many requests in a row that nobody answered, nobody is there.
MAX_CONNECTION_FAILURES = 8


TOKENS = frozenset(("accesstoken", "refreshtoken", "secret", "apikey", "idtoken"))


class TargetUnreachable(Exception):
    """The server under test has stopped answering."""


@dataclass(frozen=True)
class Exchange:
    """A request that has left, and its answer."""

    operation: Operation | None
    request: requests.PreparedRequest
    response: requests.Response
    secrets: Mapping[str, str]

    @property
    def curl(self) -> str:
        """The shell line that asks again."""
        return curl.line(self.request, self.secrets)


class TargetSession:
    """One target's rules, and what has been seen of it."""

    def __init__(
        self,
        target: Target,
        contract: Contract,
        *,
        ledger: Ledger | None = None,
        share: int = 1,
    ) -> None:
        self.target = target
        self.contract = contract
        self.ledger = ledger
        self.coverage = Coverage(contract)
        self.recent: deque[Exchange] = deque(maxlen=SHOWN_EXCHANGES)
        # Credentials, and tokens that the server hands out.
        self.secrets: dict[str, str] = dict(target.secrets)
        self.requests = 0
        self.sent: Counter[str] = Counter()
        self.exchange_log: ExchangeLog | None = (
            None  # kept if the answers are to be compared with a mock's
        )
        self.left: list[Record] = []  # what could not be deleted at the end
        self._routes = Routes(contract.operations.values())
        self._prefix = urlsplit(target.url).path
        self._unanswered = 0
        self._lock = threading.Lock()
        self._next_at = 0.0
        # Parallel workers share the pace and the cap.
        pace = target.requests_per_minute
        self._pause = 60 * share / pace if pace else 0.0
        self._cap = max(target.max_requests // share, 1) if target.max_requests else None

    def send(
        self, send: Send, adapter: Any, request: requests.PreparedRequest, **how: Any
    ) -> requests.Response:
        """Send a request that may be sent. Raises ``NotAllowed`` for any other."""
        found = self._routes.find(str(request.method), self._path(request))
        creates = self._admit(request, found)
        name = f"{request.method} {self._path(request)}"
        self._wait_for_turn(found[0].id if found else name)
        if creates is not None:
            creates.send(name)
        try:
            response = send(adapter, request, **how)
        except requests.RequestException as error:
            self._nobody_answered(error)
            raise
        self._unanswered = 0
        self._note(request, response, found, creates, name)
        return response

    def _path(self, request: requests.PreparedRequest) -> str:
        return urlsplit(str(request.url)).path.removeprefix(self._prefix)

    def _admit(
        self,
        request: requests.PreparedRequest,
        found: tuple[Operation, Mapping[str, str]] | None,
    ) -> Ledger | None:
        """The ledger, if what the request may create has to be noted there."""
        mode, method = self.target.mode, str(request.method)
        if mode == "full" or method in SAFE:
            return None
        if mode != "own-data" or self.ledger is None:
            raise NotAllowed(f"{method} {self._path(request)} would write, and the mode is {mode}")
        if found is None:
            raise NotAllowed(
                f"{method} {self._path(request)} is in no contract: who knows what it writes"
            )
        rules = ownership.of(self.target.vendor)
        media_type = str(request.headers.get("Content-Type", ""))
        sent = ownership.body_of(request.body, media_type)
        ownership.check_ownership(self.contract, rules, *found, sent, own=self.ledger.created)
        return self.ledger

    def _wait_for_turn(self, name: str) -> None:
        with self._lock:
            if self._cap is not None and self.requests >= self._cap:
                raise NotAllowed(f"the cap of {self._cap} requests is used up")
            self.requests += 1
            self.sent[name] += 1
            if not self._pause:
                return
            now = time.monotonic()
            turn = max(self._next_at, now)
            self._next_at = turn + self._pause
        time.sleep(turn - now)

    def _nobody_answered(self, error: requests.RequestException) -> None:
        self._unanswered += 1
        if self._unanswered >= MAX_CONNECTION_FAILURES:
            raise TargetUnreachable(f"{self.target.url} has stopped answering: {error}") from error

    def _note(
        self,
        request: requests.PreparedRequest,
        response: requests.Response,
        found: tuple[Operation, Mapping[str, str]] | None,
        ledger: Ledger | None,
        name: str,
    ) -> None:
        operation = found[0] if found else None
        self.recent.append(Exchange(operation, request, response, self.secrets))
        if found is None:
            return
        sent = ownership.body_of(request.body, str(request.headers.get("Content-Type", "")))
        body = _json(response)
        self._learn_secrets(body)
        self.coverage.note(found[0], request, sent, response, body)
        if self.exchange_log is not None:
            self.exchange_log.note(found[0], response, body)
        if ledger is None:
            return
        if found[0].method == "DELETE" and response.status_code < 300:
            ledger.answered(name)
            for record in found[1].items():
                ledger.gone(record)
        else:
            new = ownership.created(self.contract, *found, response.status_code, body)
            ledger.answered(name, *new)

    def _learn_secrets(self, body: Any) -> None:
        """Tokens that an answer holds are as secret as those that were given."""
        if not isinstance(body, Mapping):
            return
        for name, value in body.items():
            if isinstance(value, Mapping):
                self._learn_secrets(value)
            elif isinstance(value, str) and name.lower().replace("_", "") in TOKENS:
                variable = f"{self.target.vendor}_{name}_{len(self.secrets)}".upper()
                self.secrets.setdefault(value, variable)


class RequestGate:
    """Everything that leaves, of every target of a run."""

    def __init__(self) -> None:
        self.sessions: dict[str, TargetSession] = {}

    def add(self, watch: TargetSession) -> TargetSession:
        """Pass requests to a target through its rules from now on."""
        self.sessions[watch.target.url] = watch
        return watch

    def of_vendor(self, vendor: str) -> TargetSession | None:
        """The watch over a vendor's server, once there is one."""
        found = (each for each in self.sessions.values() if each.target.vendor == vendor)
        return next(found, None)

    def seen(self) -> dict[str, Any]:
        """What has been seen of each vendor, in a form that travels between processes."""
        return {
            each.target.vendor: {
                "url": each.target.url,
                "mode": each.target.mode,
                "is_mock": each.target.is_mock,
                "requests": each.requests,
                "sent": dict(each.sent),
                "left": [list(record) for record in each.left],
                "coverage": each.coverage.plain(),
                "exchanges": each.exchange_log.exchanges if each.exchange_log else [],
            }
            for each in self.sessions.values()
        }

    @contextmanager
    def installed(self) -> Iterator["RequestGate"]:
        """Stand in the way of every request of this process."""
        send = HTTPAdapter.send

        def guarded(
            adapter: HTTPAdapter, request: requests.PreparedRequest, **how: Any
        ) -> requests.Response:
            watch = self._of(str(request.url))
            if watch is not None:
                return watch.send(send, adapter, request, **how)
            self._elsewhere(request)
            return send(adapter, request, **how)

        HTTPAdapter.send = guarded  # type: ignore[method-assign, assignment]
        try:
            yield self
        finally:
            HTTPAdapter.send = send  # type: ignore[method-assign]

    def _of(self, url: str) -> TargetSession | None:
        for base, watch in self.sessions.items():
            if url.startswith(base) and url[len(base) : len(base) + 1] in ("", "/", "?"):
                return watch
        return None

    def _elsewhere(self, request: requests.PreparedRequest) -> None:
        """A server that answers for itself may lead to others, which nobody has agreed to change."""
        real = [each for each in self.sessions.values() if not each.target.is_mock]
        if real and request.method not in SAFE:
            place = str(request.url).partition("?")[0]  # a query may hold what is nobody's business
            raise NotAllowed(f"{request.method} {place} would write to another server")


def _json(response: requests.Response) -> Any:
    if "json" not in response.headers.get("content-type", ""):
        return None
    try:
        return response.json()
    except (ValueError, RecursionError):
        return None


REQUEST_GATE = pytest.StashKey[RequestGate]()
