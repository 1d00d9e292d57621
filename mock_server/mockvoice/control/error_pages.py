"""Errors as pages: what a browser gets in place of an error response in JSON."""

from collections.abc import Iterable

import jinja2
import orjson
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mockvoice.control.login import LOGGED_IN_KEY
from mockvoice.control.template_filters import load_template

_HTML = (b"content-type", b"text/html; charset=utf-8")
_POLICY = b"""default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"""


def wants_page(scope: Scope) -> bool:
    """Return whether a browser asks for a page of the console."""
    if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
        return False
    accept = b",".join(value for name, value in scope["headers"] if name == b"accept")
    return b"text/html" in accept and not scope["path"].startswith("/_mock/")


class _ErrorPage:
    """Passes a response on; an error in JSON is kept until it is complete, and replaced by a page."""

    def __init__(self, scope: Scope, send: Send, template: jinja2.Template) -> None:
        self._logged_in = LOGGED_IN_KEY in scope
        self._send = send
        self._template = template
        self._start: Message | None = None  # of an error in JSON
        self._body = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_json_error(message):
            self._start = message
        elif self._start is None:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._send_page(self._start)

    async def _send_page(self, start: Message) -> None:
        page = self._template.render(
            message=_message(self._body), status=start["status"], logged_in=self._logged_in
        ).encode()
        dropped = (b"content-type", b"content-length", b"content-security-policy")
        headers = [pair for pair in start["headers"] if pair[0].lower() not in dropped]
        headers += [
            _HTML,
            (b"content-security-policy", _POLICY),
            (b"content-length", b"%d" % len(page)),
        ]
        await self._send({**start, "headers": headers})
        await self._send({"type": "http.response.body", "body": page})


def _is_json_error(message: Message) -> bool:
    headers: Iterable[tuple[bytes, bytes]] = message["headers"]
    types = [value for name, value in headers if name.lower() == b"content-type"]
    return message["status"] >= 400 and any(b"json" in value for value in types)


def _message(body: bytes) -> str:
    try:
        return str(orjson.loads(body)["error"]["message"])
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return body.decode("utf-8", "replace")


def with_error_pages(app: ASGIApp) -> ASGIApp:
    """Return the application with pages in place of errors in JSON, for browsers."""
    template = load_template("error.html")

    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        if not wants_page(scope):
            await app(scope, receive, send)
            return
        await app(scope, receive, _ErrorPage(scope, send, template).send)

    return call
