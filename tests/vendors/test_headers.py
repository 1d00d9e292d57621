"""Texts that are repeated in URLs and headers of responses: none ends a header or is a 500."""

import json
import socket
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import requests

from mockvoice.app import Server
from mockvoice.settings import Settings
from mockvoice_contracts.suites.count.request_signer import body_hash, signature
from tests.accounts import DEMO_TOKENS

# Each response contains the host of the request.
PATHS = {
    "count": "/auth2/authorize-intiate?clientId=count-demo-client&redirectUri=http://127.0.0.1/&state=x",
    "growcrm": "/api/invoices?limit=1&x=%0d%0aA:b",
    "halo": "/api/InstanceInfo",
    "optiflow": "/api/v1/invoices?per_page=1&x=%0d%0aA:b&y=%ff",
}
NO_HOSTS = [b"a b", b"a\tb", b"evil.example\\@127.0.0.1", b"me@127.0.0.1", b"\xe9x", b"\xff\xfe", b"[::1",
            b"127.0.0.1/x", b"127.0.0.1:1:2", b"127.0.0.1:port"]  # fmt: skip
HOSTS = [b"127.0.0.1:1", b"localhost", b"[::1]:80", b"mock_server-1.internal.:8080", b""]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(Settings(port=0)) as server:
        yield server


def response_to(url: str, host: bytes, path: str, token: str) -> bytes:
    """Send a request as these bytes, and return the bytes of the response."""
    parts = urlsplit(url)
    head = f"GET {path} HTTP/1.1\r\nAuthorization: Bearer {token}\r\nConnection: close\r\nHost: "
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as connection:
        connection.sendall(head.encode() + host + b"\r\n\r\n")
        return b"".join(iter(lambda: connection.recv(65536), b""))


def get(server: Server, vendor: str, host: bytes) -> bytes:
    """Send a valid request to a vendor with this header ``Host``, and return the response."""
    url = server.urls["vendors"][vendor]["root_url"]
    return response_to(url, host, PATHS[vendor], DEMO_TOKENS[vendor])


@pytest.mark.parametrize("vendor", PATHS)
@pytest.mark.parametrize("host", NO_HOSTS)
def test_a_host_that_is_none_is_rejected(server, vendor, host):
    assert get(server, vendor, host).startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize("vendor", PATHS)
@pytest.mark.parametrize("host", HOSTS)
def test_a_host_with_or_without_port_is_accepted(server, vendor, host):
    response = get(server, vendor, host)

    assert response.startswith(b"HTTP/1.1 200 ")
    assert b"\r\na:b" not in response.lower()


@pytest.mark.parametrize("path", ["/", "/_mock/health"])
@pytest.mark.parametrize("host", NO_HOSTS)
def test_the_control_api_rejects_a_host_that_is_none(server, path, host):
    response = response_to(server.urls["main"], host, path, "x")

    assert response.startswith((b"HTTP/1.1 403 ", b"HTTP/1.1 400 "))


@pytest.mark.parametrize(
    ("name", "disposition"),
    [
        ("a.pdf", "attachment; filename=a.pdf"),
        ("\u4e2d\u6587.pdf", "attachment; filename=.pdf; filename*=UTF-8''%E4%B8%AD%E6%96%87.pdf"),
        ('a"; b=c.pdf', 'attachment; filename="a\\"; b=c.pdf"'),
        ("a\x00b\x7f.pdf", "attachment; filename=ab.pdf"),
    ],
)
def test_a_file_of_count_is_downloaded_by_its_name(server, http, name, disposition):
    url = server.urls["vendors"]["count"]["root_url"]
    link = _upload(http, url, name)
    response = http.get(link)

    assert response.status_code == 200
    assert response.headers["content-disposition"] == disposition
    assert response.headers["content-type"] == "text/plain; charset=utf-7"
    assert response.content == b"data"


def _upload(http: requests.Session, url: str, name: str) -> str:
    listed = _send(http, url, "GET", "/invoices?limit=1")
    path = f"/invoices/{listed['records'][0]['id']}/attachments/upload"
    escaped = name.replace('"', '\\"').encode()
    part = b'Content-Disposition: form-data; name="f"; filename="' + escaped + b'"\r\n'
    body = b"--B\r\n" + part + b"Content-Type: text/plain; charset=utf-7\r\n\r\ndata\r\n--B--\r\n"
    content_type = {"Content-Type": "multipart/form-data; boundary=B"}
    after = _send(http, url, "POST", path, body, content_type)
    link: str = after["attachments"][-1]["url"]
    return link


def _send(http, url, method, path, body=b"", headers=None):
    stamp = str(int(time.time()))
    hashed = "" if body else body_hash(method, body)
    credentials = {
        "x-client-id": "count-demo-client",
        "x-timestamp": stamp,
        "x-signature": signature(
            "count-demo-secret", method, path.partition("?")[0], stamp, hashed
        ),
        "Authorization": f"Bearer {DEMO_TOKENS['count']}",
        **(headers or {}),
    }
    response = http.request(method, f"{url}/partners{path}", data=body, headers=credentials)
    assert response.status_code < 300, response.text
    return response.json()["data"]


def test_a_number_of_an_imported_invoice_does_not_end_a_header(server, http):
    control = f"{server.urls['main']}/_mock/sandboxes"
    export = json.loads(http.get(f"{control}/default/snapshots/current").text)
    row = export["vendors"]["optiflow"]["tables"]["invoices"][0]
    row["document_number"] = 'B01"\r\nSet-Cookie: \u4e2d'
    sandbox = http.post(control, json={"data": export}).json()
    url = server.urls["vendors"]["optiflow"]["root_url"]
    response = http.get(
        f"{url}/api/v1/invoices/{row['id']}/pdf",
        headers={"Authorization": f"Bearer {sandbox['credentials']['optiflow']['owner']}"},
    )

    assert response.status_code == 200, response.text
    expected = 'attachment; filename="factura-B01___Set-Cookie___.pdf"'
    assert response.headers["content-disposition"] == expected
    assert "set-cookie" not in response.headers
