"""How a person gets past the guard: the control token is asked for once, and a cookie stands for it.

The cookie is made of the token and is not the token; scripts cannot read it, and no other site's
page can have it sent.
"""

import hmac
from html import escape
from importlib.resources import files
from urllib.parse import parse_qs, quote

from starlette.types import Receive, Scope, Send

ENTRY = "/enter"
FORM_BYTES = 4096
POLICY = (
    b"default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; "
    b"base-uri 'none'"
)


class LoginPage:
    """The page that asks for the token, and the cookie that it gives."""

    def __init__(self, token: bytes) -> None:
        self._token = token
        self._sign = hmac.digest(token, b"mockvoice console", "sha256").hex()

    def has_cookie(self, scope: Scope) -> bool:
        """Whether the request carries the cookie."""
        wanted = f"{_cookie_name(scope)}={self._sign}".encode()
        return any(
            hmac.compare_digest(each.strip(), wanted)
            for name, value in scope["headers"]
            if name == b"cookie"
            for each in value.split(b";")
        )

    def asks_for_page(self, scope: Scope) -> bool:
        """Whether a browser wants to show what it asks for."""
        accept = b",".join(value for name, value in scope["headers"] if name == b"accept")
        return b"text/html" in accept and scope["method"] in ("GET", "HEAD")

    async def ask(self, scope: Scope, send: Send, wrong: bool = False) -> None:
        """The page that asks; ``wrong`` says that what was given is not the token."""
        template = files(__package__).joinpath("templates/enter.html").read_text("utf-8")
        to = scope["path"] if not wrong else "/"
        page = template.replace("{{ next }}", escape(quote(to, safe="/")))
        page = page.replace("{{ wrong }}", "That is not the token." if wrong else "")
        headers = [
            (b"content-type", b"text/html; charset=utf-8"),
            (b"www-authenticate", b"Bearer"),
            (b"cache-control", b"no-store"),
            (b"x-content-type-options", b"nosniff"),
            (b"content-security-policy", POLICY),
        ]  # fmt: skip
        await _send(send, 401, headers, b"" if scope["method"] == "HEAD" else page.encode())

    async def enter(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take the form: on to the page that was wanted, with the cookie, or ask again."""
        fields = parse_qs((await _body(receive)).decode("utf-8", "replace"))
        given = fields.get("token", [""])[0].encode()
        if not hmac.compare_digest(given, self._token):
            await self.ask(scope, send, wrong=True)
            return
        to = fields.get("next", ["/"])[0]
        # Only a path of this server: two slashes would begin the name of another.
        place = to if to.startswith("/") and not to.startswith(("//", "/\\")) else "/"
        cookie = f"{_cookie_name(scope)}={self._sign}; HttpOnly; SameSite=Strict; Path=/"
        headers = [
            (b"location", quote(place, safe="/%").encode()),
            (b"set-cookie", cookie.encode()),
            (b"cache-control", b"no-store"),
        ]
        await _send(send, 303, headers, b"")


def _cookie_name(scope: Scope) -> str:
    # Cookies do not know ports, and two servers may run on one machine.
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
