"""Responses before the whole body was read reach ordinary clients."""

import http.client
import json
import shutil
import subprocess
import urllib.error
import urllib.request
from urllib.parse import urlsplit

import pytest
import requests

from tests.server.conftest import read_response, read_to_end

KEY = {"Authorization": "Bearer growcrm-demo-key"}
JSON = {**KEY, "Content-Type": "application/json"}
TOO_LARGE = b" " * (12 << 20)
# Rejected requests with a large body: method, path, headers, status.
REJECTED = [
    ("POST", "/api/clients", JSON, 413),
    ("PUT", "/api/invoices/1/items", {"Content-Type": "application/json"}, 401),
    ("PUT", "/api/nothing", JSON, 404),
    ("PATCH", "/api/invoices", JSON, 405),
]


def with_urllib(method, url, body, headers):
    request = urllib.request.Request(url, body, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def with_requests(method, url, body, headers):
    response = requests.request(method, url, data=body, headers=headers, timeout=30)
    return response.status_code, response.content


def with_chunks(method, url, body, headers):
    chunks = (body[start : start + 100_000] for start in range(0, len(body), 100_000))
    return with_requests(method, url, chunks, headers)


def with_http_client(method, url, body, headers):
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)
    connection.request(method, parts.path, body, headers)
    with connection.getresponse() as response:
        result = response.status, response.read()
    connection.close()
    return result


def with_curl(method, url, body, headers):
    options = [option for name, value in headers.items() for option in ("-H", f"{name}: {value}")]
    command = ["curl", "-s", "-S", "-X", method, *options, "-w", "\n%{http_code}"]
    result = subprocess.run(
        [*command, "--data-binary", "@-", url], input=body, capture_output=True, check=True
    )
    content, _, status = result.stdout.rpartition(b"\n")
    return int(status), content


CLIENTS = [with_urllib, with_requests, with_chunks, with_http_client]
if shutil.which("curl"):
    CLIENTS.append(with_curl)


@pytest.mark.parametrize(("method", "path", "headers", "status"), REJECTED)
@pytest.mark.parametrize("send", CLIENTS)
def test_clients_that_send_a_large_body_get_the_response(edge, send, method, path, headers, status):
    url = edge["vendors"]["growcrm"]["root_url"] + path
    answered, body = send(method, url, TOO_LARGE, headers)

    assert answered == status
    assert "message" in json.loads(body)


@pytest.mark.parametrize("send", CLIENTS)
def test_large_bodies_for_the_control_api_are_answered(edge, send):
    url = f"{edge['main']}/_mock/sandboxes"
    status, body = send("POST", url, TOO_LARGE, {"Content-Type": "application/json"})

    assert (status, json.loads(body)["error"]["code"]) == (413, "body_too_large")


def head(method: str, path: str, *fields: str) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", "Content-Type: application/json",
             "Authorization: Bearer growcrm-demo-key", *fields]  # fmt: skip
    return "\r\n".join([*lines, "", ""]).encode()


def test_a_client_that_asks_first_gets_413_instead_of_100(edge, connect):
    connection = connect(edge["vendors"]["growcrm"]["root_url"])
    length = f"Content-Length: {12 << 20}"
    connection.sendall(head("POST", "/api/clients", length, "Expect: 100-continue"))
    response = read_to_end(connection)

    assert response.startswith(b"HTTP/1.1 413")
    assert b"HTTP/1.1 100" not in response


def test_a_connection_is_kept_if_the_rest_of_a_rejected_request_is_short(edge, connect):
    connection = connect(edge["vendors"]["growcrm"]["root_url"])
    connection.sendall(head("PUT", "/api/nothing", "Content-Length: 20000"))
    response = read_response(connection)
    connection.sendall(b"x" * 20_000)
    connection.sendall(head("PUT", "/api/none", "Content-Length: 0", "Connection: close"))

    assert response.status == 404
    assert response.getheader("Connection") is None
    assert read_to_end(connection).startswith(b"HTTP/1.1 404")


@pytest.mark.parametrize("length", ["Content-Length: 100000", "Transfer-Encoding: chunked"])
def test_a_connection_ends_if_more_is_missing(edge, connect, length):
    connection = connect(edge["vendors"]["growcrm"]["root_url"])
    connection.sendall(head("PUT", "/api/nothing", length))
    response = read_to_end(connection)

    assert response.startswith(b"HTTP/1.1 404")
    assert b"\r\nconnection: close\r\n" in response.lower()


def test_what_is_discarded_after_a_response_is_limited(edge, connect):
    connection = connect(edge["vendors"]["growcrm"]["root_url"])
    connection.sendall(head("PUT", "/api/nothing", f"Content-Length: {1 << 40}"))
    assert read_to_end(connection).startswith(b"HTTP/1.1 404")

    sent = 0
    with pytest.raises(ConnectionError):
        while sent < 200 << 20:
            sent += connection.send(b"x" * 1_000_000)
    assert 60 << 20 < sent < 100 << 20
