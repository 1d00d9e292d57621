"""The sessions of the contract suites send, byte for byte, what sessions of ``requests`` send."""

from collections.abc import Iterator
from socketserver import StreamRequestHandler
from typing import ClassVar

import pytest
import requests

from mockvoice_contracts.harness.client import Bearer
from mockvoice_contracts.harness.connections import SYSTEM_SETTINGS, open_session
from tests.stub_servers import serve_connections

JSON = {"Content-Type": "application/json"}
FORM = {"a": ["1", "2"], "b": None, "c": "x y&z", "é": 3}
CASES = {
    "read": {"method": "GET"},
    "head": {"method": "HEAD"},
    "lower-case method": {"method": "patch", "data": b"{}"},
    "no body": {"method": "POST"},
    "query": {"method": "GET", "params": FORM},
    "query with an empty list": {"method": "GET", "params": {"a": [], "b": "", "c": [None, 2.5]}},
    "query with nested lists": {"method": "GET", "params": {"a": [["1", "2"], b"3"]}},
    "query as text": {"method": "GET", "params": "a=%20&b=ü"},
    "query as pairs": {"method": "GET", "params": [("a", "1"), ("a", None), ("b", "2")]},
    "JSON": {"method": "POST", "json": {"a": "ü", "b": [1, None]}},
    "bytes": {"method": "PUT", "data": b'{"a": 1}', "headers": JSON},
    "text": {"method": "PUT", "data": "a=ü"},
    "form": {"method": "POST", "data": FORM},
    "pairs": {"method": "POST", "data": [("a", "1"), ("b", "2")]},
    "large body": {"method": "POST", "data": b"x" * 300_000},
    "stream": {"method": "POST", "data": iter([b"one", b"two"])},
    "replaced header": {"method": "GET", "headers": {"user-agent": "mine", "X-Id": "1"}},
    "removed header": {"method": "GET", "headers": {"User-Agent": None, "accept-encoding": None}},
    "header in bytes": {"method": "GET", "headers": {"X-Name": "José".encode("latin-1")}},
    "basic authentication": {"method": "GET", "auth": ("user", "pass:word")},
    "bearer": {"method": "GET", "auth": Bearer("token")},
    "replaced authentication": {
        "method": "GET", "auth": Bearer("token"), "headers": {"authorization": "Basic x"},
    },
    "cookies": {"method": "GET", "cookies": {"a": "1", "b": "2"}},
    "closed": {"method": "DELETE", "headers": {"Connection": "close"}},
}  # fmt: skip
PATHS = ("", "/", "/api/Tax/1", "/a b/ü?x=%2f y", "/x?y=1#end")


class Recorder(StreamRequestHandler):
    """Answers each request and records its bytes; ``reads`` has what arrived at once."""

    requests: ClassVar[list[bytes]] = []
    reads: ClassVar[list[bytes]] = []

    def handle(self) -> None:
        """Answer the requests of a connection."""
        while data := self.connection.recv(100_000):
            self.reads.append(data)
            while not _is_complete(data):
                data += self.connection.recv(100_000)
            self.requests.append(data)
            body = b"" if data.startswith(b"HEAD ") else b"{}"
            self.connection.sendall(
                b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nSet-Cookie: s=1; Path=/\r\n"
                b"Set-Cookie: t=2; Path=/\r\nX-Name: Jos\xe9\r\n\r\n" + body
            )


def _is_complete(data: bytes) -> bool:
    head, end, body = data.partition(b"\r\n\r\n")
    if b"chunked" in head:
        return body.endswith(b"0\r\n\r\n")
    _, _, after = head.lower().partition(b"content-length:")
    length = int(after.partition(b"\r\n")[0] or 0)
    return bool(end) and len(body) == length


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serve_connections(Recorder) as url:
        yield url


@pytest.fixture
def recorder() -> type[Recorder]:
    Recorder.requests.clear()
    Recorder.reads.clear()
    return Recorder


@pytest.fixture
def sessions() -> Iterator[list[requests.Session]]:
    """A session of ``requests`` without the variables of the environment, and one of a suite."""
    stock, own = requests.Session(), open_session(SYSTEM_SETTINGS)
    stock.trust_env = False
    with stock, own:
        yield [stock, own]


