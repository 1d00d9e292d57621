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
KEPT_EXCHANGES = 12
# After so many requests in a row that nobody answered, nobody is there.
MAX_CONNECTION_FAILURES = 8


TOKEN_PROPERTIES = frozenset(("accesstoken", "refreshtoken", "secret", "apikey", "idtoken"))


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
        return curl.command(self.request, self.secrets)


class TargetSession:
    """One target's rules, and what has been seen of it."""

    def __init__(
        self,
        target: Target,
        contract: Contract,
        *,
        ledger: Ledger | None = None,
        workers: int = 1,
    ) -> None:
        self.target = target
        self.contract = contract
        self.ledger = ledger
        self.coverage = Coverage(contract)
        self.recent: deque[Exchange] = deque(maxlen=KEPT_EXCHANGES)
        # Credentials, and tokens that the server hands out.
        self.secrets: dict[str, str] = dict(target.secrets)
        self.requests = 0
        self.sent: Counter[str] = Counter()
        self.exchange_log: ExchangeLog | None = (
            None  # kept if the answers are to be compared with a mock's
        )
        self.undeleted: list[Record] = []  # what could not be deleted at the end
        self._routes = Routes(contract.operations.values())
        self._prefix = urlsplit(target.url).path
        self._failures = 0
        self._lock = threading.Lock()
        self._next_at = 0.0
        # Parallel workers share the pace and the cap.
        pace = target.requests_per_minute
        self._interval = 60 * workers / pace if pace else 0.0
        self._max_requests = max(target.max_requests // workers, 1) if target.max_requests else None

    def send(
        self, send: Send, adapter: Any, request: requests.PreparedRequest, **how: Any
    ) -> requests.Response:
        """Send a request that may be sent. Raises ``NotAllowed`` for any other."""
        found = self._routes.find(str(request.method), self._path(request))
        creates = self._authorize(request, found)
        name = f"{request.method} {self._path(request)}"
        self._wait_for_turn(found[0].id if found else name)
        if creates is not None:
            creates.record_request(name)
        try:
            response = send(adapter, request, **how)
        except requests.RequestException as error:
            self._count_failure(error)
            raise
        self._failures = 0
        self._record(request, response, found, creates, name)
        return response

    def _path(self, request: requests.PreparedRequest) -> str:
        return urlsplit(str(request.url)).path.removeprefix(self._prefix)

    def _authorize(
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
        rules = ownership.rules_of(self.target.vendor)
        media_type = str(request.headers.get("Content-Type", ""))
        sent = ownership.parse_body(request.body, media_type)
        ownership.check_ownership(self.contract, rules, *found, sent, owned=self.ledger.created)
        return self.ledger

    def _wait_for_turn(self, name: str) -> None:
        with self._lock:
            if self._max_requests is not None and self.requests >= self._max_requests:
                raise NotAllowed(f"the cap of {self._max_requests} requests is used up")
            self.requests += 1
            self.sent[name] += 1
            if not self._interval:
                return
            now = time.monotonic()
            turn = max(self._next_at, now)
            self._next_at = turn + self._interval
        time.sleep(turn - now)

    def _count_failure(self, error: requests.RequestException) -> None:
        self._failures += 1
        if self._failures >= MAX_CONNECTION_FAILURES:
            raise TargetUnreachable(f"{self.target.url} has stopped answering: {error}") from error

    def _record(
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
        sent = ownership.parse_body(request.body, str(request.headers.get("Content-Type", "")))
        body = _json(response)
        self._collect_secrets(body)
        self.coverage.record(found[0], request, sent, response, body)
        if self.exchange_log is not None:
            self.exchange_log.record(found[0], response, body)
        if ledger is None:
            return
        if found[0].method == "DELETE" and response.status_code < 300:
            ledger.record_response(name)
            for record in found[1].items():
                ledger.record_deletion(record)
        else:
            new = ownership.created_records(self.contract, *found, response.status_code, body)
            ledger.record_response(name, *new)

    def _collect_secrets(self, body: Any) -> None:
        """Tokens that an answer holds are as secret as those that were given."""
        if not isinstance(body, Mapping):
            return
        for name, value in body.items():
            if isinstance(value, Mapping):
                self._collect_secrets(value)
            elif isinstance(value, str) and name.lower().replace("_", "") in TOKEN_PROPERTIES:
                variable = f"{self.target.vendor}_{name}_{len(self.secrets)}".upper()
                self.secrets.setdefault(value, variable)


class RequestGate:
    """Everything that leaves, of every target of a run."""

    def __init__(self) -> None:
        self.sessions: dict[str, TargetSession] = {}

    def register(self, watch: TargetSession) -> TargetSession:
        """Pass requests to a target through its rules from now on."""
        self.sessions[watch.target.url] = watch
        return watch

    def session_of_vendor(self, vendor: str) -> TargetSession | None:
        """The watch over a vendor's server, once there is one."""
        found = (each for each in self.sessions.values() if each.target.vendor == vendor)
        return next(found, None)

    def summary(self) -> dict[str, Any]:
        """What has been seen of each vendor, in a form that travels between processes."""
        return {
            each.target.vendor: {
                "url": each.target.url,
                "mode": each.target.mode,
                "is_mock": each.target.is_mock,
                "requests": each.requests,
                "sent": dict(each.sent),
                "left": [list(record) for record in each.undeleted],
                "coverage": each.coverage.to_jsonable(),
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
            watch = self._session_for(str(request.url))
            if watch is not None:
                return watch.send(send, adapter, request, **how)
            self._check_unknown_server(request)
            return send(adapter, request, **how)

        HTTPAdapter.send = guarded  # type: ignore[method-assign, assignment]
        try:
            yield self
        finally:
            HTTPAdapter.send = send  # type: ignore[method-assign]

    def _session_for(self, url: str) -> TargetSession | None:
        for base, watch in self.sessions.items():
            if url.startswith(base) and url[len(base) : len(base) + 1] in ("", "/", "?"):
                return watch
        return None

    def _check_unknown_server(self, request: requests.PreparedRequest) -> None:
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
