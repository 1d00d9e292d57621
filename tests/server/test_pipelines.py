"""Requests of one connection: several at once, and responses of every kind."""

import os
import signal
from collections.abc import Iterable
from http.client import HTTPResponse

import pytest

from tests.processes import serving
from tests.server.conftest import PROGRAMS, read_to_end

HOST = "Host: 127.0.0.1"
KEY = "Authorization: Bearer growcrm-demo-key"


def request(method: str, path: str, *headers: str, body: str = "") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", HOST, KEY, *headers]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return ("\r\n".join(lines) + f"\r\n\r\n{body}").encode()


def statuses(response: bytes) -> Iterable[int]:
    return [int(part[:3]) for part in response.split(b"HTTP/1.1 ")[1:]]


@pytest.fixture
def connection(edge, connect):
    return connect(edge["vendors"]["growcrm"]["root_url"])


def test_requests_that_are_sent_together_are_answered_in_their_order(connection):
    sent = [
        request("GET", "/api/invoices/1", "X-Mock-Fault: delay=0.3"),
        request("GET", "/api/nothing"),
        request("POST", "/api/clients", body="{}"),
        request("GET", "/api/invoices/1", "Connection: close"),
    ]
    connection.sendall(b"".join(sent))

    assert statuses(read_to_end(connection)) == [200, 404, 422, 200]


def test_a_thousand_requests_that_are_sent_together_are_answered(connection):
    requests = [request("GET", "/api/invoices?limit=1")] * 999
    connection.sendall(
        b"".join([*requests, request("GET", "/api/invoices/1", "Connection: close")])
    )

    assert statuses(read_to_end(connection)) == [200] * 1000


def test_a_request_that_arrives_byte_by_byte_is_answered(connection):
    body = '{"first_name": "Ada", "last_name": "Byron", "email": "bytes@b.example"}'
    for byte in request("POST", "/api/clients", "Connection: close", body=body):
        connection.sendall(bytes([byte]))

    assert statuses(read_to_end(connection)) == [201]


@pytest.mark.parametrize(
    ("method", "path", "headers", "status", "has_body"),
    [
        ("GET", "/api/invoices/1", [], 200, True),
        ("HEAD", "/api/invoices/1", [], 200, False),
        ("GET", "/api/invoices/1", ["X-Mock-Fault: status=499"], 499, True),
        ("GET", "/api/invoices/1", ["X-Mock-Fault: malformed"], 200, True),
        ("DELETE", "/api/nothing", [], 404, True),
    ],
)
def test_a_response_has_the_length_that_it_names(
    connection, method, path, headers, status, has_body
):
    connection.sendall(request(method, path, *headers))
    response = HTTPResponse(connection, method=method)
    response.begin()
    body = response.read()
    connection.sendall(request("GET", "/api/invoices/1", "Connection: close"))

    assert response.status == status
    assert bool(body) is has_body
    assert int(response.getheader("Content-Length")) == len(body) or not has_body
    assert statuses(read_to_end(connection)) == [200]


def test_an_error_page_has_no_body_for_head(edge, connect):
    connection = connect(edge["main"])
    connection.sendall(
        request("HEAD", "/_mock/nothing") + request("GET", "/_mock/health", "Connection: close")
    )
    received = read_to_end(connection)

    assert statuses(received) == [404, 200]
    assert received.count(b"{") == 1


def test_bytes_that_are_not_http_do_not_lose_the_response_to_a_request_before_them(connection):
    connection.sendall(
        request("GET", "/api/invoices/1", "X-Mock-Fault: delay=0.3") + b"not HTTP\r\n\r\n"
    )

    assert statuses(read_to_end(connection)) in ([200], [200, 400])


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_dropped_connection_leaves_no_request_for_the_end_of_the_server(
    program, connect, tmp_path
):
    command = [*PROGRAMS[program], "serve", "--port", "0", "--vendor", "growcrm"]
    with serving(command, tmp_path, os.environ) as (process, urls):
        for effect in ("drop", "commit_then_drop"):
            connection = connect(urls["vendors"]["growcrm"]["root_url"])
            dropped = request("GET", "/api/invoices/1", f"X-Mock-Fault: {effect}")
            connection.sendall(dropped + request("GET", "/api/invoices/2"))
            assert read_to_end(connection) == b""
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=30)

    assert (process.returncode, log) == (0, "")


def test_a_deletion_has_no_body_and_keeps_the_connection(edge, connect):
    """A status of 204 has neither a body nor a length."""
    connection = connect(edge["main"])
    sandbox = '{"name": "short-lived", "data": "empty"}'
    connection.sendall(request("POST", "/_mock/sandboxes", body=sandbox))
    created = HTTPResponse(connection)
    created.begin()
    created.read()
    connection.sendall(request("DELETE", "/_mock/sandboxes/short-lived"))
    deleted = HTTPResponse(connection)
    deleted.begin()

    assert (created.status, deleted.status, deleted.read()) == (201, 204, b"")
    connection.sendall(request("GET", "/_mock/health", "Connection: close"))
    assert statuses(read_to_end(connection)) == [200]
