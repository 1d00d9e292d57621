"""The first thing a request meets: whose it is, by its port or by the first segment of its path."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from starlette.types import ASGIApp, Receive, Scope, Send

NOTHING_HERE = b'{"error":{"code":"not_found","message":"Nothing is served here"}}'


class Dispatcher:
    """Hands requests on: a vendor's port or prefix to the vendor, everything else to ``rest``.

    It gives the chosen application's own coroutine, so that the hot path is one look-up longer
    and not one frame deeper. Until it is opened, nothing is there.
    """

    def __init__(self) -> None:
        self._by_port: dict[int, ASGIApp] = {}
        self._by_prefix: dict[str, ASGIApp] = {}
        self._rest: ASGIApp = not_found

    def open(
        self, by_port: Mapping[int, ASGIApp], by_prefix: Mapping[str, ASGIApp], rest: ASGIApp
    ) -> None:
        """From now on, hand requests on to these."""
        self._by_port = dict(by_port)
        self._by_prefix = dict(by_prefix)
        self._rest = rest

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        app = self._by_port.get(scope["server"][1])
        if app is not None:
            return app(scope, receive, send)
        key = scope["path"][1:].partition("/")[0]
        app = self._by_prefix.get(key)
        if app is None:
            return self._rest(scope, receive, send)
        scope["root_path"] = f"/{key}"
        return app(scope, receive, send)


class LazyApp:
    """An application that is made when it is first asked for something.

    Making it takes a while, so that it happens off the loop, and vendors go on answering.
    """

    def __init__(self, make: Callable[[], ASGIApp], made: Callable[[], None]) -> None:
        self._make = make
        self._made = made  # told once the application is there
        self._app: ASGIApp | None = None
        self._making = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._app is None:
            async with self._making:
                if self._app is None:
                    self._app = await asyncio.to_thread(self._make)
                    self._made()
        await self._app(scope, receive, send)


async def not_found(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer 404 to everything: what stands in for a control application that was not wanted."""
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", b"%d" % len(NOTHING_HERE)),
    ]
    await send({"type": "http.response.start", "status": 404, "headers": headers})
    body = b"" if scope["method"] == "HEAD" else NOTHING_HERE
    await send({"type": "http.response.body", "body": body})
