"""The stream of new requests for open pages of the console (server-sent events).

It is an ASGI application on the event loop, so an open page needs no thread. A stream looks at the
journal a few times a second and sends what is new. The journal itself is the only queue: a page that
reads slowly makes its own stream wait, and later gets the newest rows and the number of the others.
"""

import asyncio
import re
from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

from starlette.types import ASGIApp, Receive, Scope, Send

from mockvoice.control.access import send_error
from mockvoice.control.context import ServerContext
from mockvoice.control.errors import ControlError, TooManyStreams
from mockvoice.control.request_rows import RequestBatch, RequestSelection
from mockvoice.control.template_filters import load_template
from mockvoice.sandboxes.durability import with_loaded
from mockvoice.sandboxes.request_log import Entry
from mockvoice.sandboxes.sandbox import Sandbox
from mockvoice.web.request_context import REJECTION_KEY

MAX_STREAMS = 32
ROWS_AT_ONCE = 50
MAX_RENDERED = 500
LOOKS_PER_SECOND = 4
# After so long without a request, a line without meaning shows whether the page is still there.
QUIET_SECONDS = 15
_PATH = re.compile(r"/(?:requests|sandboxes/(?P<sandbox>[^/]+)/journal)/live")
_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # for nginx, which would wait for more
]


def is_stream(scope: Scope) -> bool:
    """Return whether a request asks for the stream."""
    return (
        scope["type"] == "http"
        and scope["method"] == "GET"
        and REJECTION_KEY not in scope
        and _PATH.fullmatch(scope["path"]) is not None
    )


class LiveRequests:
    """The streams of one server. All of them are on its event loop."""

    def __init__(self, server: ServerContext) -> None:
        self._server = server
        self._open = 0
        # Only for its templates: they are those of the pages.
        self._template = load_template("request_rows.html")
        # Rows as HTML, since open pages often show the same requests.
        self._rendered: dict[tuple[Any, ...], str] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send new requests until the page or the server ends. Raises ``ControlError`` before that."""
        stream = await with_loaded(partial(self._stream, scope))
        if self._open >= MAX_STREAMS:
            raise TooManyStreams(MAX_STREAMS)
        self._open += 1
        gone = asyncio.ensure_future(_disconnected(receive))
        try:
            await self._follow(stream, gone, send)
        finally:
            gone.cancel()
            self._open -= 1

    def _stream(self, scope: Scope) -> "_Position":
        match = _PATH.fullmatch(scope["path"])
        args = dict(parse_qsl(scope["query_string"].decode("latin-1")))
        selection = RequestSelection.parse(self._server, args)
        name = match["sandbox"] if match else None
        after = dict(scope["headers"]).get(b"last-event-id", args.get("after", "").encode())
        position = _Position(self._server, selection, name)
        if name is not None:
            position.begin(self._server.sandbox(name), after)
        return position

    async def _follow(
        self, position: "_Position", gone: "asyncio.Future[None]", send: Send
    ) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        await _send_text(send, ": follows the journal\n\n")
        quiet = 0
        while not gone.done():
            batches, left_out = position.advance()
            quiet += 1
            if batches:
                work = partial(self._event, position, batches, left_out)
                text = await self._server.sandboxes.threads.exports.run(work)
            else:
                text = ": \n\n" if quiet >= QUIET_SECONDS * LOOKS_PER_SECOND else ""
            if text:
                await _send_text(send, text)
                quiet = 0
            await asyncio.wait([gone], timeout=1 / LOOKS_PER_SECOND)

    def _event(self, position: "_Position", batches: list[RequestBatch], left_out: int) -> str:
        """Return an event with the rows of the requests that the page's filters select."""
        with_sandbox = position.name is None
        html = "".join(
            self._row(batch, entry, with_sandbox)
            for batch in batches
            for entry in batch.selected(position.selection)
        )
        if left_out:
            html += self._template.render(rows=[], left_out=left_out)
        if not html:
            return ""
        lines = "".join(f"data: {line}\n" for line in html.splitlines() if line.strip())
        return f"{position.event_id()}event: rows\n{lines}\n"

    def _row(self, batch: RequestBatch, entry: Entry, with_sandbox: bool) -> str:
        """Return the row of a request as HTML."""
        key = (with_sandbox, batch.sandbox, entry.id, entry.at)
        html = self._rendered.get(key)
        if html is None:
            if len(self._rendered) >= MAX_RENDERED:
                self._rendered.clear()
            html = self._template.render(rows=[batch.row(entry)], with_sandbox=with_sandbox)
            self._rendered[key] = html
        return html


class _Position:
    """How far a stream has followed the journals, of one sandbox or of all."""

    def __init__(
        self, server: ServerContext, selection: RequestSelection, name: str | None
    ) -> None:
        self._server = server
        self.selection = selection
        self.name = name
        self._seen: Mapping[str, int] = {
            each.name: each.request_log.last_id for each in self._all()
        }

    def begin(self, sandbox: Sandbox, after: bytes) -> None:
        """Continue after the last request that the page has."""
        last = sandbox.request_log.last_id
        number = int(after[:18]) if after.isdigit() else last
        # A server that was restarted counts from 1 again.
        self._seen = {sandbox.name: number if number <= last else 0}

    def advance(self) -> tuple[list[RequestBatch], int]:
        """Return the new requests, and how many others there are that are left out."""
        batches, left_out, seen = [], 0, {}
        for sandbox in self._all():
            log = sandbox.request_log
            before = self._seen.get(sandbox.name, 0)
            before = before if before <= log.last_id else 0  # a new sandbox with the same name
            seen[sandbox.name] = log.last_id
            if log.last_id > before:
                entries = log.newer(before, ROWS_AT_ONCE)
                left_out += log.last_id - before - len(entries)
                batches.append(RequestBatch.of(self._server, sandbox, entries))
        self._seen = seen
        return batches, left_out

    def event_id(self) -> str:
        """Return the line with which a browser continues after a break; empty for all sandboxes."""
        return f"id: {self._seen.get(self.name, 0)}\n" if self.name is not None else ""

    def _all(self) -> list[Sandbox]:
        if self.name is None:
            return list(self._server.sandboxes)
        sandbox = self._server.sandboxes.get(self.name)
        return [] if sandbox is None else [sandbox]


async def _disconnected(receive: Receive) -> None:
    """Return once the page has closed the connection."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send_text(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


def with_streams(app: ASGIApp, server: ServerContext) -> ASGIApp:
    """Return the application with the streams of requests, behind the same access check."""
    streams = LiveRequests(server)

    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        if not is_stream(scope):
            await app(scope, receive, send)
            return
        try:
            await streams(scope, receive, send)
        except ControlError as error:  # before the stream has begun
            await send_error(error, scope, send)

    return call
