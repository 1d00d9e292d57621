"""Login and log-out of browsers: the user enters the control token once, then a cookie replaces it.

The cookie is derived from the token and does not contain it. Scripts cannot read it, and pages of
other sites cannot make a browser send it. A log-out deletes the cookie of one browser.
"""

import hmac
from html import escape
from importlib.resources import files
from urllib.parse import parse_qs, quote

from starlette.types import Receive, Scope, Send

LOGIN_PATH = "/enter"
LOGOUT_PATH = "/log-out"
# In the scope of a request whose cookie is valid: its page has a button to log out.
LOGGED_IN_KEY = "mockvoice.logged_in"
AFTER_LOGOUT = "logged-out"
FORM_BYTES = 4096
CONTENT_SECURITY_POLICY = (
    b"default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; "
    b"base-uri 'none'"
)


class LoginPage:
    """The login form for the control token, and the cookie that it sets."""

    def __init__(self, token: bytes) -> None:
        self._token = token
        self._cookie = hmac.digest(token, b"mockvoice console", "sha256").hex()

    def has_cookie(self, scope: Scope) -> bool:
        """Return whether the request has the cookie."""
        expected = f"{_cookie_name(scope)}={self._cookie}".encode()
        return any(
            hmac.compare_digest(cookie.strip(), expected)
            for name, value in scope["headers"]
            if name == b"cookie"
            for cookie in value.split(b";")
        )

    def accepts_html(self, scope: Scope) -> bool:
        """Return whether the request is a browser's request for a page."""
        accept = b",".join(value for name, value in scope["headers"] if name == b"accept")
        return b"text/html" in accept and scope["method"] in ("GET", "HEAD")

    def has_path(self, scope: Scope) -> bool:
        """Return whether a request is for the login itself, or for the log-out."""
        if scope["method"] == "POST":
            return scope["path"] in (LOGIN_PATH, LOGOUT_PATH)
        return scope["path"] == LOGIN_PATH and self.accepts_html(scope)

    async def respond(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond to a request for the login or the log-out."""
        if scope["path"] == LOGOUT_PATH:
            await self._log_out(scope, send)
        elif scope["method"] == "POST":
            await self._log_in(scope, receive, send)
        elif self.has_cookie(scope):
            await _redirect(send, "/")
        else:
            done = f"done={AFTER_LOGOUT}".encode() in scope["query_string"].split(b"&")
            await self.send_form(scope, send, "/", message="You are logged out." if done else "")

    async def send_form(
        self, scope: Scope, send: Send, next_path: str | None = None,
        *, error: str = "", message: str = "",
    ) -> None:  # fmt: skip
        """Send the login form, with an error or with what has happened.

        After the login, the browser opens ``next_path``, or else the address that it has asked for.
        """
        page = files(__package__).joinpath("templates/login.html").read_text("utf-8")
        if next_path is None:
            query = scope["query_string"].decode("latin-1")
            next_path = quote(scope["path"], safe="/") + (f"?{query}" if query else "")
        for name, text in {"error": error, "message": message, "next": next_path}.items():
            page = page.replace(f"{{{{ {name} }}}}", escape(text))
        headers = [
            (b"content-type", b"text/html; charset=utf-8"),
            (b"www-authenticate", b"Bearer"),
            (b"cache-control", b"no-store"),
            (b"x-content-type-options", b"nosniff"),
            (b"content-security-policy", CONTENT_SECURITY_POLICY),
        ]  # fmt: skip
        await _send(send, 401, headers, b"" if scope["method"] == "HEAD" else page.encode())

    async def _log_in(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle the form: set the cookie and redirect to the page, or show the form again."""
        fields = parse_qs((await _body(receive)).decode("utf-8", "replace"))
        token = fields.get("token", [""])[0].encode()
        path = fields.get("next", ["/"])[0]
        # Allow only paths of this server: ``//host`` would redirect to another host.
        if not path.startswith("/") or path.startswith(("//", "/\\")):
            path = "/"
        if not hmac.compare_digest(token, self._token):
            await self.send_form(scope, send, path, error="Invalid control token.")
            return
        await _redirect(send, quote(path, safe="/%?=&+:,;@!$'()*~"), _cookie(scope, self._cookie))

    async def _log_out(self, scope: Scope, send: Send) -> None:
        """Delete the cookie of this browser and redirect to the login, which says so."""
        await _redirect(
            send, f"{LOGIN_PATH}?done={AFTER_LOGOUT}", _cookie(scope, "", "; Max-Age=0")
        )


def _cookie(scope: Scope, value: str, end: str = "") -> str:
    secure = "; Secure" if scope.get("scheme") == "https" else ""
    return f"{_cookie_name(scope)}={value}; HttpOnly; SameSite=Strict; Path=/{secure}{end}"


def _cookie_name(scope: Scope) -> str:
    # Browsers ignore ports in cookies, so the name contains the port: servers share a machine.
    return f"mockvoice_{scope['server'][1]}"


async def _body(receive: Receive) -> bytes:
    body, more = b"", True
    while more and len(body) <= FORM_BYTES:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body[:FORM_BYTES]


async def _redirect(send: Send, location: str, cookie: str | None = None) -> None:
    headers = [(b"location", location.encode()), (b"cache-control", b"no-store")]
    if cookie is not None:
        headers.append((b"set-cookie", cookie.encode()))
    await _send(send, 303, headers, b"")


async def _send(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    headers = [*headers, (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
