"""An HTTP/1.1 connection without a socket: bytes of a request in, bytes of a response out."""

from __future__ import annotations

import re
from http import HTTPStatus

import h11

from mockvoice.http_messages import HttpRequest, HttpResponse

_WHOLE_URL = re.compile(rb"https?://[^/?]*(?=(?P<slash>/)?)")
# The response to bytes that are not a request.
BAD_REQUEST = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class MemoryConnection:
    """The server's end of a connection. With ``keeps_alive`` it takes further requests after a response."""

    def __init__(self, scheme: str, *, keeps_alive: bool) -> None:
        self._scheme = scheme
        self._keeps_alive = keeps_alive
        self._connection = h11.Connection(h11.SERVER)
        self._head: h11.Request | None = None
        self._body: list[bytes] = []

    def receive(self, data: bytes) -> tuple[HttpRequest | None, bytes]:
        """Process a part of a request; return the request if it is complete, and what to send now."""
        try:
            return self._events(data)
        except h11.RemoteProtocolError:
            return None, BAD_REQUEST

    def _events(self, data: bytes) -> tuple[HttpRequest | None, bytes]:
        self._connection.receive_data(data)
        reply = b""
        while True:
            event = self._connection.next_event()
            if isinstance(event, h11.Request):
                self._head = event
                if self._connection.they_are_waiting_for_100_continue:
                    going_on = h11.InformationalResponse(status_code=100, headers=[])
                    reply = self._connection.send(going_on) or b""
            elif isinstance(event, h11.Data):
                self._body.append(bytes(event.data))
            elif isinstance(event, h11.EndOfMessage):
                return self._request(), reply
            else:
                return None, reply

    def _request(self) -> HttpRequest | None:
        head, self._head = self._head, None
        body, self._body = b"".join(self._body), []
        if head is None:
            return None
        return HttpRequest(
            head.method.decode("ascii"),
            origin_form(head.target),
            list(head.headers),
            body,
            self._scheme,
        )

    def respond(self, response: HttpResponse) -> tuple[bytes, bool]:
        """Return the bytes of a response, and whether the connection stays open."""
        headers = list(response.headers)
        if not self._keeps_alive:
            headers.append((b"connection", b"close"))
        connection = self._connection
        head = h11.Response(
            status_code=response.status,
            headers=headers,
            reason=_reason(response.status),
        )
        parts = [connection.send(head), connection.send(h11.Data(data=response.body)),
                 connection.send(h11.EndOfMessage())]  # fmt: skip
        stays_open = connection.our_state is h11.DONE and connection.their_state is h11.DONE
        if stays_open:
            connection.start_next_cycle()
        return b"".join(part for part in parts if part), stays_open


def origin_form(target: bytes) -> bytes:
    """Return the path and the query of a request's target, which is a whole URL for a proxy."""
    url = _WHOLE_URL.match(target)
    if url is None:
        return target
    return target[url.end() :] if url["slash"] else b"/" + target[url.end() :]


def _reason(status: int) -> bytes:
    try:
        return HTTPStatus(status).phrase.encode()
    except ValueError:
        return b""
