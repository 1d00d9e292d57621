"""Clients that change the same sandboxes at the same time, and what each request has returned."""

import json
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from http.client import HTTPConnection, HTTPException
from random import Random
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from tests.cluster.linearizability import Operation, find_violation

SECONDS = 15
MAX_RECORDS = 8
FIRST_DAY = "2026-03-01T00:00:00Z"
# Statuses without which nobody knows whether a request has happened.
UNKNOWN = (502, 503, 504)


class Address(NamedTuple):
    """Where requests are sent: URLs of the control API and of Grow CRM."""

    control: str
    growcrm: str


class SandboxState(NamedTuple):
    """A sandbox: the highest id ever, the clients by id and name, and the time of the frozen clock."""

    last_id: int = 0
    records: tuple[tuple[int, str], ...] = ()
    now: str = FIRST_DAY


class WrongResponse(Exception):
    """A response that no order of the requests could explain."""


class Worker:
    """Sends one request after the other, and notes them with their results."""

    def __init__(
        self,
        number: int,
        sandbox: str,
        key: str,
        addresses: Sequence[Address],
        seed: str,
    ) -> None:
        self.sandbox = sandbox
        self.operations: list[Operation] = []
        self._number = number
        self._key = key
        self._addresses = addresses
        self._rng = Random(seed)
        self._known: list[int] = []
        self._days = 0
        self._requests = 0

    def run(self, is_over: threading.Event) -> None:
        """Send requests until it is over."""
        while not is_over.is_set():
            self.send_one()
            time.sleep(self._rng.uniform(0, 0.03))

    def send_one(self) -> None:
        """Send a random request."""
        self._requests += 1
        name = f"{self._number}-{self._requests}"
        known = self._rng.choice(self._known) if self._known else None
        kind = self._rng.choices(
            ("create", "rename", "delete", "list", "set clock", "get clock"), (5, 5, 4, 6, 1, 2)
        )[0]
        if kind == "create" and len(self._known) < MAX_RECORDS:
            self._note("create", name, lambda: self._create(name))
        elif kind == "rename" and known is not None:
            self._note("rename", (known, name), lambda: self._rename(known, name))
        elif kind == "delete" and known is not None:
            self._note("delete", known, lambda: self._delete(known))
        elif kind == "set clock":
            self._days += 1
            now = f"20{30 + self._number}-01-01T00:{self._days // 60:02}:{self._days % 60:02}Z"
            self._note("set clock", now, lambda: self._set_clock(now))
        elif kind == "get clock":
            self._note("get clock", None, self._get_clock)
        else:
            self.list()

    def list(self) -> None:
        """Send a request for all clients."""
        self._note("list", None, self._list)

    def _note(self, name: str, argument: Any, send: Callable[[], Any]) -> None:
        called_at = time.monotonic()
        try:
            result = send()
        except ConnectionRefusedError:
            return  # nothing was sent
        except (OSError, HTTPException, TimeoutError):
            operation = Operation(name, argument, None, called_at)
        else:
            operation = Operation(name, argument, result, called_at, time.monotonic())
        self.operations.append(operation)

    def _create(self, name: str) -> int:
        body = {
            "first_name": "A",
            "last_name": "B",
            "email": f"{name}@b.example",
            "client_company_name": name,
        }
        _, data = self._send("growcrm", "POST", "/api/clients", body, (201,))
        number: int = data["data"]["id"]
        return number

    def _rename(self, number: int, name: str) -> bool:
        path = f"/api/clients/{number}"
        status, _ = self._send("growcrm", "PATCH", path, {"client_company_name": name}, (200, 404))
        return status == 200

    def _delete(self, number: int) -> bool:
        status, _ = self._send("growcrm", "DELETE", f"/api/clients/{number}", None, (200, 404))
        return status == 200

    def _list(self) -> tuple[tuple[int, str], ...]:
        _, data = self._send("growcrm", "GET", "/api/clients?limit=100", None, (200,))
        rows = sorted((row["id"], row["company_name"]) for row in data["data"])
        self._known = [number for number, _ in rows]
        return tuple(rows)

    def _set_clock(self, now: str) -> None:
        path = f"/_mock/sandboxes/{self.sandbox}/clock"
        self._send("control", "PUT", path, {"now": now, "frozen": True}, (200,))

    def _get_clock(self) -> str:
        path = f"/_mock/sandboxes/{self.sandbox}/clock"
        now: str = self._send("control", "GET", path, None, (200,))[1]["now"]
        return now

    def _send(
        self, base: str, method: str, path: str, body: Any, expected: tuple[int, ...]
    ) -> tuple[int, Any]:
        """Return status and data. Raises ``HTTPException`` or ``OSError`` if nobody knows what happened."""
        address = self._rng.choice(self._addresses)
        url = urlsplit(address.control if base == "control" else address.growcrm)
        connection = HTTPConnection(url.netloc, timeout=SECONDS)
        headers = {"Authorization": f"Bearer {self._key}"} if base == "growcrm" else {}
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            content = None if body is None else json.dumps(body)
            connection.request(method, url.path + path, content, headers)
            response = connection.getresponse()
            received = response.read()
        finally:
            connection.close()
        if response.status in UNKNOWN:
            raise HTTPException(received[:500].decode())
        if response.status not in expected:
            raise WrongResponse(f"{method} {path}: {response.status} {received[:500].decode()}")
        return response.status, json.loads(received)


