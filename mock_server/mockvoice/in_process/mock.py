"""A mock that its clients call directly, without sockets."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import unquote_to_bytes

from mockvoice.addresses import Addresses, VendorAddress
from mockvoice.assembly import Assembly
from mockvoice.connections.heads import MAX_HEAD, partial_scope
from mockvoice.dispatcher import Dispatcher
from mockvoice.http_messages import ConnectionDropped, HttpRequest, HttpResponse
from mockvoice.in_process.coroutine_runner import CoroutineRunner, RunnerClosed
from mockvoice.web.errors import HeadersTooLarge, UrlTooLong
from mockvoice.web.fault_effects import DROP_KEY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from concurrent.futures import Future

    from starlette.types import ASGIApp, Message, Scope

    from mockvoice.settings import Settings
    from mockvoice.web.vendor import Vendor

# A domain that no resolver has (RFC 6761): its hosts exist only in the process.
DOMAIN = "test"
_ASGI = {"version": "3.0", "spec_version": "2.3"}
_CLIENT, _SERVER = ("127.0.0.1", 0), ("localhost", 80)
_used_numbers: set[int] = set()  # of the mocks that this process has


class InProcessMock:
    """A mock without listeners, to be used in a ``with`` block.

    Requests may be sent from any thread, and from code on another event loop. One lock serializes
    them; a request that waits releases it. Raises as ``Assembly`` does.
    """

    def __init__(self, settings: Settings, vendors: Mapping[str, Vendor] | None = None) -> None:
        # Each mock has hosts of its own, so that requests to two of them are not mixed up.
        self._number = _lowest_free_number()
        host = "mockvoice" if self._number == 1 else f"mockvoice-{self._number}"
        host = f"{host}.{DOMAIN}"
        self._assembly = Assembly(replace(settings, allowed_hosts=(host,)), vendors)
        self.vendors = self._assembly.vendors
        self.addresses = _addresses(host, self.vendors)
        self._apps: dict[str | None, ASGIApp] = {}
        self._runner: CoroutineRunner | None = None

    def __enter__(self) -> Self:
        _used_numbers.add(self._number)
        self._runner = CoroutineRunner()
        try:
            self._runner.run(self._assemble())
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        runner, self._runner = self._runner, None
        if runner is not None:
            try:
                runner.run(self._close())
            finally:
                runner.close()
                _used_numbers.discard(self._number)

    async def _assemble(self) -> None:
        vendors = self._assembly.start()
        main = Dispatcher()
        main.mount({}, vendors, self._assembly.control(self.addresses, lambda: None))
        self._apps.update(vendors)
        self._apps[None] = main

    async def _close(self) -> None:
        self._assembly.sandboxes.close()

    def start(
        self, vendor: str | None, request: HttpRequest
    ) -> HttpResponse | Future[HttpResponse]:
        """Return the response of a vendor, or with ``None`` that of the main port.

        Returns a future of it if the request has to wait. Raises ``ConnectionDropped``, as the future
        does; the future is cancelled if the mock ends.
        """
        try:
            if self._runner is None:
                raise RunnerClosed
            return self._runner.start(_respond(self._apps[vendor], request))
        except RunnerClosed:
            raise ConnectionDropped("the mock in the process has ended") from None


def _lowest_free_number() -> int:
    return next(number for number in itertools.count(1) if number not in _used_numbers)


class _Exchange:
    """The ASGI callables of one request."""

    def __init__(self, body: bytes) -> None:
        self._body: bytes | None = body
        self._response: HttpResponse | None = None
        self._parts: list[bytes] = []
        self._end: asyncio.Future[None] | None = (
            None  # of the response, if the application waits for it
        )
        self._has_ended = False
        self._is_dropped = False

    def drop(self) -> None:
        """End the connection without a response."""
        self._is_dropped = True

    async def receive(self) -> Message:
        """Return the body, and then the end of the connection, once the response is complete."""
        if self._body is not None and not self._is_dropped:
            body, self._body = self._body, None
            return {"type": "http.request", "body": body}
        if not self._has_ended and not self._is_dropped:
            self._end = asyncio.get_running_loop().create_future()
            await self._end
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """Keep a part of the response."""
        if message["type"] == "http.response.start":
            self._response = HttpResponse(message["status"], message.get("headers", []))
            return
        self._parts.append(message.get("body", b""))
        if not message.get("more_body"):
            self._has_ended = True
            if self._end is not None and not self._end.done():
                self._end.set_result(None)

    def response(self) -> HttpResponse:
        """Return the response. Raises ``ConnectionDropped``."""
        if self._response is None or self._is_dropped:
            raise ConnectionDropped
        self._response.body = b"".join(self._parts)
        return self._response


async def _respond(app: ASGIApp, request: HttpRequest) -> HttpResponse:
    exchange = _Exchange(request.body)
    await app(_scope(request, exchange.drop), exchange.receive, exchange.send)
    return exchange.response()


def _scope(request: HttpRequest, drop: Callable[[], None]) -> Scope:
    path, _, query = request.target.partition(b"?")
    headers = [(name.lower(), value) for name, value in request.headers]
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": _ASGI,
        "http_version": "1.1",
        "server": _SERVER,
        "client": _CLIENT,
        "scheme": request.scheme,
        "method": request.method,
        "root_path": "",
        "path": (unquote_to_bytes(path) if b"%" in path else path).decode("utf-8", "replace"),
        "raw_path": path,
        "query_string": query,
        "headers": headers,
        "state": {DROP_KEY: drop},
    }
    size = len(request.target) + sum([len(name) + len(value) for name, value in headers])
    if size > MAX_HEAD:
        error = UrlTooLong if len(request.target) > MAX_HEAD else HeadersTooLarge
        return partial_scope(
            f"{request.method} ".encode() + request.target,
            error(MAX_HEAD),
            {"server": _SERVER, "client": _CLIENT, "scheme": request.scheme},
        )
    return scope


def _addresses(host: str, vendors: Iterable[str]) -> Addresses:
    main = f"http://{host}"
    return Addresses(
        main,
        {
            key: VendorAddress(
                prefix_url=f"{main}/{key}",
                # Underscores are not allowed in host names.
                root_url=f"http://{key.replace('_', '-')}.{host}",
                spec_url=f"{main}/_mock/vendors/{key}/openapi.json",
                docs_url=f"{main}/_mock/vendors/{key}/docs",
            )
            for key in vendors
        },
    )
