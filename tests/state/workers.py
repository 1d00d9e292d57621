"""Workers that send requests to a server until it is killed."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from http.client import HTTPException
from random import Random
from typing import Any

from tests.state.writes import (
    PATHS,
    TOTAL,
    Change,
    Client,
    Key,
    OwnSandbox,
    Work,
    create,
    delete,
    set_lines,
    without,
)

MAX_SNAPSHOTS = 3
OWNER = 1  # the client of all invoices
Credentials = dict[str, dict[str, str]]  # of a sandbox


class NoResponse(Exception):
    """The server was killed before it responded."""


class Worker:
    """Changes records of its own in shared sandboxes, and everything in a sandbox of its own.

    ``work`` is what exists after the last response. If a request has no response, ``unanswered`` is what
    exists if it was carried out all the same.
    """

    def __init__(self, name: str, seed: str, shared: Mapping[str, Credentials]) -> None:
        self.name = name
        self.work = Work()
        self.unanswered: Work | None = None
        self.responses = 0
        self.issued: list[tuple[str, str, int]] = []  # sandbox, kind and id of created records
        self._rng = Random(seed)
        self._shared = shared
        self._own_credentials: Credentials = {}
        self._last = 0
        self._client: Client

    def run(self, urls: Mapping[str, Any]) -> None:
        """Send requests until there is no response."""
        self._client = Client(urls)
        try:
            while True:
                self._rng.choices((self._change_shared, self._change_own), (3, 1))[0]()
        except NoResponse:
            return
        finally:
            self._client.close()

    def resume(self, work: Work, credentials: Mapping[str, Credentials]) -> None:
        """Go on with what exists after a restart."""
        self.work, self.unanswered = work, None
        if work.own is not None:
            self._own_credentials = credentials[work.own.name]

    def create_all_kinds(self, urls: Mapping[str, Any]) -> None:
        """Create a record of each kind in each shared sandbox."""
        self._client = Client(urls)
        for sandbox in self._shared:
            paid: dict[str, int] = {}
            for kind in PATHS:
                vendor = kind.split()[0]
                self._create(sandbox, kind, paid.get(vendor, 0))
                if kind.endswith("invoice"):
                    paid[vendor] = self.issued[-1][2]
        self._client.close()

    def _send(self, change: Change, key: str) -> Any:
        try:
            status, data = self._client.send(
                change.base, change.method, change.path, change.body, key
            )
        except (OSError, HTTPException) as error:
            self.unanswered = change.after(None)
            raise NoResponse from error
        assert status in (200, 201, 204), (change, status, data)
        self.work = change.after(_id(data))
        self.responses += 1
        return data

    def _marker(self) -> str:
        self._last += 1
        return f"{self.name}n{self._last}"

    # -- shared sandboxes ----------------------------------------------------------------------

    def _change_shared(self) -> None:
        sandbox = self._rng.choice(list(self._shared))
        steps: list[Callable[[str], None]] = [self._create_any, self._set_lines, self._pay,
                                              self._delete, self._send_invalid]  # fmt: skip
        self._rng.choices(steps, (5, 3, 3, 2, 1))[0](sandbox)

    def _key(self, sandbox: str, base: str) -> str:
        return _secret(self._shared[sandbox], base)

    def _create(self, sandbox: str, kind: str, paid: int = 0) -> None:
        change = create(self.work, sandbox, kind, self._marker(), paid)
        row = _id(self._send(change, self._key(sandbox, change.base)))
        assert isinstance(row, int)
        self.issued.append((sandbox, kind, row))

    def _create_any(self, sandbox: str) -> None:
        kinds = [kind for kind in PATHS if not kind.endswith("payment")]
        self._create(sandbox, self._rng.choice(kinds))

    def _set_lines(self, sandbox: str) -> None:
        for key, record in self.work.records.items():
            if key[:2] == (sandbox, "growcrm invoice") and not record.value[0]:
                self._send(set_lines(self.work, key), self._key(sandbox, "growcrm"))
                return

    def _pay(self, sandbox: str) -> None:
        vendor = self._rng.choice(("growcrm", "halo"))
        payable = [
            record.id
            for key, record in self.work.records.items()
            if key[:2] == (sandbox, f"{vendor} invoice") and record.value[0] == TOTAL
        ]
        if payable:
            self._create(sandbox, f"{vendor} payment", self._rng.choice(payable) or 0)

    def _delete(self, sandbox: str) -> None:
        records = self.work.records
        paid = {
            (key[1].split()[0], record.value[0])
            for key, record in records.items()
            if key[0] == sandbox and key[1].endswith("payment")
        }
        deletable: list[Key] = [
            key
            for key, record in records.items()
            if key[0] == sandbox
            and (key[1].split()[0], record.id) not in paid
            and record.id != OWNER  # others create invoices of this client
        ]
        if deletable:
            key = self._rng.choice(deletable)
            self._send(delete(self.work, key), self._key(sandbox, key[1].split()[0]))

    def _send_invalid(self, sandbox: str) -> None:
        """Send a request that is rejected after its first item, or at once."""
        body: Any
        if self._rng.random() < 0.5:
            path, body = (
                "/api/Invoice",
                [{"reference": "rejected", "client_id": 999_999, "lines": []}],
            )
            base = "halo"
        else:
            path, body = (
                "/api/clients",
                {"first_name": "rejected", "last_name": "X", "email": "none"},
            )
            base = "growcrm"
        try:
            status, data = self._client.send(base, "POST", path, body, self._key(sandbox, base))
        except (OSError, HTTPException) as error:
            raise NoResponse from error
        assert 400 <= status < 500, (path, status, data)

    # -- the sandbox of its own ----------------------------------------------------------------

    def _change_own(self) -> None:
        own = self.work.own
        if own is None:
            self._create_own()
            return
        steps: list[Callable[[OwnSandbox], None]] = [self._create_client, self._advance, self._save,
                                                     self._restore, self._delete_snapshot, self._delete_own]  # fmt: skip
        self._rng.choices(steps, (6, 2, 3, 3, 1, 1))[0](own)

    def _control(self, method: str, path: str, body: Any, own: OwnSandbox | None) -> Any:
        after = replace(self.work, own=own)
        change = Change("control", method, f"/_mock/sandboxes{path}", body, lambda _: after)
        return self._send(change, "")

    def _create_own(self) -> None:
        own = OwnSandbox(self._marker())
        body = {"name": own.name, "data": "empty", "now": own.now, "frozen": True}
        self._own_credentials = self._control("POST", "", body, own)["credentials"]

    def _create_client(self, own: OwnSandbox) -> None:
        marker = self._marker()
        body = {"first_name": marker, "last_name": "X", "email": f"{marker}@b.example"}
        after = replace(self.work, own=replace(own, clients=(*own.clients, marker)))
        change = Change("growcrm", "POST", "/api/clients", body, lambda _: after)
        row = _id(self._send(change, _secret(self._own_credentials, "growcrm")))
        assert row == len(own.clients) + 1

    def _advance(self, own: OwnSandbox) -> None:
        now = datetime.fromisoformat(own.now) + timedelta(days=1)
        moved = replace(own, now=now.strftime("%Y-%m-%dT%H:%M:%SZ"))
        self._control("POST", f"/{own.name}/clock/advance", {"days": 1}, moved)

    def _save(self, own: OwnSandbox) -> None:
        if len(own.snapshots) < MAX_SNAPSHOTS:
            name = self._marker()
            saved = replace(own, snapshots={**own.snapshots, name: (own.now, own.clients)})
            self._control("POST", f"/{own.name}/snapshots", {"name": name}, saved)

    def _restore(self, own: OwnSandbox) -> None:
        if own.snapshots:
            name = self._rng.choice(sorted(own.snapshots))
            now, clients = own.snapshots[name]
            restored = replace(own, now=now, clients=clients)
            self._control("POST", f"/{own.name}/snapshots/{name}/restore", None, restored)

    def _delete_snapshot(self, own: OwnSandbox) -> None:
        if own.snapshots:
            name = self._rng.choice(sorted(own.snapshots))
            left = replace(own, snapshots=without(own.snapshots, name))
            self._control("DELETE", f"/{own.name}/snapshots/{name}", None, left)

    def _delete_own(self, own: OwnSandbox) -> None:
        self._control("DELETE", f"/{own.name}", None, None)


def _secret(credentials: Credentials, vendor: str) -> str:
    return credentials[vendor]["api_key" if vendor == "growcrm" else "access_token"]


def _id(data: Any) -> int | None:
    record = data.get("data", data) if isinstance(data, dict) else {}
    row = record.get("id")
    return row if isinstance(row, int) else None
