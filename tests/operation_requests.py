"""Requests for any vendor's operations, with bodies from examples and ids from responses."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import requests
from requests.auth import AuthBase

from mockvoice.vendor_registry import load_vendor
from mockvoice.web.document import Document, DocumentedOperation
from mockvoice_contracts.harness.client import Bearer
from mockvoice_contracts.suites.count.request_signer import SignedAuth

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Operation:
    """One operation of a contract."""

    id: str
    method: str
    path: str
    names: tuple[str, ...]  # of the path parameters
    body: Any = None
    form: bool = False


def operations(vendor: str) -> list[Operation]:
    """Return the vendor's operations that accept JSON, a form or no body."""
    return list(_operations(load_vendor(vendor).contract.document))


def _operations(document: Document) -> Iterator[Operation]:
    for operation in document.operations.values():
        content = _content(document, operation)
        bodies = {media: _example(document, described) for media, described in content.items()}
        if bodies and not {"application/json", FORM} & bodies.keys():
            continue
        path = operation.path
        names = tuple(part[1:-1] for part in path.split("/") if part.startswith("{"))
        form = "application/json" not in bodies
        body = bodies.get(FORM if form else "application/json")
        yield Operation(operation.id, operation.method.lower(), path, names, body, form)


def example_body(document: Document, operation: DocumentedOperation) -> Any:
    """Return the example of an operation's body in its first media type, or ``None``."""
    described = next(iter(_content(document, operation).values()), None)
    return None if described is None else _example(document, described)


def _content(document: Document, operation: DocumentedOperation) -> Mapping[str, Any]:
    content: Mapping[str, Any] = document.resolve(operation.spec.get("requestBody", {})).get(
        "content", {}
    )
    return content


def _example(document: Document, media_type: Mapping[str, Any]) -> Any:
    if "example" in media_type:
        return media_type["example"]
    first = next(iter(media_type.get("examples", {}).values()), {})
    return document.resolve(first).get("value", {})


def auth_of(vendor: str, credentials: Mapping[str, str], now: datetime) -> AuthBase:
    """Return the authentication of a vendor's client."""
    if vendor == "count":
        return SignedAuth(credentials, lambda: now, bearer=credentials["access_token"])
    return Bearer(credentials[load_vendor(vendor).lookup_credentials[0]])


@dataclass
class Client:
    """A client of one vendor in one sandbox; it remembers the ids in responses, by path."""

    root: str
    auth: AuthBase
    session: requests.Session
    own: Mapping[str, str]  # by the examples' credentials: those of the sandbox
    ids: dict[str, list[str]] = field(default_factory=dict)

    def read_lists(self, operations: list[Operation]) -> None:
        """Read every list, to remember its ids."""
        for operation in operations:
            if operation.method == "get" and not operation.names:
                self.send(operation, 0)

    def copy(self) -> "Client":
        """Return a client that remembers the same ids."""
        ids = {path: list(known) for path, known in self.ids.items()}
        return Client(self.root, self.auth, self.session, self.own, ids)

    def send(self, operation: Operation, pick: int) -> tuple[int, bytes]:
        """Send one request; return status and body. ``pick`` selects among known ids."""
        path = operation.path
        for name in operation.names:
            before, _, after = path.partition(f"{{{name}}}")
            known = self.ids.get(before.rstrip("/")) or ["1"]
            path = before + known[pick % len(known)] + after
        body = {"data" if operation.form else "json": self._body(operation)}
        response = self.session.request(
            operation.method, self.root + path, auth=self.auth, timeout=30,
            **(body if operation.body else {}),
        )  # fmt: skip
        if response.headers.get("Content-Type", "").startswith("application/json"):
            known = self.ids.setdefault(path, [])
            self.ids[path] = list(dict.fromkeys([*known, *_ids(response.json())]))[-200:]
        return response.status_code, response.content

    def _body(self, operation: Operation) -> Any:
        text = json.dumps(operation.body)
        for example, own in self.own.items():
            text = text.replace(example, own)
        return json.loads(text)


def _ids(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _ids(item)
    elif isinstance(value, dict):
        for name, member in value.items():
            if name in ("id", "uuid") and isinstance(member, (int, str)):
                yield str(member)
            yield from _ids(member)
