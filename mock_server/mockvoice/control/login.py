"""Login for browsers: the user enters the control token once, then a cookie replaces it.

The cookie is derived from the token and does not contain it. Scripts cannot read it, and pages of
other sites cannot make a browser send it.
"""

import hmac
from html import escape
from importlib.resources import files
from urllib.parse import parse_qs, quote

from starlette.types import Receive, Scope, Send

LOGIN_PATH = "/enter"
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

    async def send_form(
        self, scope: Scope, send: Send, next_path: str | None = None, *, failed: bool = False
    ) -> None:
        """Send the login form; ``failed`` adds the message that the token is invalid.

        After the login, the browser opens ``next_path``, or else the address that it has asked for.
        """
        template = files(__package__).joinpath("templates/login.html").read_text("utf-8")
        if next_path is None:
            query = scope["query_string"].decode("latin-1")
            next_path = quote(scope["path"], safe="/") + (f"?{query}" if query else "")
        page = template.replace("{{ next }}", escape(next_path))
        page = page.replace("{{ error }}", "Invalid control token." if failed else "")
        headers = [
            (b"content-type", b"text/html; charset=utf-8"),
            (b"www-authenticate", b"Bearer"),
            (b"cache-control", b"no-store"),
            (b"x-content-type-options", b"nosniff"),
            (b"content-security-policy", CONTENT_SECURITY_POLICY),
        ]  # fmt: skip
        await _send(send, 401, headers, b"" if scope["method"] == "HEAD" else page.encode())

    async def log_in(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle the form: set the cookie and redirect to the page, or show the form again."""
        fields = parse_qs((await _body(receive)).decode("utf-8", "replace"))
        token = fields.get("token", [""])[0].encode()
        path = fields.get("next", ["/"])[0]
        # Allow only paths of this server: ``//host`` would redirect to another host.
        if not path.startswith("/") or path.startswith(("//", "/\\")):
            path = "/"
        if not hmac.compare_digest(token, self._token):
            await self.send_form(scope, send, path, failed=True)
            return
        cookie = f"{_cookie_name(scope)}={self._cookie}; HttpOnly; SameSite=Strict; Path=/"
        if scope.get("scheme") == "https":
            cookie += "; Secure"
        headers = [
            (b"location", quote(path, safe="/%?=&+:,;@!$'()*~").encode()),
            (b"set-cookie", cookie.encode()),
            (b"cache-control", b"no-store"),
        ]
        await _send(send, 303, headers, b"")


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


async def _send(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    headers = [*headers, (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
