"""Gate for all outgoing requests of a run: applies the target's mode, pace and limits.

Suites, generated tests and vendors' clients all send through ``requests``, so the gate stops
every request that a target's mode does not allow.
"""

import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from requests.adapters import HTTPAdapter

from mockvoice_contracts.harness import curl, ownership, suites
from mockvoice_contracts.harness.client import ContractBreach
from mockvoice_contracts.harness.connections import ConfiguredAdapter
from mockvoice_contracts.harness.contract import SAFE, Contract, Operation
from mockvoice_contracts.harness.coverage import Coverage
from mockvoice_contracts.harness.exchange_log import ExchangeLog
from mockvoice_contracts.harness.ledger import Ledger, Record
from mockvoice_contracts.harness.ownership import NotAllowed
from mockvoice_contracts.harness.resending import (
    DEFAULT_LIMITS,
    Pace,
    Resender,
    ResendingLimits,
)
from mockvoice_contracts.harness.routes import Routes
from mockvoice_contracts.harness.served_operations import ServedOperations
from mockvoice_contracts.harness.targets import Target

Send = Callable[..., requests.Response]
KEPT_EXCHANGES = 12
TOKEN_PROPERTIES = frozenset(("accesstoken", "refreshtoken", "secret", "apikey", "idtoken"))


@dataclass(frozen=True)
class Exchange:
    """A request that was sent, and its response."""

    operation: Operation | None
    request: requests.PreparedRequest
    response: requests.Response
    secrets: Mapping[str, str]
    target: Target

    @property
    def curl(self) -> str:
        """The curl command that repeats the request."""
        calculated = suites.shell_headers(self.target, self.response, self.secrets)
        options = self.target.connection.curl_options()
        return curl.command(self.request, self.secrets, options, calculated)


