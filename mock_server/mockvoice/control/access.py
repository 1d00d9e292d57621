"""Who may use the control API and the pages at all.

A page on the internet can have its own name resolve to 127.0.0.1 and so reach a server that only
listens there. Its requests name that page's host, which is how they are told apart.
"""

import hmac
from collections.abc import Iterable
from ipaddress import ip_address
from urllib.parse import urlsplit

import orjson
from starlette.types import ASGIApp, Receive, Scope, Send

from mockvoice.control.errors import ControlError, ForeignHost, ForeignOrigin, TokenMissing
from mockvoice.control.login import ENTRY, LoginPage
from mockvoice.control.render import refuse
from mockvoice.settings import is_loopback


class AccessMiddleware:
    """Refuses requests for other hosts, from other sites' pages, or without the control token."""

    def __init__(self, app: ASGIApp, *, host: str, token: str | None) -> None:
        self._app = app
        self._host = host
        self._token = None if token is None else token.encode()
        self._entry = None if self._token is None else LoginPage(self._token)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        entry = self._entry
        try:
            self._check(scope)
            if entry is not None and not self._has_token(scope):
                if scope["path"] == ENTRY and scope["method"] == "POST":
                    await entry.enter(scope, receive, send)
                    return
                if not entry.has_cookie(scope):
                    if entry.asks_for_page(scope):
                        await entry.ask(scope, send)
                        return
                    raise TokenMissing
                _check_own_page(scope)
        except ControlError as error:
            await _answer(error, scope, send)
        else:
            await self._app(scope, receive, send)

    def _check(self, scope: Scope) -> None:
        # Where the server listens on every address, the one that the request came in by counts.
        own = {_bare(self._host), _bare(scope["server"][0])}
        for host in _headers(scope, b"host"):
            if not _belongs(_host_of(f"//{host}"), own):
                raise ForeignHost(host)
        for origin in _headers(scope, b"origin"):
            if not _belongs(_host_of(origin), own):
                raise ForeignOrigin(origin)

    def _has_token(self, scope: Scope) -> bool:
        for value in _headers(scope, b"authorization"):
            scheme, _, token = value.partition(" ")
            sent = token.strip().encode("latin-1")
            if scheme.lower() == "bearer" and hmac.compare_digest(sent, self._token or b""):
                return True
        return False


def _check_own_page(scope: Scope) -> None:
    """A cookie comes by itself, also from pages of other servers on this machine."""
    for origin in _headers(scope, b"origin"):
        if urlsplit(origin).netloc not in _headers(scope, b"host"):
            raise ForeignOrigin(origin)


def _headers(scope: Scope, name: bytes) -> Iterable[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key == name]


def _host_of(url: str) -> str | None:
    """The host that a URL names; ``None`` if it is none, such as the origin ``null``."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    # A port that is no number makes the whole name doubtful.
    return parts.hostname if port is None or port else None


def _belongs(host: str | None, own: set[str]) -> bool:
    return host is not None and (is_loopback(host) or _bare(host) in own)


def _bare(host: str) -> str:
    """A host's name or address, written in one way."""
    name = host.strip("[]").rstrip(".").lower()
    try:
        return ip_address(name).compressed
    except ValueError:
        return name


async def _answer(error: ControlError, scope: Scope, send: Send) -> None:
    answer = refuse(error)
    body = orjson.dumps(answer.body)
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", b"%d" % len(body)),
        *((name.lower().encode(), value.encode()) for name, value in answer.headers.items()),
    ]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
