"""Requests to the proxy with a whole URL, and requests that it cannot serve."""

import logging
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from mockvoice.connections.json_errors import error_body, send_json
from mockvoice.proxy.routes import Routes
from mockvoice.tls.hosts import InvalidHost, normalize_host

MAX_LOGGED = 100  # different reasons
TARGET_KEY = "mockvoice.target"  # the target of a request, as it was sent
# Headers that a client sends to a proxy only, and of which a server must learn nothing.
_HOP_HEADERS = (b"proxy-authorization", b"proxy-connection")

logger = logging.getLogger("mockvoice")


class NoRoute(Exception):
    """The proxy does not serve a request; ``status``, and a message that says what to do."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


class ProxyApplication:
    """Passes requests to the vendor that serves their host."""

    def __init__(self, routes: Routes) -> None:
        self.routes = routes
        self._apps: Mapping[str, ASGIApp] = {}
        self._logged: set[str] = set()

    def mount(self, apps: Mapping[str, ASGIApp]) -> None:
        """Start to serve these vendors, by key."""
        self._apps = apps

    def app_for(self, host: str | None) -> ASGIApp:
        """Return the vendor's application for a host. Raises ``NoRoute``."""
        try:
            name = normalize_host(host or "")
        except InvalidHost as error:
            raise NoRoute(400, "invalid_host", "the request names no valid host") from error
        vendor = self.routes.find(name)
        app = None if vendor is None else self._apps.get(vendor)
        if app is None:
            raise NoRoute(
                502,
                "no_route",
                f"no route for {name}: start the mock with --route {name}=VENDOR, "
                "or list the host in NO_PROXY",
            )
        return app

    def log_rejection(self, message: str) -> None:
        """Log a rejected tunnel, whose client may hide the reason; once, since clients try again."""
        if message not in self._logged and len(self._logged) < MAX_LOGGED:
            self._logged.add(message)
            logger.warning("the proxy rejected a tunnel: %s", message)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request with a whole URL to its vendor, or respond with the reason why not."""
        try:
            app = self._app_of(scope)
        except NoRoute as error:
            await send_json(error.status, error_body(error.code, str(error)), scope, send)
            return
        await app(scope, receive, send)

    def _app_of(self, scope: Scope) -> ASGIApp:
        """Return the application of a request, whose scope becomes that of a request to its host."""
        target: str = scope.get(TARGET_KEY, scope["raw_path"]).decode("latin-1")
        if target.startswith("/"):
            raise NoRoute(
                400,
                "proxy_request_expected",
                "this is a forward proxy: set it as HTTP_PROXY and HTTPS_PROXY ('mockvoice env' prints "
                "the variables) instead of calling it",
            )
        try:
            parts = urlsplit(target)
        except ValueError as error:
            raise NoRoute(400, "invalid_url", "the request's URL is not valid") from error
        # Some clients, such as axios, leave TLS to the proxy instead of opening a tunnel.
        scope["scheme"] = parts.scheme.lower()
        if scope["scheme"] not in ("http", "https"):
            raise NoRoute(400, "invalid_url", "the proxy serves http:// and https:// URLs")
        path = parts.path or "/"
        scope["raw_path"] = path.encode("latin-1")
        scope["path"] = unquote(path)
        scope["headers"] = [pair for pair in scope["headers"] if pair[0] not in _HOP_HEADERS]
        return self.app_for(parts.hostname)
