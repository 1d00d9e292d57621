"""A number such as ``8.0`` is a whole number: it is read as one, and no response shows the zero."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from mockvoice.app import Server
from mockvoice.settings import Settings
from mockvoice.vendor_registry import load_vendor
from tests.operation_requests import Client, Operation, auth_of, operations

WHOLE = re.compile(rb'"(\w+)":-?[0-9]+\.0+[,}\]]')


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(Settings(port=0)) as server:
        yield server


@pytest.mark.parametrize("vendor", ["count", "growcrm", "halo", "optiflow"])
def test_no_response_shows_the_zero_of_a_sent_number(
    server: Server, http: requests.Session, vendor: str
) -> None:
    root = server.urls["vendors"][vendor]["root_url"].rstrip("/")
    auth = auth_of(vendor, load_vendor(vendor).credentials, datetime.now(UTC))
    client = Client(root, auth, http, {})
    known = operations(vendor)
    client.read_lists(known)
    with_bodies = [operation for operation in known if operation.body and not operation.form]

    shown = {operation.id: _shown(client, operation) for operation in with_bodies}

    assert len(shown) > 10
    assert not {operation: names for operation, names in shown.items() if names}


def _shown(client: Client, operation: Operation) -> set[bytes]:
    """Return the members that show a zero if the numbers of the body are sent with one."""
    _, usual = client.send(operation, 0)
    status, content = client.send(replace(operation, body=_with_zeros(operation.body)), 0)
    assert status < 500, (operation.id, content)
    return set(WHOLE.findall(content)) - set(WHOLE.findall(usual))


def _with_zeros(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_zeros(item) for item in value]
    if isinstance(value, dict):
        return {name: _with_zeros(member) for name, member in value.items()}
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
