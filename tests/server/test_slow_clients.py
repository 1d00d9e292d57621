"""Slow and silent clients: bounds of the time that a request, and what follows a response, takes to arrive."""

import time

from tests.server.conftest import read_response, read_to_end

KEY = b"Authorization: Bearer growcrm-demo-key\r\n"
GET = b"GET /api/invoices?limit=1 HTTP/1.1\r\nHost: localhost\r\n%s\r\n" % KEY
POST = b"POST /api/clients HTTP/1.1\r\nHost: localhost\r\n%sContent-Length: 10\r\n\r\n{" % KEY
REJECTED = b"PUT /api/nothing HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % (1 << 40)
LATE = b"HTTP/1.1 408"
# The bounds are ten seconds; a check once a second may notice up to two seconds later.
REQUEST_SECONDS = (9, 13)
AFTER_RESPONSE_SECONDS = (7, 13)


class Clients:
    """The clients of one server, which wait at the same time."""

    def __init__(self, url, connect):
        self.idle = connect(url)
        self.silent = connect(url)
        self.slow = connect(url)
        self.waiting = {
            name: connect(url)
            for name in ("incomplete head", "slow head", "silent body", "unused", "second head")
        }
        self.ended = {}
        self.slow_ended_after = None
        self._rest_of_head = iter(GET * 3)

    def begin(self):
        """Send the first bytes of each client."""
        self.waiting["incomplete head"].sendall(b"GET /api/invoices HTTP/1.1\r\nHost: loc")
        self.waiting["silent body"].sendall(POST)
        for connection in (self.idle, self.waiting["second head"]):
            connection.sendall(GET)
            assert read_response(connection).status == 200
        self.waiting["second head"].sendall(b"GE")
        for connection in (self.silent, self.slow):
            connection.sendall(REJECTED)
            assert read_to_end(connection).startswith(b"HTTP/1.1 404")
        for connection in self.waiting.values():
            connection.setblocking(False)

    def step(self, seconds):
        """Send the next bytes of the slow clients, and note which connections have ended."""
        if "slow head" in self.waiting:
            self.waiting["slow head"].send(bytes([next(self._rest_of_head)]))
        for name, connection in list(self.waiting.items()):
            try:
                received = connection.recv(4096)
            except BlockingIOError:
                continue
            self.ended[name] = (received[:12], seconds)
            del self.waiting[name]
        if self.slow_ended_after is None and is_closed(self.slow):
            self.slow_ended_after = seconds

    @property
    def done(self):
        return not self.waiting and self.slow_ended_after is not None


def is_closed(connection) -> bool:
    """Send a byte; return whether the server has closed the connection."""
    try:
        connection.send(b"x")
    except ConnectionError:
        return True
    return False


def test_clients_that_are_too_slow_are_ended_after_ten_seconds(edges, connect):
    clients = {
        name: Clients(urls["vendors"]["growcrm"]["root_url"], connect)
        for name, urls in edges.items()
    }
    for each in clients.values():
        each.begin()
    started = time.monotonic()
    while time.monotonic() < started + 20 and not all(each.done for each in clients.values()):
        time.sleep(0.2)
        for each in clients.values():
            each.step(time.monotonic() - started)

    for each in clients.values():
        is_closed(each.silent)  # the answer to this byte is a reset, which the next byte meets
    time.sleep(0.1)

    for name, each in clients.items():
        assert is_closed(each.silent), name
        assert {client: response for client, (response, _) in each.ended.items()} == {
            "incomplete head": LATE, "slow head": LATE, "silent body": LATE, "second head": LATE,
            "unused": b"",
        }, name  # fmt: skip
        low, high = REQUEST_SECONDS
        assert all(low < seconds < high for _, seconds in each.ended.values()), (name, each.ended)
        low, high = AFTER_RESPONSE_SECONDS
        assert low < each.slow_ended_after < high, name
        each.idle.sendall(GET)
        assert read_response(each.idle).status == 200
