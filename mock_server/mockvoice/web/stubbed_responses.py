"""Stubbed responses: what a fault with the effect ``answer`` sends in place of the real response."""

import re
from collections.abc import Mapping
from typing import Any

import orjson
from starlette.types import Send

from mockvoice.web.date_header import date_header
from mockvoice.web.request_context import RequestContext

MIN_STATUS, MAX_STATUS = 200, 599
MAX_BODY_BYTES = 1024 * 1024
_WITHOUT_BODY = (204, 304)
_MEMBERS = frozenset(("status", "headers", "body"))
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
# The server sets these from the body and the connection.
_OWN_HEADERS = frozenset(
    (
        "connection",
        "content-length",
        "date",
        "keep-alive",
        "transfer-encoding",
        "upgrade",
        "trailer",
    )
)


class InvalidAnswer(Exception):
    """A stubbed response cannot be sent; the message says what is wrong."""


def check_answer(answer: Any) -> dict[str, Any]:
    """Return a stubbed response as an effect. Raises ``InvalidAnswer``."""
    if not isinstance(answer, dict):
        raise InvalidAnswer("the response must be an object with status, headers and body")
    if unknown := sorted(answer.keys() - {*_MEMBERS, "kind"}):
        raise InvalidAnswer(f"unknown member {unknown[0]!r}; expected status, headers and body")
    status, headers = answer.get("status", 200), answer.get("headers", {})
    if isinstance(status, bool) or not isinstance(status, int):
        raise InvalidAnswer("status must be a number")
    if not MIN_STATUS <= status <= MAX_STATUS:
        raise InvalidAnswer(f"status must be from {MIN_STATUS} to {MAX_STATUS}, not {status}")
    if not isinstance(headers, Mapping):
        raise InvalidAnswer("headers must be an object with the text of each header")
    for name, value in headers.items():
        _check_header(name, value)
    if "body" in answer and status in _WITHOUT_BODY:
        raise InvalidAnswer(f"a response with the status {status} has no body")
    if "body" in answer and len(orjson.dumps(answer["body"])) > MAX_BODY_BYTES:
        raise InvalidAnswer(f"body must have at most {MAX_BODY_BYTES} bytes")
    return {**answer, "kind": "answer", "status": status}


def _check_header(name: str, value: Any) -> None:
    if not _HEADER_NAME.fullmatch(name):
        raise InvalidAnswer(f"{name[:100]!r} is not a header name")
    if name.lower() in _OWN_HEADERS:
        raise InvalidAnswer(f"the server sets the header {name} itself")
    if not isinstance(value, str) or not _HEADER_VALUE.fullmatch(value):
        raise InvalidAnswer(f"the header {name} must be a text of one line")


async def send_answer(
    context: RequestContext, effect: Mapping[str, Any], json_type: str, send: Send
) -> None:
    """Send a stubbed response. Text with a ``Content-Type`` that is not JSON is sent as it is.

    ``json_type`` is the ``Content-Type`` of a response without one.
    """
    headers = {name.lower(): value for name, value in effect.get("headers", {}).items()}
    body = b""
    if "body" in effect:
        media_type = headers.setdefault("content-type", json_type)
        is_text = isinstance(effect["body"], str) and "json" not in media_type.lower()
        body = effect["body"].encode() if is_text else orjson.dumps(effect["body"])
    raw_headers = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    status = effect["status"]
    if status not in _WITHOUT_BODY:
        raw_headers.append((b"content-length", b"%d" % len(body)))
    if context.method == "HEAD":
        body = b""
    context.response = status, raw_headers, body
    raw_headers = [*raw_headers, date_header(context.clock)]
    await send({"type": "http.response.start", "status": status, "headers": raw_headers})
    await send({"type": "http.response.body", "body": body})