class TargetSession:
    """One target's rules, and the requests and coverage of a run against it."""

    def __init__(
        self,
        target: Target,
        contract: Contract,
        *,
        ledger: Ledger | None = None,
        workers: int = 1,
        only: frozenset[str] | None = None,
        limits: ResendingLimits = DEFAULT_LIMITS,
    ) -> None:
        self.target = target
        self.adapter = ConfiguredAdapter(target.connection)
        self.contract = contract
        self.ledger = ledger
        self.coverage = Coverage(contract)
        self.served = ServedOperations(contract)
        # Responses that broke the contract, but with which factories could go on.
        self.tolerated: list[ContractBreach] = []
        self.only = only  # the operations that requests may need; None: all
        self.recent: deque[Exchange] = deque(maxlen=KEPT_EXCHANGES)
        # The operations that the current test has asked; an empty id stands for other requests.
        self.asked: set[str] = set()
        # Credentials, and tokens that the server issues.
        self.secrets: dict[str, str] = dict(target.secrets)
        self.requests = 0
        self.sent: Counter[str] = Counter()
        # Only if the responses are compared with those of a mock.
        self.exchange_log: ExchangeLog | None = None
        self.undeleted: list[Record] = []  # records that could not be deleted at the end
        self._routes = Routes(contract.operations.values())
        self._prefix = urlsplit(target.url).path
        self._lock = threading.Lock()
        # Parallel workers share the pace and the request limit.
        self._pace = Pace(target.requests_per_minute, processes=workers)
        proxy = target.connection.proxy_for(target.url)
        # A mock rejects requests only where a test or a setting says so.
        self._resender = Resender(
            target.url,
            self._pace,
            limits,
            obeys=not target.is_mock,
            proxy=None if proxy is None else proxy.url,
        )
        self._max_requests = max(target.max_requests // workers, 1) if target.max_requests else None

    def send(
        self, send: Send, adapter: Any, request: requests.PreparedRequest, **kwargs: Any
    ) -> requests.Response:
        """Send a request.

        Raises ``NotAllowed`` if the target's mode does not allow it, ``LedgerError`` instead of
        sending a request whose record could not be noted, and what ``Resender.send`` raises.
        """
        route = self._routes.find(str(request.method), self._path(request))
        ledger = self._authorize(request, route)
        name = f"{request.method} {self._path(request)}"
        # A deletion creates nothing, so it is sent even if the ledger cannot be written.
        creating = ledger if request.method != "DELETE" else None

        def attempt() -> requests.Response:
            self._wait_for_turn(route[0].id if route else name)
            if creating is not None:
                creating.record_request(name)
            return send(adapter, request, **kwargs)

        def not_processed() -> None:
            if creating is not None:
                creating.record_response(name)

        response = self._resender.send(request, attempt, not_processed)
        self._record(request, response, route, ledger, name)
        return response

    @property
    def seconds_waited(self) -> float:
        """The sum of all waits because the server asked for them, or was away."""
        return self._resender.seconds_waited

    def _path(self, request: requests.PreparedRequest) -> str:
        return urlsplit(str(request.url)).path.removeprefix(self._prefix)

    def _authorize(
        self,
        request: requests.PreparedRequest,
        route: tuple[Operation, Mapping[str, str]] | None,
    ) -> Ledger | None:
        """Return the ledger if the request may create a record. Raises ``NotAllowed``."""
        mode, method = self.target.mode, str(request.method)
        if route is not None:
            self._check_selection(route[0])
        if mode == "full":
            return None
        if method in SAFE:
            if route is not None:
                owned = self.ledger.created if self.ledger is not None else ()
                rules = ownership.rules_of(self.target.vendor)
                ownership.check_traces(rules, *route, mode, owned)
            return None
        if mode != "own-data" or self.ledger is None:
            raise NotAllowed(f"{method} {self._path(request)} is not allowed in mode {mode}")
        if route is None:
            raise NotAllowed(
                f"{method} {self._path(request)} is not allowed in mode {mode}: "
                "it is not in the contract"
            )
        rules = ownership.rules_of(self.target.vendor)
        media_type = str(request.headers.get("Content-Type", ""))
        sent = ownership.parse_body(request.body, media_type)
        ownership.check_ownership(
            self.contract, rules, *route, sent, owned=self.ledger.created, only=self.only
        )
        return self.ledger

    def _check_selection(self, operation: Operation) -> None:
        """Raise ``NotAllowed`` for an operation that is not among those to check."""
        if self.only is not None and operation.id not in self.only:
            raise NotAllowed(not_selected(operation.id))

    def operations_of_path(self, request: requests.PreparedRequest) -> list[Operation]:
        """Return the operations of the path of a request, whatever their methods."""
        return self._routes.of_path(self._path(request))

    def is_left_out(self, operation_id: str) -> bool:
        """Return whether generated requests leave an operation out."""
        is_selected = self.only is None or operation_id in self.only
        return not is_selected or self.served.is_missing(operation_id)

    def _wait_for_turn(self, name: str) -> None:
        with self._lock:
            if self._max_requests is not None and self.requests >= self._max_requests:
                raise NotAllowed(f"the limit of {self._max_requests} requests is reached")
            self.requests += 1
            self.sent[name] += 1
        self._pace.wait_for_turn()

    def _record(
        self,
        request: requests.PreparedRequest,
        response: requests.Response,
        route: tuple[Operation, Mapping[str, str]] | None,
        ledger: Ledger | None,
        name: str,
    ) -> None:
        operation = route[0] if route else None
        self.asked.add(operation.id if operation else "")
        self.recent.append(Exchange(operation, request, response, self.secrets, self.target))
        if route is None:
            return
        sent = ownership.parse_body(request.body, str(request.headers.get("Content-Type", "")))
        body = _json(response)
        self._collect_secrets(body)
        self.coverage.record(route[0], request, sent, response, body)
        self.served.record(route[0], response, body)
        if self.exchange_log is not None:
            self.exchange_log.record(route[0], response, body)
        if ledger is None:
            return
        if route[0].method == "DELETE":
            if response.status_code < 300:
                for record in route[1].items():
                    ledger.record_deletion(record)
        else:
            new = ownership.created_records(self.contract, *route, response.status_code, body)
            ledger.record_response(name, *new)

    def _collect_secrets(self, body: Any) -> None:
        """Treat tokens in a response body as secrets, like the configured credentials."""
        if not isinstance(body, Mapping):
            return
        for name, value in body.items():
            if isinstance(value, Mapping):
                self._collect_secrets(value)
            elif isinstance(value, str) and name.lower().replace("_", "") in TOKEN_PROPERTIES:
                variable = f"{self.target.vendor}_{name}_{len(self.secrets)}".upper()
                self.secrets.setdefault(value, variable)


def not_selected(operation_id: str) -> str:
    """Return why a test is skipped that needs an operation which is not checked."""
    return f"{operation_id} is not among the operations to check (--only)"


class RequestGate:
    """All outgoing requests of a run, by target."""

    def __init__(self) -> None:
        self.sessions: dict[str, TargetSession] = {}

    def register(self, session: TargetSession) -> TargetSession:
        """Send the requests to a target through its session from now on."""
        self.sessions[session.target.url] = session
        return session

    def session_of_vendor(self, vendor: str) -> TargetSession | None:
        """Return the session of a vendor's server, or ``None`` before it exists."""
        sessions = (
            session for session in self.sessions.values() if session.target.vendor == vendor
        )
        return next(sessions, None)

    def summary(self) -> dict[str, Any]:
        """Return each vendor's requests and coverage as JSON data, to send it between processes."""
        return {
            session.target.vendor: {
                "url": session.target.url,
                "mode": session.target.mode,
                "only": None if session.only is None else sorted(session.only),
                "is_mock": session.target.is_mock,
                "requests": session.requests,
                "seconds_waited": session.seconds_waited,
                "sent": dict(session.sent),
                "left": [list(record) for record in session.undeleted],
                "coverage": session.coverage.to_jsonable(),
                "served": session.served.to_jsonable(),
                "exchanges": session.exchange_log.exchanges if session.exchange_log else [],
            }
            for session in self.sessions.values()
        }

    @contextmanager
    def installed(self) -> Iterator["RequestGate"]:
        """Route every request of this process through the gate."""
        send = HTTPAdapter.send

        def send_through_gate(
            adapter: HTTPAdapter, request: requests.PreparedRequest, **kwargs: Any
        ) -> requests.Response:
            session = self._session_for(str(request.url))
            if session is not None:
                # A suite may use a session of its own, which knows nothing of the target's settings.
                if not isinstance(adapter, ConfiguredAdapter):
                    return session.adapter.send(request, **kwargs)
                return session.send(send, adapter, request, **kwargs)
            self._check_unknown_server(request)
            return send(adapter, request, **kwargs)

        HTTPAdapter.send = send_through_gate  # type: ignore[method-assign, assignment]
        try:
            yield self
        finally:
            HTTPAdapter.send = send  # type: ignore[method-assign]

    def _session_for(self, url: str) -> TargetSession | None:
        for base, session in self.sessions.items():
            if url.startswith(base) and url[len(base) : len(base) + 1] in ("", "/", "?"):
                return session
        return None

    def _check_unknown_server(self, request: requests.PreparedRequest) -> None:
        """Reject writes to servers other than the targets, for example after a redirect."""
        real = [session for session in self.sessions.values() if not session.target.is_mock]
        if real and request.method not in SAFE:
            address = str(request.url).partition("?")[0]  # The query may contain secrets.
            raise NotAllowed(
                f"{request.method} {address} is not allowed: it would write to another server"
            )


def _json(response: requests.Response) -> Any:
    if "json" not in response.headers.get("content-type", ""):
        return None
    try:
        return response.json()
    except (ValueError, RecursionError):
        return None


REQUEST_GATE = pytest.StashKey[RequestGate]()
# The number of tests that ``-k`` leaves out in a process.
DESELECTED = pytest.StashKey[int]()
