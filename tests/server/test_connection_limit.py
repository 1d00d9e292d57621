"""The number of connections is limited, so that the server keeps descriptors for other uses."""

import os
import shutil
import signal
import time
from pathlib import Path

import pytest
import requests

from tests.processes import serving
from tests.server.conftest import PROGRAMS, read_to_end

pytestmark = pytest.mark.skipif(
    shutil.which("prlimit") is None, reason="prlimit, which limits descriptors, is not installed"
)

DESCRIPTORS = 128
CONNECTIONS = 64  # the half of so few descriptors
GET = b"GET /api/invoices?limit=1 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer growcrm-demo-key\r\n"


@pytest.fixture(params=PROGRAMS)
def small_server(request, tmp_path):
    """The URLs of a server with few descriptors. Its log must be empty at the end."""
    command = ["prlimit", f"--nofile={DESCRIPTORS}", *PROGRAMS[request.param], "serve",
               "--port", "0", "--vendor", "growcrm"]  # fmt: skip
    with serving(command, tmp_path, os.environ) as (process, urls):
        requests.get(f"{urls['main']}/_mock/health", timeout=30)
        yield urls
        process.send_signal(signal.SIGTERM)
        assert process.communicate(timeout=30)[1] == ""


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nHost: loc", GET + b"\r\n",
                                  b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{"])  # fmt: skip
def test_clients_that_wait_or_do_not_ask_do_not_shut_out_others(small_server, connect, sent):
    for _ in range(DESCRIPTORS + 22):
        connection = connect(small_server["vendors"]["growcrm"]["root_url"])
        connection.sendall(sent)
    time.sleep(2.5)  # a client is silent if it has sent nothing between two checks

    for path in ("/_mock/health", "/_mock/sandboxes", "/growcrm/api/invoices"):
        response = requests.get(small_server["main"] + path, timeout=5,
                                headers={"Authorization": "Bearer growcrm-demo-key"})  # fmt: skip
        assert response.status_code == 200


def test_connections_above_the_limit_are_told_so_if_all_others_are_in_use(small_server, connect):
    url = small_server["vendors"]["growcrm"]["root_url"]
    delayed = [connect(url) for _ in range(CONNECTIONS)]
    for connection in delayed:
        connection.sendall(GET + b"X-Mock-Fault: delay=3\r\n\r\n")
    time.sleep(0.5)
    surplus = connect(url)
    surplus.sendall(GET + b"\r\n")

    assert read_to_end(surplus).lower() == (
        b"http/1.1 503 service unavailable\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
    )
    assert {connection.recv(12) for connection in delayed} == {b"HTTP/1.1 200"}
    assert requests.get(f"{small_server['main']}/_mock/health", timeout=5).ok


def test_idle_connections_end_before_those_with_a_part_of_a_request(small_server, connect):
    url = small_server["vendors"]["growcrm"]["root_url"]
    idle, incomplete = connect(url), connect(url)
    idle.sendall(GET + b"\r\n")
    assert idle.recv(65536).startswith(b"HTTP/1.1 200")
    incomplete.sendall(GET)
    for _ in range(CONNECTIONS - 2):
        connect(url).sendall(GET + b"X-Mock-Fault: delay=5\r\n\r\n")
    time.sleep(2.5)
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
