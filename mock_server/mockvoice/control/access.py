"""Access control of the control API and the console.

The header ``Host`` is checked because of DNS rebinding, see ``web.hosts``. With a control token any
name is allowed: a website has neither the token nor the cookie, which belongs to a host name.

Any page can make a browser send requests here, also a page of another server on this machine, which
cannot read the responses. So requests that change something must come from this server's own pages;
clients other than browsers do not say where a request comes from.
"""

import hmac

import orjson
from starlette.types import ASGIApp, Receive, Scope, Send

from mockvoice.control.errors import (
    ControlError,
    ForeignHost,
    ForeignOrigin,
    TokenInvalid,
    TokenMissing,
)
from mockvoice.control.login import LOGGED_IN_KEY, LoginPage
from mockvoice.control.render import error_response
from mockvoice.web.hosts import HostNames, header_values, host_of
from mockvoice.web.request_context import REJECTION_KEY

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
HEALTH_PATH = "/_mock/health"
_FOREIGN_SITES = {"cross-site", "same-site"}  # the same site may have another port


class AccessMiddleware:
    """Rejects requests for other hosts, from pages of other sites, or without the control token."""

    def __init__(self, app: ASGIApp, *, names: HostNames, token: str | None) -> None:
        self._app = app
        self._names = names
        self._token = None if token is None else token.encode()
        self._login = None if self._token is None else LoginPage(self._token)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check the request, then pass it on, send the login form, or respond with the error."""
        login = self._login
        if REJECTION_KEY in scope:  # the request gets the response to its error, and nothing else
            await self._app(scope, receive, send)
            return
        try:
            self._check(scope)
            if login is not None and login.has_path(scope):
                await login.respond(scope, receive, send)
                return
            if login is not None and not (self._has_token(scope) or _is_health_check(scope)):
                if not login.has_cookie(scope):
                    if login.accepts_html(scope):
                        await login.send_form(scope, send)
                        return
                    raise TokenInvalid if header_values(scope, b"authorization") else TokenMissing
                _check_same_origin(scope)
                scope[LOGGED_IN_KEY] = True
        except ControlError as error:
            await send_error(error, scope, send)
        else:
            await self._app(scope, receive, send)

    def _check(self, scope: Scope) -> None:
        own_hosts = {host_of(f"//{host}"): host for host in header_values(scope, b"host")}
        if None in own_hosts:
            raise ForeignHost(own_hosts[None])
        if self._token is None and (host := self._names.rejected_host(scope)) is not None:
            raise ForeignHost(host)
        for origin in header_values(scope, b"origin"):
            if (name := host_of(origin)) not in own_hosts and not self._names.allows(name, scope):
                raise ForeignOrigin(origin)
        if scope["method"] not in SAFE_METHODS:
            _check_same_origin(scope)

    def _has_token(self, scope: Scope) -> bool:
        for value in header_values(scope, b"authorization"):
            scheme, _, token = value.partition(" ")
            candidate = token.strip().encode("latin-1")
            if scheme.lower() == "bearer" and hmac.compare_digest(candidate, self._token or b""):
                return True
        return False


def _is_health_check(scope: Scope) -> bool:
    """Return whether a request only asks if the server runs, which programs without the token may know."""
    return scope["path"] == HEALTH_PATH and scope["method"] in ("GET", "HEAD")


def _check_same_origin(scope: Scope) -> None:
    """Raise ``ForeignOrigin`` if the request comes from a page that is not one of this server.

    Scheme, host and port must be the same; browsers also send the cookie with requests from pages of
    other ports. Behind a proxy with TLS the scheme differs, but the browser says that it is the same.
    """
    origins = header_values(scope, b"origin")
    sites = header_values(scope, b"sec-fetch-site")
    if not _FOREIGN_SITES.isdisjoint(sites):
        raise ForeignOrigin(*origins[:1] or ["another site"])
    schemes = ["http", "https"] if "same-origin" in sites else [scope["scheme"]]
    own = {
        f"{scheme}://{host.lower()}" for scheme in schemes for host in header_values(scope, b"host")
    }
    for origin in origins:
        if origin.lower() not in own:
            raise ForeignOrigin(origin)


async def send_error(error: ControlError, scope: Scope, send: Send) -> None:
    """Send the response to an error outside of the control API's own operations."""
    response = error_response(error)
    body = orjson.dumps(response.body)
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", b"%d" % len(body)),
        *((name.lower().encode(), value.encode()) for name, value in response.headers.items()),
    ]
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
