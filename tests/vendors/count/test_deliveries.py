"""Webhook deliveries to receivers that fail: how many run at once, and what they leave behind."""

import asyncio
import gc
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest
import requests

from mockvoice.app import Server
from mockvoice.settings import Settings
from mockvoice.vendors.count import webhook_delivery
from mockvoice.vendors.count.integration_models import AttemptResult, Delivery
from mockvoice.vendors.count.rules import deliveries
from tests.webhook_receiver import Receiver, Workspace, wait_for


class Mute:
    """A receiver that accepts connections and never responds."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.connections: list[socket.socket] = []
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/"

    def _accept(self) -> None:
        while True:
            try:
                self.connections.append(self._listener.accept()[0])
            except OSError:  # closed
                return

    def settle(self, number: int) -> int:
        """Return how many connections there are, some time after there were as many as expected."""
        wait_for(lambda: len(self.connections) >= number)
        time.sleep(0.4)
        return len(self.connections)

    def closed(self) -> int:
        """Return how many connections the server has closed."""
        for connection in self.connections:
            connection.setblocking(False)
        return sum(_is_closed(connection) for connection in self.connections)

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)
        for connection in self.connections:
            connection.close()


def _is_closed(connection: socket.socket) -> bool:
    try:
        while data := connection.recv(65536):
            assert data.startswith(b"POST ")
    except BlockingIOError:
        return False
    except ConnectionError:
        return True
    return True


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(Settings(port=0, vendors=("count",))) as server:
        yield server


@pytest.fixture
def mute() -> Iterator[Mute]:
    receiver = Mute()
    yield receiver
    receiver.close()


@pytest.fixture
def new(server: Server, http: requests.Session) -> Callable[[], Workspace]:
    return lambda: Workspace(server.urls, http)


def subscribe_twice(workspace: Workspace, mute: Mute, number: int) -> None:
    """Subscribe as two receivers: names of the same host have deliveries of their own."""
    workspace.subscribe(mute.url, number=number)
    workspace.subscribe(mute.url.replace("127.0.0.1", "localhost"), number=number)


def test_a_receiver_has_four_deliveries_at_once(new, mute):
    workspace = new()
    workspace.subscribe(mute.url, number=30)
    workspace.publish()

    assert mute.settle(4) == 4
    assert {row["state"] for row in workspace.deliveries()} == {"sending"}


def test_a_sandbox_has_eight_deliveries_at_once(new, mute):
    workspace = new()
    subscribe_twice(workspace, mute, 10)
    workspace.publish()

    assert mute.settle(8) == 8


def test_a_server_has_sixty_four_deliveries_at_once(new, mute):
    for workspace in [new() for _ in range(18)]:
        workspace.subscribe(mute.url, number=5)
        workspace.publish()

    assert mute.settle(64) == 64


def test_a_mute_receiver_does_not_delay_another_of_its_sandbox(new, mute, receiver):
    workspace = new()
    workspace.subscribe(mute.url, number=50)
    workspace.subscribe(receiver.url, number=20)
    workspace.publish()

    wait_for(lambda: len(receiver.received) == 20, seconds=5)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        yield server


def test_a_sandbox_with_a_mute_receiver_does_not_delay_another(new, mute, receiver):
    slow, fast = new(), new()
    slow.subscribe(mute.url, number=100)
    slow.publish()
    fast.subscribe(receiver.url, number=20)
    fast.publish()

    wait_for(lambda: len(receiver.received) == 20, seconds=5)
    assert set(receiver.paths) == {"/hook?from=count"}
    wait_for(lambda: {row["state"] for row in fast.deliveries()} == {"delivered"})


def test_deliveries_above_the_limit_are_recorded_as_not_sent(new, mute, monkeypatch, caplog):
    monkeypatch.setattr(deliveries, "MAX_UNFINISHED", 10)
    workspace = new()
    workspace.subscribe(mute.url, number=15)
    workspace.publish("First")
    workspace.publish("Second")
    rows = workspace.deliveries()[::-1]

    assert [row["state"] for row in rows] == ["sending"] * 10 + ["not_attempted"] * 20
    reason = "The workspace already had 10 unfinished deliveries."
    assert {row["reason"] for row in rows[10:]} == {reason}
    assert caplog.text.count("are not sent") == 1


def test_the_record_of_deliveries_never_loses_one_that_is_unfinished(new, mute, monkeypatch):
    monkeypatch.setattr(deliveries, "MAX_FINISHED", 3)
    workspace = new()
    workspace.subscribe(mute.url, number=12)
    workspace.subscribe("https://hooks.example.com/", number=5)
    workspace.publish()

    states = [row["state"] for row in workspace.deliveries()]
    assert sorted(states) == ["not_attempted"] * 3 + ["sending"] * 12


@pytest.mark.parametrize("end", ["reset", "delete", "stop"])
def test_deliveries_end_with_their_sandbox(new, mute, server, end):
    workspace = new()
    subscribe_twice(workspace, mute, 15)
    workspace.publish()
    mute.settle(8)
    if end == "reset":
        workspace.control("POST", "/reset", status=200)
    elif end == "delete":
        workspace.control("DELETE", status=204)
    else:
        server.stop()

    wait_for(lambda: mute.closed() == 8)
    assert mute.settle(8) == 8


def test_the_slots_of_a_deleted_sandbox_are_free(new, mute):
    first = [new() for _ in range(16)]
    for workspace in first:
        workspace.subscribe(mute.url, number=5)
        workspace.publish()
    mute.settle(64)
    last = new()
    last.subscribe(mute.url, number=3)
    last.publish()
    assert mute.settle(64) == 64
    first[0].control("DELETE", status=204)

    assert mute.settle(67) == 67


@pytest.mark.parametrize(
    ("response", "result"),
    [
        (b"", "Server disconnected without sending a response."),
        (b"nonsense\r\n\r\n", "illegal status line"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", 204),
        (b"HTTP/1.1 302 Found\r\nLocation: /x\r\n\r\n", 302),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhalf", 200),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 50_000, "too"),
    ],
)
def test_an_attempt_returns_the_status_or_the_error(response, result):
    async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"{}")
        writer.write(response)
        writer.close()

    async def run() -> AttemptResult:
        server = await asyncio.start_server(respond, "127.0.0.1", 0)
        async with server:
            return await webhook_delivery.attempt(delivery_to(port_of(server)), None)

    attempt = asyncio.run(run())
    assert attempt.status == result if isinstance(result, int) else result in attempt.error


def delivery_to(port: int, path: str = "/") -> Delivery:
    return Delivery(1, "u", "w", "e", f"http://127.0.0.1:{port}{path}", "{}", None, "now")


def port_of(server: asyncio.Server) -> int:
    return int(server.sockets[0].getsockname()[1])


@pytest.mark.parametrize("path", ["/a b", "/\u00e9", "/\x01", "/[", "/%zz", ":x", "/\ud800"])
def test_an_odd_url_is_an_error_or_is_called_and_never_raises(path):
    result = asyncio.run(webhook_delivery.attempt(delivery_to(9, path), None))

    assert result.status is None
    assert result.error


def test_failed_attempts_leave_no_reference_cycles():
    async def run() -> int:
        await webhook_delivery.attempt(delivery_to(9), None)
        gc.collect()
        gc.disable()
        try:
            for _ in range(20):
                await webhook_delivery.attempt(delivery_to(9), None)
            await asyncio.sleep(0)
            return gc.collect()
        finally:
            gc.enable()

    assert asyncio.run(run()) < 20


def test_a_long_request_does_not_repeat_deliveries_in_progress(new, mute, receiver):
    """A request with much work replaces the backend, which had a delivery in progress."""
    workspace = new()
    workspace.subscribe(mute.url)
    workspace.publish()
    assert mute.settle(1) == 1
    workspace.subscribe(receiver.url, number=2)
    customers = [{"customer": f"Customer {number}"} for number in range(100)]
    workspace.send("POST", "/customers/bulk", {"customers": customers})

    wait_for(lambda: len(receiver.received) == 200)
    assert mute.settle(4) == 4
    assert len(receiver.received) == 200


def test_no_number_of_deliveries_lets_a_request_be_done_twice(new, mute):
    workspace = new()
    for _ in range(40):
        workspace.subscribe(mute.url)
        workspace.publish()

    counts = workspace.control("GET")["counts"]["count"]
    assert counts["customers"] == 40
    assert counts["deliveries"] == sum(range(41))
