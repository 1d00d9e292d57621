"""The number of connections is limited, so that the server keeps descriptors for other uses."""

import os
import shutil
import signal
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests

from tests.processes import serving
from tests.server.conftest import PROGRAMS, read_response, read_to_end

pytestmark = pytest.mark.skipif(
    shutil.which("prlimit") is None, reason="prlimit, which limits descriptors, is not installed"
)

DESCRIPTORS = 128
CONNECTIONS = 64  # the half of so few descriptors
GET = b"GET /api/invoices?limit=1 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer growcrm-demo-key\r\n"


@pytest.fixture(scope="module")
def small_servers(tmp_path_factory):
    """The URLs of a server with few descriptors for each parser. Their logs must be empty at the end."""
    with ExitStack() as stack:
        servers = [
            stack.enter_context(serving(
                ["prlimit", f"--nofile={DESCRIPTORS}", *program, "serve", "--port", "0", "--vendor", "growcrm"],
                tmp_path_factory.mktemp(name), os.environ,
            ))
            for name, program in PROGRAMS.items()
        ]  # fmt: skip
        for _, urls in servers:
            requests.get(f"{urls['main']}/_mock/health", timeout=30)
        yield [urls for _, urls in servers]
        for process, _ in servers:
            process.send_signal(signal.SIGTERM)
            assert process.communicate(timeout=30)[1] == ""


def roots(servers):
    return [urls["vendors"]["growcrm"]["root_url"] for urls in servers]


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nHost: loc", GET + b"\r\n",
                                  b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{"])  # fmt: skip
def test_clients_that_wait_or_do_not_ask_do_not_shut_out_others(small_servers, connect, sent):
    for url in roots(small_servers):
        for _ in range(DESCRIPTORS + 22):
            connect(url).sendall(sent)
    time.sleep(2.5)  # a client is silent if it has sent nothing between two checks

    for urls in small_servers:
        for path in ("/_mock/health", "/_mock/sandboxes", "/growcrm/api/invoices"):
            response = requests.get(urls["main"] + path, timeout=5,
                                    headers={"Authorization": "Bearer growcrm-demo-key"})  # fmt: skip
            assert response.status_code == 200


def test_connections_above_the_limit_are_told_so_if_all_others_are_in_use(small_servers, connect):
    delayed = [connect(url) for url in roots(small_servers) for _ in range(CONNECTIONS)]
    for connection in delayed:
        connection.sendall(GET + b"X-Mock-Fault: delay=3\r\n\r\n")
    time.sleep(0.5)
    surplus = [connect(url) for url in roots(small_servers)]
    for connection in surplus:
        connection.sendall(GET + b"\r\n")

    assert {read_to_end(connection).lower() for connection in surplus} == {
        b"http/1.1 503 service unavailable\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
    }
    assert {connection.recv(12) for connection in delayed} == {b"HTTP/1.1 200"}
    for urls in small_servers:
        assert requests.get(f"{urls['main']}/_mock/health", timeout=5).ok


def test_idle_connections_end_before_those_with_a_part_of_a_request(small_servers, connect):
    clients = [(url, connect(url), connect(url)) for url in roots(small_servers)]
    for url, idle, incomplete in clients:
        idle.sendall(GET + b"\r\n")
        assert read_response(idle).status == 200
        incomplete.sendall(GET)
        for _ in range(CONNECTIONS - 2):
            connect(url).sendall(GET + b"X-Mock-Fault: delay=5\r\n\r\n")
    time.sleep(2.5)

    for url, idle, incomplete in clients:
        new = connect(url)
        new.sendall(GET + b"\r\n")
        assert new.recv(12) == b"HTTP/1.1 200"
        assert idle.recv(1) == b""
        incomplete.sendall(b"\r\n")
        assert incomplete.recv(12) == b"HTTP/1.1 200"


def test_the_server_uses_as_many_descriptors_as_the_system_allows(tmp_path):
    command = ["prlimit", "--nofile=100:1000", *PROGRAMS["httptools"], "serve", "--port", "0",
               "--vendor", "growcrm"]  # fmt: skip
    with serving(command, tmp_path, os.environ) as (process, _):
        limits = Path(f"/proc/{process.pid}/limits").read_text("utf-8")

    (line,) = [line for line in limits.splitlines() if line.startswith("Max open files")]
    assert line.split()[3:5] == ["1000", "1000"]
