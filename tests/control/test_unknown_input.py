"""Names and values that the control API does not know: an error, never ignored."""

from typing import Any

import pytest

from mockvoice.outbound.control_client import ControlApiError
from mockvoice.testing import RemoteServer
from mockvoice.web import contract

OPERATIONS = list(contract.load("control", "mockvoice.control").document.operations.values())
NAMES = {"sandboxName": "default", "vendorKey": "bell", "faultId": "1", "snapshotName": "current",
         "otherName": "current"}  # fmt: skip
JOURNAL = "/_mock/sandboxes/default/journal"


def path_of(operation: Any) -> str:
    path: str = operation.path
    for name, value in NAMES.items():
        path = path.replace(f"{{{name}}}", value)
    return path


@pytest.fixture
def send(server, http):
    """Send a request, and return its status and its message."""

    def send(method: str, path: str, **content: Any) -> tuple[int, str]:
        response = http.request(method, server.urls["main"] + path, **content)
        message = response.json()["error"]["message"] if response.status_code >= 400 else ""
        return response.status_code, message

    return send


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
def test_every_operation_rejects_an_unknown_parameter(send, operation):
    status, message = send(operation.method.upper(), f"{path_of(operation)}?colour=red")

    assert status == 400
    assert "unknown query parameter 'colour'" in message


@pytest.mark.parametrize(
    "operation",
    [operation for operation in OPERATIONS if operation.method.lower() != "get"],
    ids=lambda operation: operation.id,
)
def test_every_operation_rejects_an_unknown_member(send, operation):
    status, message = send(operation.method.upper(), path_of(operation), json={"colour": "red"})

    assert status == 400
    if operation.id == "snapshots.replace":  # the body is an export
        assert "format" in message
    else:
        assert "unknown property 'colour'" in message


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("oepration=x", "unknown query parameter 'oepration'; did you mean 'operation'?"),
        ("Vendor=bell", "unknown query parameter 'Vendor'; did you mean 'vendor'?"),
        ("x=1", "expected one of vendor, operation, status, method"),
        ("=1", "unknown query parameter ''"),
        ("vendor=bell&vendor=gong", "vendor was sent 2 times; send it once"),
        ("limit=1&limit=1", "limit was sent 2 times; send it once"),
        ("operation=", "operation must not be empty"),
        ("status=", "status must not be empty"),
        ("vendor", "vendor must not be empty"),
        ("vendor=bel", "unknown vendor 'bel'; did you mean 'bell'?"),
        ("vendor=stripe", "unknown vendor 'stripe'; expected one of bell, gong"),
        ("operation=reminders.serach", "did you mean 'reminders.search'?"),
        ("operation=*", "no vendor has the operation '*'; filter by vendor too"),
        ("operation=*&vendor=bell", "bell has no operation '*'; expected one of reminders.search"),
        ("operation=x&vendor=nope", "unknown vendor 'nope'"),
    ],
)
def test_a_filter_of_the_journal_that_selects_nothing_is_rejected(send, query, message):
    for path in (JOURNAL, f"{JOURNAL}.har"):
        status, text = send("GET", f"{path}?{query}")
        assert (status, message in text) == (400, True), text


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("form=x", "unknown query parameter 'form'; expected one of vendor, to, about"),
        ("abuot=x", "did you mean 'about'?"),
        ("to=", "to must not be empty"),
        ("to=a&to=b", "to was sent 2 times"),
        ("vendor=gnog", "unknown vendor 'gnog'; did you mean 'gong'?"),
    ],
)
def test_a_filter_of_the_outbox_that_selects_nothing_is_rejected(send, query, message):
    status, text = send("GET", f"/_mock/sandboxes/default/outbox?{query}")

    assert (status, message in text) == (400, True), text


@pytest.mark.parametrize(
    ("method", "path", "body", "message"),
    [
        ("POST", "/_mock/sandboxes", {"ttl": 5}, "unknown property 'ttl'"),
        ("POST", "/_mock/sandboxes", {"tll_seconds": 5}, "did you mean 'ttl_seconds'?"),
        ("POST", "/_mock/sandboxes", {"settings": {"quirk": "strict"}}, "did you mean 'quirks'?"),
        ("PUT", "/_mock/sandboxes/default/clock", {"forzen": True}, "did you mean 'frozen'?"),
        ("POST", "/_mock/sandboxes/default/faults",
         {"vendor": "bell", "effect": {"kind": "drop"}, "operations": "x"}, "did you mean 'operation'?"),
        ("POST", "/_mock/sandboxes/default/seed", {"vendor": "bell", "invoice": 3}, "did you mean 'invoices'?"),
        ("POST", "/_mock/sandboxes/default/snapshots/a/restore", {"name": "b"}, "unknown property 'name'"),
        ("DELETE", "/_mock/sandboxes/default/journal", {"vendor": "bell"}, "unknown property 'vendor'"),
    ],
)  # fmt: skip
def test_an_unknown_member_is_named_with_the_nearest_known_one(send, method, path, body, message):
    status, text = send(method, path, json=body)

    assert (status, message in text) == (400, True), text


def test_an_empty_object_is_accepted_where_no_body_is_needed(send):
    assert send("DELETE", JOURNAL, json={}) == (204, "")
    assert send("DELETE", JOURNAL) == (204, "")


def test_the_testing_package_raises_the_same_error(server):
    with RemoteServer(server.urls["main"]) as remote:
        with pytest.raises(ControlApiError, match=r"did you mean 'reminders\.search'"):
            remote.default.journal(operation="reminders.serach")
        with pytest.raises(ControlApiError, match="did you mean 'gong'"):
            remote.default.outbox(vendor="gnog")
