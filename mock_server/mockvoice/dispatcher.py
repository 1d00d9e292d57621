"""Dispatch of requests to applications, by port or by the first segment of the path."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from starlette.types import ASGIApp, Receive, Scope, Send

from mockvoice.connections.json_errors import error_body, send_json
from mockvoice.kernel.clock import REAL_TIME, Clock
from mockvoice.web.date_header import with_date
from mockvoice.web.request_context import REJECTION_KEY

NOT_FOUND_BODY = error_body(
    "not_found",
    "Not found: the server was started with --no-control, so it serves only the vendors' APIs",
)
STOPPING_BODY = error_body("server_stopping", "The mock server is stopping")


class Dispatcher:
    """Routes requests by port or path prefix to the vendors' applications, else to ``fallback``.

    Returns the application's coroutine itself, which avoids a stack frame per request.
    Before ``mount`` is called, every response is 404.
    """

    def __init__(self) -> None:
        self._by_port: dict[int, ASGIApp] = {}
        self._by_prefix: dict[str, ASGIApp] = {}
        self._fallback: ASGIApp = not_found

    def mount(
        self, by_port: Mapping[int, ASGIApp], by_prefix: Mapping[str, ASGIApp], fallback: ASGIApp
    ) -> None:
        """Start dispatching to these applications."""
        self._by_port = dict(by_port)
        self._by_prefix = dict(by_prefix)
        self._fallback = fallback

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Return the coroutine of the application that serves the request."""
        app = self._by_port.get(scope["server"][1])
        if app is not None:
            return app(scope, receive, send)
        key = scope["path"][1:].partition("/")[0]
        app = self._by_prefix.get(key)
        if app is None:
            return self._fallback(scope, receive, with_date(send, _real_time))
        scope["root_path"] = f"/{key}"
        return app(scope, receive, send)


def _real_time() -> Clock:
    return REAL_TIME


class LazyApp:
    """An application that is created at its first request.

    This is slow, so it happens in a thread, while the vendors still respond.
    """

    def __init__(self, create: Callable[[], ASGIApp], on_created: Callable[[], None]) -> None:
        self._create = create
        self._on_created = on_created
        self._app: ASGIApp | None = None
        self._lock = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Create the application if necessary, and pass the request to it."""
        try:
            app = self._app or await self._created()
            await app(scope, receive, send)
        except asyncio.CancelledError:  # the server ends
            await send_json(503, STOPPING_BODY, scope, send)

    async def _created(self) -> ASGIApp:
        async with self._lock:
            if self._app is None:
                self._app = await asyncio.to_thread(self._create)
                self._on_created()
        return self._app


async def not_found(scope: Scope, receive: Receive, send: Send) -> None:
    """Respond with 404 to every request; used if the control application is disabled.

    A rejected request gets its status without a body, since no vendor's format applies.
    """
    rejection = scope.get(REJECTION_KEY)
    status, body = (404, NOT_FOUND_BODY) if rejection is None else (rejection.status, b"")
    await send_json(status, body, scope, send)
