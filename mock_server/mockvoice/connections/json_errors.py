"""Error responses in JSON, for requests that no vendor and no operation answers."""

from http import HTTPStatus

import orjson
from starlette.types import Scope, Send

_JSON = (b"content-type", b"application/json")


def error_body(code: str, message: str) -> bytes:
    """Return a body in the format of the control API."""
    return orjson.dumps({"error": {"code": code, "message": message}})


def raw_response(status: int, code: str, message: str, *, says_why: bool = False) -> bytes:
    """Return a whole response, after which the connection closes.

    With ``says_why`` the message takes the place of the usual reason phrase, which clients show if
    they do not read a body.
    """
    body = error_body(code, message)
    phrase = message if says_why else HTTPStatus(status).phrase
    return (
        f"HTTP/1.1 {status} {phrase}\r\ncontent-type: application/json\r\n"
        f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
    ).encode() + body


async def send_json(status: int, body: bytes, scope: Scope, send: Send) -> None:
    """Send a response with a JSON body that is complete."""
    headers = [_JSON, (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
