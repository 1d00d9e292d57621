"""How a server ends."""

import signal
import socket
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
import requests

from mockvoice.app import Server


def dial(url: str) -> socket.socket:
    parts = urlsplit(url)
    return socket.create_connection((parts.hostname, parts.port), timeout=10)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_soon_in_spite_of_open_connections(mockvoice, tmp_path, number):
    process = mockvoice("serve", "--port", "0", "--ready-file", str(tmp_path / "ready"))
    urls = process.ready(tmp_path / "ready")
    kept = requests.Session()
    kept.get(f"{urls['main']}/_mock/health", timeout=10)
    with dial(urls["main"]) as silent, dial(urls["vendors"]["bell"]["root_url"]) as half:
        half.sendall(b"POST /reminders HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{")
        status, _, err = process.signal(number)

        assert (status, err.count("Traceback")) == (0, 0)
        assert process.seconds_to_end < 2.5
        assert silent.recv(1) == b""
    kept.close()


def test_after_it_has_ended_its_ports_are_free(mockvoice, tmp_path):
    process = mockvoice("serve", "--port", "0", "--ready-file", str(tmp_path / "ready"))
    urls = process.ready(tmp_path / "ready")
    process.signal(signal.SIGTERM)

    for url in (urls["main"], urls["vendors"]["gong"]["root_url"]):
        with pytest.raises(ConnectionRefusedError):
            dial(url)


def test_a_server_in_a_thread_ends_with_its_block(toy_vendors):
    with Server() as server:
        main = server.urls["main"]
        with requests.Session() as kept:
            assert kept.get(f"{main}/_mock/health", timeout=10).status_code == 200

    with pytest.raises(ConnectionRefusedError):
        dial(main)
    server.stop()


def test_a_server_in_a_thread_leaves_the_signals_of_its_program_alone():
    script = (
        "import signal\n"
        "from tests import example_vendors\n"
        "from mockvoice.app import Server\n"
        "before = signal.getsignal(signal.SIGTERM)\n"
        "with example_vendors.for_vendors(), Server():\n"
        "    assert signal.getsignal(signal.SIGTERM) is before\n"
        "print('done')"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )

    assert (done.stdout, done.stderr, done.returncode) == ("done\n", "", 0)
