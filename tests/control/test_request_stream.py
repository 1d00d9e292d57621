"""The stream of new requests, which open pages of the console follow."""

import signal
import socket
import time
from urllib.parse import urlsplit

import pytest
import requests

from mockvoice.app import Server
from mockvoice.control.live_requests import MAX_STREAMS, ROWS_AT_ONCE
from mockvoice.settings import Settings
from tests.control.request_pages import Page, rows_until


def test_the_stream_sends_new_requests_that_the_filters_select(page):
    page.send(path="/api/invoices/3")
    with page.stream("?status=4xx") as (response, lines):
        rows_until(lines, "follows")
        page.send()
        page.send(path="/api/invoices/70004")
        seen = "\n".join(rows_until(lines, "/api/invoices/70004"))

    assert response.headers["Content-Type"].startswith("text/event-stream")
    assert "event: rows" in seen
    assert "/api/invoices/1<" not in seen
    assert "/api/invoices/3" not in seen


def test_the_stream_continues_after_a_break(page):
    for number in (1, 2, 3):
        page.send(path=f"/api/invoices/{number}")
    with page.stream(**{"Last-Event-ID": "1"}) as (_, lines):
        seen = "\n".join(rows_until(lines, "/api/invoices/2"))

    assert "id: 3" in seen
    assert "/api/invoices/3<" in seen


def test_the_stream_leaves_out_rows_rather_than_keep_them(page):
    for _ in range(ROWS_AT_ONCE + 7):
        page.send()
    with page.stream("?after=0") as (_, lines):
        seen = "\n".join(rows_until(lines, "7 more requests"))

    assert seen.count("<tr>") == ROWS_AT_ONCE + 1


def test_the_stream_of_all_sandboxes_has_requests_of_new_ones(page, main):
    with requests.get(f"{main}/requests/live", stream=True, timeout=10) as response:
        lines = response.iter_lines(decode_unicode=True)
        rows_until(lines, "follows")
        other = Page(main)
        other.send(path="/api/invoices/4")
        seen = "\n".join(rows_until(lines, other.name + "</a>"))
        other.http.delete(other.control)

    assert "/api/invoices/4" in seen


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/sandboxes/nobody/journal/live", 404, "sandbox_not_found"),
        ("/sandboxes/default/journal/live?status=odd", 400, "invalid_request"),
        ("/sandboxes/default/journal/live?operation=nothing", 400, "invalid_request"),
    ],
)
def test_a_wrong_stream_is_rejected(main, path, status, code):
    response = requests.get(main + path, timeout=10)

    assert (response.status_code, response.json()["error"]["code"]) == (status, code)


def connect(url, path, **headers):
    parts = urlsplit(url)
    connection = socket.create_connection((parts.hostname, parts.port), timeout=10)
    lines = [f"GET {path} HTTP/1.1", f"Host: {parts.netloc}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    connection.sendall("\r\n".join([*lines, "", ""]).encode())
    return connection


def test_more_streams_than_the_limit_are_refused_until_one_ends(page, main):
    path = f"/sandboxes/{page.name}/journal/live"
    open_streams = [connect(main, path) for _ in range(MAX_STREAMS)]
    for connection in open_streams:
        assert b"200 OK" in connection.recv(100)
    refused = requests.get(main + path, timeout=10)
    for connection in open_streams:
        connection.close()

    assert (refused.status_code, refused.json()["error"]["code"]) == (503, "too_many_streams")
    deadline = time.monotonic() + 10
    while True:
        with requests.get(main + path, stream=True, timeout=10) as again:
            if again.status_code == 200:
                break
        assert time.monotonic() < deadline, "the ended streams still count"


def test_a_page_that_does_not_read_does_not_hold_up_others(page, main):
    with connect(main, f"/sandboxes/{page.name}/journal/live?after=0"), page.stream() as (_, lines):
        rows_until(lines, "follows")
        for _ in range(300):
            page.send(path="/api/invoices?" + "x" * 2000)
        page.send(path="/api/invoices/5")

        assert rows_until(lines, "/api/invoices/5")


def test_the_stream_needs_the_login_and_a_page_of_this_server():
    with Server(Settings(port=0, vendors=("growcrm",), control_token="secret-token")) as server:
        main = server.urls["main"]
        url = f"{main}/sandboxes/default/journal/live"
        without = requests.get(url, timeout=10)
        with requests.Session() as session:
            session.post(f"{main}/enter", data={"token": "secret-token", "next": "/"}, timeout=10)
            with session.get(url, stream=True, timeout=10) as logged_in:
                status = logged_in.status_code
            foreign = session.get(url, headers={"Sec-Fetch-Site": "cross-site"}, timeout=10)

    assert (without.status_code, status, foreign.status_code) == (401, 200, 403)


def test_a_signal_stops_the_server_quickly_despite_open_streams(mockvoice, tmp_path):
    process = mockvoice("serve", "--port", "0", "--ready-file", str(tmp_path / "ready"))
    main = process.ready(tmp_path / "ready")["main"]
    with connect(main, "/sandboxes/default/journal/live") as stream:
        assert b"200 OK" in stream.recv(100)
        status, _, err = process.signal(signal.SIGTERM)

    assert (status, err.count("Traceback")) == (0, 0)
    assert process.seconds_to_end < 2.5