def step(state: SandboxState, operation: Operation) -> SandboxState | None:
    """Return the state after an operation, or ``None`` if its result is impossible."""
    records = dict(state.records)
    if operation.name == "create":
        if operation.result <= state.last_id:
            return None
        records[operation.result] = operation.argument
        return state._replace(last_id=operation.result, records=tuple(sorted(records.items())))
    if operation.name in ("rename", "delete"):
        number = operation.argument if operation.name == "delete" else operation.argument[0]
        if operation.result is not None and operation.result != (number in records):
            return None
        if number not in records:
            return state
        if operation.name == "delete":
            del records[number]
        else:
            records[number] = operation.argument[1]
        return state._replace(records=tuple(sorted(records.items())))
    if operation.name == "set clock":
        return state._replace(now=operation.argument)
    if not operation.has_response:
        return state
    shown = state.records if operation.name == "list" else state.now
    return state if operation.result == shown else None


def violation(operations: Sequence[Operation]) -> str | None:
    """Return what is wrong with the requests and responses of one sandbox, or ``None``."""
    return find_violation(relevant(operations), SandboxState(), step)


def relevant(operations: Sequence[Operation]) -> list[Operation]:
    """Return the operations with a response, and those without one that have happened.

    What had no response has happened before the first response that shows it. If none does, it may have
    happened, too, but then it does not matter when.
    """
    shown = _Shown(operations)
    result = []
    for operation in operations:
        if operation.has_response:
            result.append(operation)
        elif operation.name == "delete":
            result += shown.deletion(operation)
        elif operation.name in ("create", "rename"):
            name = operation.argument if operation.name == "create" else operation.argument[1]
            if name in shown.names:
                number, responded_at = shown.names[name]
                created = number if operation.name == "create" else None
                result.append(replace(operation, result=created, responded_at=responded_at))
        elif operation.name == "set clock" and operation.argument in shown.clocks:
            result.append(replace(operation, responded_at=shown.clocks[operation.argument]))
    return result


class _Shown:
    """What responses show: names with the id and the time when it is known, and times of the clock."""

    def __init__(self, operations: Sequence[Operation]) -> None:
        answered = sorted(
            (each for each in operations if each.has_response), key=lambda each: each.responded_at
        )
        self.lists = [each for each in answered if each.name == "list"]
        self.names: dict[str, tuple[int, float]] = {}
        self.clocks: dict[str, float] = {}
        self.known_since = {
            each.result: each.responded_at for each in answered if each.name == "create"
        }
        for each in self.lists:
            for number, name in each.result:
                self.names.setdefault(name, (number, each.responded_at))
                self.known_since.setdefault(number, each.responded_at)
        for each in answered:
            if each.name == "get clock":
                self.clocks.setdefault(each.result, each.responded_at)
        self.deleted = {each.argument for each in answered if each.name == "delete" and each.result}

    def deletion(self, operation: Operation) -> list[Operation]:
        """Return a deletion without a response if it may be what has deleted its record."""
        number = operation.argument
        if number in self.deleted:
            return []
        for each in self.lists:
            is_shown = any(number == shown for shown, _ in each.result)
            if each.called_at > self.known_since[number] and not is_shown:
                return [replace(operation, responded_at=each.responded_at)]
        return []
