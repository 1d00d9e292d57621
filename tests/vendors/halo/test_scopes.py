"""What each scope of a token opens."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from mockvoice.app import Server
from mockvoice.settings import Settings
from tests.operation_requests import Operation, operations

ANY_SCOPE = {"/api/Agent/me", "/api/Lookup"}
WITHOUT_TOKEN = {"/auth/token", "/api/AuthInfo", "/api/InstanceInfo"}
OPERATIONS = [
    operation
    for operation in operations("halo")
    if operation.path not in ANY_SCOPE and operation.path not in WITHOUT_TOKEN
]
AREAS = {"Client": "customers", "Item": "items"}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(Settings(port=0)) as server:
        yield server


def _request_token(server: Server, scope: str) -> requests.Response:
    form = {"grant_type": "client_credentials", "client_id": "halo-demo-client",
            "client_secret": "halo-demo-secret", "scope": scope}  # fmt: skip
    return requests.post(f"{server.urls['main']}/halo/auth/token", data=form, timeout=10)


@pytest.fixture(scope="module")
def status(server: Server) -> Any:
    tokens: dict[str, str] = {}

    def status(scope: str, method: str, path: str) -> tuple[int, bytes]:
        """Return status and body of a request for a record that does not exist, or with no body."""
        if scope not in tokens:
            tokens[scope] = _request_token(server, scope).json()["access_token"]
        url = f"{server.urls['main']}/halo{path}"
        headers = {"Authorization": f"Bearer {tokens[scope]}"}
        body = [] if method.upper() == "POST" else None
        response = requests.request(method, url, headers=headers, json=body, timeout=10)
        return response.status_code, response.content

    return status


def _path(operation: Operation) -> str:
    path = operation.path
    for name in operation.names:
        path = path.replace(f"{{{name}}}", "999999")
    return path


@pytest.mark.parametrize(
    "operation", OPERATIONS, ids=lambda operation: f"{operation.method} {operation.path}"
)
def test_each_operation_is_opened_by_the_scopes_of_its_area_alone(
    status: Any, operation: Operation
) -> None:
    area = AREAS.get(operation.path.split("/")[2], "invoices")
    other = "read:items" if area != "items" else "read:customers"
    reads = operation.method.lower() == "get"
    opening = ["admin", "all", "all:standard", f"edit:{area}", f"read:tickets edit:{area}"]
    closed = ["read:tickets", other, other.replace("read", "edit")]
    (opening if reads else closed).append(f"read:{area}")

    for scope in opening:
        assert status(scope, operation.method, _path(operation))[0] not in (401, 403), scope
    for scope in closed:
        assert status(scope, operation.method, _path(operation)) == (403, b""), scope


@pytest.mark.parametrize("path", sorted(ANY_SCOPE))
def test_every_scope_opens_the_probes_of_a_client(status: Any, path: str) -> None:
    assert status("read:reporting", "GET", f"{path}?lookupid=11")[0] == 200


@pytest.mark.parametrize("scope", ["read:users", "all read:agents", "ALL", "billing"])
def test_an_unknown_scope_is_invalid(server: Server, scope: str) -> None:
    response = _request_token(server, scope)

    assert (response.status_code, response.json()) == (400, {"error": "invalid_scope"})


def test_the_journal_names_the_missing_scope(server: Server, status: Any) -> None:
    status("read:invoices", "POST", "/api/Invoice")

    url = f"{server.urls['main']}/_mock/sandboxes/default/journal"
    assert "the request needs edit:invoices" in requests.get(url, timeout=10).text
