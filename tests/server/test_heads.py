"""Large requests: bounds of a head's size."""

import json
import time

import pytest
import requests

from tests.server.conftest import read_to_end

KEY = b"Authorization: Bearer growcrm-demo-key\r\n"
LIMIT = 64 * 1024


def get(path: str, *fields: bytes) -> bytes:
    return b"GET %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n" % (path.encode(), b"".join(fields))


def padded(path: str, size: int, *fields: bytes) -> bytes:
    """A request whose head has exactly this size."""
    room = size - len(get(path, *fields, b"X-Padding: \r\n"))
    return get(path, *fields, b"X-Padding: " + b"p" * room + b"\r\n")


def status_and_body(response: bytes) -> tuple[int, bytes]:
    head, _, body = response.partition(b"\r\n\r\n")
    return int(head.split()[1]), body


def growcrm(edge) -> str:
    return edge["vendors"]["growcrm"]["root_url"]


def test_a_head_of_the_largest_size_is_read(edge, connect):
    connection = connect(growcrm(edge))
    request = padded("/api/invoices?limit=1", LIMIT, KEY, b"Connection: close\r\n")
    connection.sendall(request)

    assert len(request) == LIMIT
    assert status_and_body(read_to_end(connection))[0] == 200


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (padded("/api/invoices", LIMIT + 1, KEY), 431),
        (get("/api/invoices", KEY, b"X-Many: 1\r\n" * 100_000), 431),
        (get("/api/invoices", b"X-Large: " + b"x" * 4_000_000 + b"\r\n"), 431),
        (get("/api/invoices?search=" + "x" * 4_000_000, KEY), 414),
        (get("/api/" + "x" * (LIMIT + 1), KEY), 414),
    ],
)
def test_a_larger_head_is_rejected_in_the_vendors_format(edge, connect, head, status):
    connection = connect(growcrm(edge))
    connection.sendall(head)
    response = read_to_end(connection)

    assert status_and_body(response)[0] == status
    assert json.loads(status_and_body(response)[1]).keys() == {"message"}
    assert b"\r\nconnection: close\r\n" in response.lower()


@pytest.mark.parametrize(
    ("path", "keys"),
    [("/growcrm/api/" + "x" * 100_000, {"message"}), ("/_mock/" + "x" * 100_000, {"error"})],
)
def test_the_format_of_a_url_that_is_too_long_is_found_by_its_prefix(edge, connect, path, keys):
    connection = connect(edge["main"])
    connection.sendall(get(path))
    status, body = status_and_body(read_to_end(connection))

    assert (status, json.loads(body).keys()) == (414, keys)


def test_a_head_that_arrives_byte_by_byte_is_read(edge, connect):
    connection = connect(growcrm(edge))
    for byte in get("/api/invoices?limit=1", KEY, b"Connection: close\r\n"):
        connection.sendall(bytes([byte]))

    assert status_and_body(read_to_end(connection))[0] == 200


def test_large_bodies_and_the_requests_after_them_are_read(edge, connect):
    connection = connect(growcrm(edge))
    body = json.dumps({"client_company_name": "x" * 300_000}).encode()
    post = (
        b"POST /api/clients HTTP/1.1\r\nHost: localhost\r\n%sContent-Type: application/json\r\n"
        % KEY
    )
    request = post + b"Content-Length: %d\r\n\r\n" % len(body) + body
    last = get("/api/invoices?limit=1", KEY, b"Connection: close\r\n")
    connection.sendall(request + request + last)
    response = read_to_end(connection)

    assert response.count(b"HTTP/1.1 422") == 2
    assert response.count(b"HTTP/1.1 200") == 1


def test_a_head_that_begins_in_one_packet_with_a_body_is_read(edge, connect):
    connection = connect(growcrm(edge))
    last = get(
        "/api/invoices?limit=1", KEY, b"X-Padding: " + b"p" * 5000, b"\r\nConnection: close\r\n"
    )
    post = (
        b"PUT /api/invoices/1/items HTTP/1.1\r\nHost: localhost\r\n%sContent-Length: 65000\r\n\r\n"
        % KEY
    )
    both = post + b"x" * 65_000 + last
    connection.sendall(both[:LIMIT])
    time.sleep(0.3)
    connection.sendall(both[LIMIT:])

    assert len(both) > LIMIT + 4000
    assert read_to_end(connection).count(b"HTTP/1.1 200") == 1


@pytest.mark.parametrize("frame", [b"X-Trailer: " + b"x" * 3_000_000, b"A: b\r\n" * 500_000])
def test_what_follows_a_chunked_body_is_limited(edge, connect, frame):
    connection = connect(growcrm(edge))
    post = b"POST /api/clients HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
    connection.sendall(post + b"2\r\n{}\r\n0\r\n" + frame)

    assert status_and_body(read_to_end(connection))[0] in (400, 431)


def test_a_rejected_head_is_in_the_journal(edge, connect):
    connection = connect(growcrm(edge))
    connection.sendall(get("/api/" + "z" * 100_000, KEY))
    read_to_end(connection)
    journal = f"{edge['main']}/_mock/sandboxes/default/journal?vendor=growcrm&limit=10"
    # The end of an earlier connection may be recorded later.
    entries = [
        entry for entry in requests.get(journal, timeout=10).json() if "/zzz" in entry["path"]
    ]

    assert [entry["status"] for entry in entries] == [414]
