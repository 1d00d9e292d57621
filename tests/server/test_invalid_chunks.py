"""A body that turns out not to be HTTP while its request is handled."""

import logging
import socket
from urllib.parse import urlsplit

from mockvoice.app import Server
from mockvoice.settings import Settings

REQUEST = b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"


def test_the_response_to_a_rejected_request_is_dropped_silently(caplog):
    caplog.set_level(logging.ERROR)
    with Server(Settings(port=0)) as server:
        urls = [server.urls["main"], *(v["root_url"] for v in server.urls["vendors"].values())]
        for url in urls:
            parts = urlsplit(url)
            with socket.create_connection((parts.hostname, parts.port), timeout=10) as connection:
                connection.sendall(REQUEST)
                assert connection.recv(65536).startswith(b"HTTP/1.1 400 ")

    assert caplog.records == []
