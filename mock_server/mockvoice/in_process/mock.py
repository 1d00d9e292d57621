"""A mock whose requests are function calls in the thread of their client."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import unquote_to_bytes

from mockvoice.addresses import Addresses, VendorAddress
from mockvoice.assembly import Assembly
from mockvoice.connections.heads import MAX_HEAD, MAX_PATH
from mockvoice.dispatcher import Dispatcher
from mockvoice.http_messages import ConnectionDropped, HttpRequest, HttpResponse
from mockvoice.in_process.calls import Calls
from mockvoice.web.errors import HeadersTooLarge, UrlTooLong
from mockvoice.web.fault_effects import DROP_KEY
from mockvoice.web.request_context import REJECTION_KEY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from concurrent.futures import Future

    from starlette.types import ASGIApp, Message, Scope

    from mockvoice.settings import Settings
    from mockvoice.web.vendor import Vendor

# A domain that no resolver has (RFC 6761): its hosts exist only in the process.
DOMAIN = "test"
_ASGI = {"version": "3.0", "spec_version": "2.3"}
_CLIENT, _SERVER = ("127.0.0.1", 0), ("localhost", 80)
_numbers = itertools.count(1)  # of the mocks of this process


class InProcessMock:
    """A mock without listeners, to be used in a ``with`` block.

    Requests may be sent from any thread, and from code on another event loop. One lock serializes
    them; what takes long waits without the lock. Raises as ``Assembly`` does.
    """

    def __init__(self, settings: Settings, vendors: Mapping[str, Vendor] | None = None) -> None:
        # Each mock has hosts of its own, so that requests to two of them are not mixed up.
        number = next(_numbers)
        host = f"mockvoice.{DOMAIN}" if number == 1 else f"mockvoice-{number}.{DOMAIN}"
        self._assembly = Assembly(replace(settings, allowed_hosts=(host,)), vendors)
        self.vendors = self._assembly.vendors
        self.addresses = _addresses(host, self.vendors)
        self._apps: dict[str | None, ASGIApp] = {}
        self._calls: Calls | None = None

    def __enter__(self) -> Self:
        self._calls = Calls()
        try:
            self._calls.run(self._assemble())
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        calls, self._calls = self._calls, None
        if calls is not None:
            calls.run(self._close())
            calls.close()

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

        Returns a future of it if the request has to wait. Raises ``ConnectionDropped``, as the future does.
        """
        if self._calls is None:
            raise ConnectionDropped
        return self._calls.start(_respond(self._apps[vendor], request))


async def _respond(app: ASGIApp, request: HttpRequest) -> HttpResponse:
    response: HttpResponse | None = None
    is_read = False
    dropped: list[bool] = []

    async def receive() -> Message:
        nonlocal is_read
        if dropped:
            return {"type": "http.disconnect"}
        if is_read:
            # The client stays until the response is complete.
            await asyncio.get_running_loop().create_future()
        is_read = True
        return {"type": "http.request", "body": request.body}

    async def send(message: Message) -> None:
        nonlocal response
        if message["type"] == "http.response.start":
            response = HttpResponse(message["status"], message.get("headers", []))
        elif response is not None:
            response.body += message.get("body", b"")

    await app(_scope(request, dropped), receive, send)
    if response is None or dropped:
        raise ConnectionDropped
    return response


def _scope(request: HttpRequest, dropped: list[bool]) -> Scope:
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
        "state": {DROP_KEY: lambda: dropped.append(True)},
    }
    size = len(request.target) + sum([len(name) + len(value) for name, value in headers])
    if size > MAX_HEAD:
        error = UrlTooLong if len(request.target) > MAX_HEAD else HeadersTooLarge
        scope |= {"path": scope["path"][:MAX_PATH], REJECTION_KEY: error(MAX_HEAD)}
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
