"""Shutdown of a server."""

import signal
import socket
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
import requests

from mockvoice.app import Server
from tests.processes import ready_content


def connect(url: str) -> socket.socket:
    parts = urlsplit(url)
    return socket.create_connection((parts.hostname, parts.port), timeout=10)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_the_server_quickly_despite_open_connections(mockvoice, tmp_path, number):
    process = mockvoice("serve", "--port", "0", "--ready-file", str(tmp_path / "ready"))
    urls = process.ready(tmp_path / "ready")
    idle = requests.Session()
    idle.get(f"{urls['main']}/_mock/health", timeout=10)
    with (
        connect(urls["main"]) as unused,
        connect(urls["vendors"]["bell"]["root_url"]) as incomplete,
    ):
        incomplete.sendall(
            b"POST /reminders HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{"
        )
        status, _, err = process.signal(number)

        assert (status, err.count("Traceback")) == (0, 0)
        assert process.seconds_to_end < 2.5
        assert unused.recv(1) == b""
    idle.close()


def test_the_ports_are_free_after_shutdown(mockvoice, tmp_path):
    process = mockvoice("serve", "--port", "0", "--ready-file", str(tmp_path / "ready"))
    urls = process.ready(tmp_path / "ready")
    process.signal(signal.SIGTERM)

    for url in (urls["main"], urls["vendors"]["gong"]["root_url"]):
        with pytest.raises(ConnectionRefusedError):
            connect(url)


@pytest.mark.parametrize("parent_end", ["closes", "is killed"])
def test_a_server_stops_with_its_standard_input(tmp_path, parent_end):
    ready = tmp_path / "ready.json"
    server = [sys.executable, "-m", "mockvoice", "serve", "--port", "0", "--vendor", "growcrm"]
    # The parent gives the server a pipe as its input, and ends with its own input.
    script = (
        "import subprocess, sys\n"
        "server = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE)\n"
        "sys.stdin.read()\n"
        "server.communicate()"
    )
    command = [
        sys.executable,
        "-c",
        script,
        *server,
        "--stop-with-stdin",
        "--ready-file",
        str(ready),
    ]
    parent = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    url = ready_content(parent, ready)["main"]
    assert requests.get(f"{url}/_mock/health", timeout=10).status_code == 200
    if parent_end == "is killed":
        parent.kill()

    # The server has the parent's output, so this waits for the end of both.
    _, err = parent.communicate(timeout=10)
    assert "Traceback" not in err
    with pytest.raises(ConnectionRefusedError):
        connect(url)


def test_a_server_in_a_thread_stops_at_the_end_of_its_block(installed_example_vendors):
    with Server() as server:
        main = server.urls["main"]
        with requests.Session() as session:
            assert session.get(f"{main}/_mock/health", timeout=10).status_code == 200

    with pytest.raises(ConnectionRefusedError):
        connect(main)
    server.stop()


def test_a_server_in_a_thread_does_not_change_signal_handlers():
    script = (
        "import signal\n"
        "from tests import example_vendors\n"
        "from mockvoice.app import Server\n"
        "before = signal.getsignal(signal.SIGTERM)\n"
        "with example_vendors.installed(), Server():\n"
        "    assert signal.getsignal(signal.SIGTERM) is before\n"
        "print('done')"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )

    assert (result.stdout, result.stderr, result.returncode) == ("done\n", "", 0)
