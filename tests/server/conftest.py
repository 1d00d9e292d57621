"""Server processes of real vendors, with and without the packages that Windows does not have."""

import os
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.client import HTTPResponse
from urllib.parse import urlsplit

import pytest

from tests.processes import SERVE_AS_ON_WINDOWS, serving

PROGRAMS = {
    "httptools": [sys.executable, "-m", "mockvoice"],
    "h11": [sys.executable, "-c", SERVE_AS_ON_WINDOWS],
}


@pytest.fixture(scope="module", params=PROGRAMS)
def edge(request, tmp_path_factory) -> Iterator[dict]:
    """The URLs of a server process of Grow CRM and COUNT, for each parser of HTTP."""
    command = [*PROGRAMS[request.param], "serve", "--port", "0", "--vendor", "growcrm",
               "--vendor", "count"]  # fmt: skip
    with serving(command, tmp_path_factory.mktemp("edge"), os.environ) as (_, urls):
        yield urls


@pytest.fixture(scope="module")
def edges(tmp_path_factory) -> Iterator[dict[str, dict]]:
    """The URLs of a server process of Grow CRM for each parser, so that clients of both can wait at once."""
    with ExitStack() as servers:
        yield {
            name: servers.enter_context(serving(
                [*program, "serve", "--port", "0", "--vendor", "growcrm"],
                tmp_path_factory.mktemp(name), os.environ,
            ))[1]
            for name, program in PROGRAMS.items()
        }  # fmt: skip


@pytest.fixture
def connect() -> Iterator[Callable[[str], socket.socket]]:
    """Open connections to the server of a URL; they are closed at the end of the test."""
    opened = []

    def connect_to(url: str) -> socket.socket:
        parts = urlsplit(url)
        opened.append(socket.create_connection((parts.hostname, parts.port), timeout=30))
        return opened[-1]

    yield connect_to
    for connection in opened:
        connection.close()


def read_response(connection: socket.socket) -> HTTPResponse:
    """Read one response of a connection that stays open; return its status and headers."""
    response = HTTPResponse(connection)
    response.begin()
    response.read()
    return response


def read_to_end(connection: socket.socket) -> bytes:
    """Return all that a server sends until it closes the connection or half of it."""
    return b"".join(iter(lambda: connection.recv(65536), b""))