def send_both(sessions, url, options) -> list[requests.Response]:
    """Send a request twice with both sessions, the second one with the cookies of the first."""
    bodies = list(options["data"]) if hasattr(options.get("data"), "__next__") else None
    return [
        session.request(
            url=url, timeout=10, **(options | ({"data": iter(bodies)} if bodies else {}))
        )
        for session in sessions
        for _ in range(2)
    ]


@pytest.mark.parametrize("case", CASES)
def test_requests_are_the_same(case, recorder, url, sessions):
    send_both(sessions, f"{url}/api/Tax", CASES[case])

    assert len(recorder.requests) == 4
    assert recorder.requests[2:] == recorder.requests[:2]
    assert b"s=1; t=2" in recorder.requests[3]


@pytest.mark.parametrize("path", PATHS)
def test_targets_are_the_same(path, recorder, url, sessions):
    responses = send_both(sessions, url + path, {"method": "GET", "params": {"q": "ü"}})

    assert recorder.requests[2:] == recorder.requests[:2]
    assert len({response.url for response in responses}) == 1


def test_responses_are_the_same(url, sessions):
    stock, _, own, _ = send_both(sessions, url, {"method": "POST", "data": b"{}"})

    assert own.content == stock.content == b"{}"
    assert list(own.headers.items()) == list(stock.headers.items())
    assert own.raw.headers.getlist("Set-Cookie") == ["s=1; Path=/", "t=2; Path=/"]
    assert own.raw.version == stock.raw.version == 11
    assert own.elapsed.total_seconds() > 0


def test_settings_of_a_session_are_merged(recorder, url, sessions):
    for session in sessions:
        session.params = {"page": "2"}
        session.headers["X-Id"] = "7"
        session.auth = ("user", "word")
        session.get(url, params={"q": "1"}, headers={"x-id": "8"}, timeout=10)

    assert recorder.requests[0] == recorder.requests[1]
    assert b"/?page=2&q=1 " in recorder.requests[0]


def test_a_small_body_arrives_with_its_head(recorder, url):
    with open_session(SYSTEM_SETTINGS) as session:
        for _ in range(20):
            session.post(url, data=b"x" * 10_000, timeout=10)

    assert recorder.reads == recorder.requests


def test_a_connection_is_used_again_unless_the_server_has_closed_it():
    closed_after = 2
    connections = []

    class ClosingHandler(StreamRequestHandler):
        """Closes a connection after two responses, without saying so."""

        def handle(self) -> None:
            connections.append(0)
            while connections[-1] < closed_after and self.connection.recv(100_000):
                connections[-1] += 1
                self.connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

    with serve_connections(ClosingHandler) as url, open_session(SYSTEM_SETTINGS) as session:
        statuses = [session.put(url, data=b"{}", timeout=10).status_code for _ in range(6)]

    assert statuses == [204] * 6
    assert connections == [2, 2, 2]


def test_a_response_that_precedes_the_end_of_a_large_body_is_read():
    class EarlyHandler(StreamRequestHandler):
        """Answers when it has read the head, and reads the rest."""

        def handle(self) -> None:
            self.connection.recv(100)
            self.connection.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig")
            while self.connection.recv(100_000):
                pass

    with serve_connections(EarlyHandler) as url, open_session(SYSTEM_SETTINGS) as session:
        response = session.post(url, data=b"x" * 5_000_000, timeout=10)

    assert (response.status_code, response.content) == (413, b"big")


@pytest.mark.parametrize("body", [None, b"{}", b"x" * 100_000])
def test_a_dropped_connection_is_an_error_that_names_its_cause(body):
    class DroppingHandler(StreamRequestHandler):
        """Ends a connection without a response."""

        def handle(self) -> None:
            self.connection.recv(1_000_000)

    with (
        serve_connections(DroppingHandler) as url,
        open_session(SYSTEM_SETTINGS) as session,
        pytest.raises(requests.ConnectionError, match="Connection aborted"),
    ):
        session.post(url, data=body, timeout=10)
