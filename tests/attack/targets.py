"""The APIs of a running mock that are attacked."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import requests

from mockvoice.control.context import own_contract
from mockvoice.vendor_registry import load_vendor
from mockvoice.web.document import Document
from tests.attack.hostile_requests import Credentials, Operation, Target
from tests.operation_requests import Client, auth_of, example_body, operations

VENDORS = ("count", "growcrm", "halo", "optiflow")
# Their effects are what counts as a failure here.
LEFT_OUT = ("faults.create",)


def targets(urls: Mapping[str, Any]) -> list[Target]:
    """Return the vendors of a mock and its control API."""
    return [*(_vendor(key, urls["vendors"][key]["root_url"]) for key in VENDORS), _control(urls)]


def _vendor(key: str, root_url: str) -> Target:
    root = root_url.rstrip("/")
    credentials = dict(load_vendor(key).credentials)
    client = Client(root, auth_of(key, credentials, datetime.now(UTC)), requests.Session(), {})
    client.read_lists(operations(key))
    ids = [known for ids in client.ids.values() for known in ids[:5]]
    document = load_vendor(key).contract.document
    port = urlsplit(root).port or 80
    return Target(
        key,
        port,
        "",
        list(_operations(document)),
        _credentials(key, root, credentials),
        [*ids, "1"],
    )


def _control(urls: Mapping[str, Any]) -> Target:
    parts = urlsplit(urls["main"])
    ids = ["default", "sandbox-1", "current", "growcrm", "1"]
    operations_ = list(_operations(own_contract().document))
    return Target("control", parts.port or 80, "", operations_, lambda *_: {}, ids)


def _operations(document: Document) -> Iterator[Operation]:
    for operation in document.operations.values():
        if operation.id not in LEFT_OUT:
            names = [known["name"] for known in operation.parameters if known["in"] == "query"]
            yield Operation(
                operation.method, operation.path, names, example_body(document, operation)
            )


def _credentials(vendor: str, root: str, credentials: Mapping[str, str]) -> Credentials:
    def sign(method: str, url: str, body: bytes) -> Mapping[str, str]:
        request = requests.PreparedRequest()
        request.method, request.url, request.body = method, root + url, body
        request.headers = requests.structures.CaseInsensitiveDict()
        auth_of(vendor, credentials, datetime.now(UTC))(request)
        return dict(request.headers)

    fixed = sign("GET", "/", b"")
    return sign if vendor == "count" else lambda *_: fixed
