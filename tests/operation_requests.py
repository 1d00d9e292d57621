"""Any vendor's operations as requests: bodies by the contract's examples, ids by what was answered."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import requests
from requests.auth import AuthBase

from mockvoice.web import contract
from mockvoice_contracts.harness.client import Bearer
from mockvoice_contracts.suites.count.signing import Signed

METHODS = ("get", "post", "put", "patch", "delete")
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Operation:
    """One operation of a contract."""

    id: str
    method: str
    path: str
    names: tuple[str, ...]  # of the path's parameters
    body: Any = None
    form: bool = False


def operations(vendor: str) -> list[Operation]:
    """Every operation of a vendor that takes JSON, a form or nothing."""
    return list(_operations(contract.load(vendor)))


def _operations(document: Mapping[str, Any]) -> Iterator[Operation]:
    for path, item in document["paths"].items():
        for method in METHODS & item.keys():
            operation = item[method]
            content = operation.get("requestBody", {}).get("content", {})
            bodies = {media: _example(each) for media, each in content.items()}
            if bodies and not {"application/json", FORM} & bodies.keys():
                continue
            names = tuple(part[1:-1] for part in path.split("/") if part.startswith("{"))
            form = "application/json" not in bodies
            body = bodies.get(FORM if form else "application/json")
            yield Operation(operation["operationId"], method, path, names, body, form)


def _example(content: Mapping[str, Any]) -> Any:
    if "example" in content:
        return content["example"]
    return next(iter(content.get("examples", {}).values()), {}).get("value", {})


def auth_of(vendor: str, credentials: Mapping[str, str], now: datetime) -> AuthBase:
    """How a vendor's client presents itself."""
    if vendor == "count":
        return Signed(credentials, lambda: now, bearer=credentials["access_token"])
    role = {"growcrm": "api_key", "halo": "access_token", "optiflow": "owner"}[vendor]
    return Bearer(credentials[role])


@dataclass
class Client:
    """A client of one vendor in one sandbox, which remembers the ids that it was told, and where."""

    root: str
    auth: AuthBase
    session: requests.Session
    own: Mapping[str, str]  # the sandbox's credentials in the place of the examples'
    ids: dict[str, list[str]] = field(default_factory=dict)

    def learn(self, listed: list[Operation]) -> None:
        """Read every list."""
        for operation in listed:
            if operation.method == "get" and not operation.names:
                self.ask(operation, 0)

    def again(self) -> "Client":
        """A client that knows the same."""
        ids = {place: list(known) for place, known in self.ids.items()}
        return Client(self.root, self.auth, self.session, self.own, ids)

    def ask(self, operation: Operation, pick: int) -> tuple[int, bytes]:
        """Status and body of one request; ``pick`` chooses the ids."""
        path = operation.path
        for name in operation.names:
            before, _, after = path.partition(f"{{{name}}}")
            known = self.ids.get(before.rstrip("/")) or ["1"]
            path = before + known[pick % len(known)] + after
        kind = {"data" if operation.form else "json": self._body(operation)}
        answer = self.session.request(
            operation.method, self.root + path, auth=self.auth, timeout=30,
            **(kind if operation.body else {}),
        )  # fmt: skip
        if answer.headers.get("Content-Type", "").startswith("application/json"):
            known = self.ids.setdefault(path, [])
            self.ids[path] = list(dict.fromkeys([*known, *_ids(answer.json())]))[-200:]
        return answer.status_code, answer.content

    def _body(self, operation: Operation) -> Any:
        text = json.dumps(operation.body)
        for demo, own in self.own.items():
            text = text.replace(demo, own)
        return json.loads(text)


def _ids(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _ids(each)
    elif isinstance(value, dict):
        for name, each in value.items():
            if name in ("id", "uuid") and isinstance(each, (int, str)):
                yield str(each)
            yield from _ids(each)
