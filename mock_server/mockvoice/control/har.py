"""A journal as an HTTP Archive (HAR) 1.2, the format of browsers' developer tools."""

from base64 import b64encode
from collections.abc import Iterable
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import orjson

from mockvoice import __version__
from mockvoice.control import journal_view
from mockvoice.control.redaction import MASK, Redactor
from mockvoice.sandboxes.request_log import Entry, Headers
from mockvoice.web.bodies import load_json
from mockvoice.web.errors import MalformedBody
from mockvoice.web.parameters import parse_query

_PHRASES = {status.value: status.phrase for status in HTTPStatus}
_UNKNOWN = -1  # HAR's value for a size that was not measured


def archive(entries: Iterable[Entry], redactor: Redactor) -> bytes:
    """Return the archive as JSON text, oldest entry first, as HAR requires."""
    log = {
        "version": "1.2",
        "creator": {"name": "Mockvoice", "version": __version__},
        "entries": [_entry(entry, redactor) for entry in reversed(list(entries))],
    }
    return orjson.dumps({"log": log}, option=orjson.OPT_INDENT_2)


def _entry(entry: Entry, redactor: Redactor) -> dict[str, Any]:
    milliseconds = round(entry.seconds * 1000, 3)
    started = journal_view.responded_at(entry) - timedelta(seconds=entry.seconds)
    result = {
        "startedDateTime": started.isoformat(timespec="milliseconds"),
        "time": milliseconds,
        "request": _request(entry, redactor),
        "response": _response(entry, redactor),
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
    }
    comments = [entry.operation or "", redactor.text(journal_view.replace_surrogates(entry.note))]
    if comment := ": ".join(filter(None, comments)):
        result["comment"] = comment
    return result


def _request(entry: Entry, redactor: Redactor) -> dict[str, Any]:
    query = parse_query(redactor.query(entry.query.decode("latin-1")).encode("latin-1"))
    result: dict[str, Any] = {
        "method": entry.method,
        "url": journal_view.url(entry, redactor),
        "httpVersion": "HTTP/1.1",
        "cookies": _cookies(entry.headers, b"cookie"),
        "headers": _headers(entry.headers, redactor),
        "queryString": [
            {
                "name": journal_view.replace_surrogates(name),
                "value": journal_view.replace_surrogates(value),
            }
            for name, value in query
        ],
        "headersSize": _UNKNOWN,
        "bodySize": _UNKNOWN if entry.body is None else entry.body_size,
    }
    if entry.body:
        kind = journal_view.media_type(entry.headers)
        text = _text(entry.body, kind, redactor)
        result["postData"] = {"mimeType": kind, "text": text or ""}
        if text is None:
            result["postData"]["comment"] = f"{entry.body_size} bytes of binary data"
        elif len(entry.body) < entry.body_size:
            result["postData"]["comment"] = f"truncated after {len(entry.body)} bytes"
    return result


def _response(entry: Entry, redactor: Redactor) -> dict[str, Any]:
    """Return the response; its status is 0, as in browsers, if none was sent."""
    kind = journal_view.media_type(entry.response_headers)
    location = next((v for k, v in entry.response_headers if k == b"location"), b"")
    content: dict[str, Any] = {"size": entry.response_size, "mimeType": kind or "x-unknown"}
    text = _text(entry.response_body, kind, redactor)
    if text is not None:
        content["text"] = text
    elif entry.response_body:
        content |= {"text": b64encode(entry.response_body).decode(), "encoding": "base64"}
    if len(entry.response_body) < entry.response_size:
        content["comment"] = f"truncated after {len(entry.response_body)} bytes"
    return {
        "status": entry.status or 0,
        "statusText": _PHRASES.get(entry.status or 0, ""),
        "httpVersion": "HTTP/1.1",
        "cookies": _cookies(entry.response_headers, b"set-cookie"),
        "headers": _headers(entry.response_headers, redactor),
        "content": content,
        "redirectURL": redactor.text(location.decode("latin-1")),
        "headersSize": _UNKNOWN,
        "bodySize": _UNKNOWN if entry.status is None else entry.response_size,
    }


def _text(body: bytes, kind: str, redactor: Redactor) -> str | None:
    """Return a body's own text if nothing in it is secret, else the redacted data as JSON."""
    if not body:
        return ""
    if kind != journal_view.FORM:
        try:
            data = load_json(body)
        except MalformedBody:
            return journal_view.body_text(body, kind, redactor)
        redacted = redactor.data(data)
        return (body if redacted == data else orjson.dumps(redacted)).decode()
    return journal_view.body_text(body, kind, redactor)


def _headers(headers: Headers, redactor: Redactor) -> list[dict[str, str]]:
    return [
        {"name": name, "value": redactor.header(name, value.decode("latin-1"))}
        for name, value in ((pair[0].decode("latin-1"), pair[1]) for pair in headers)
    ]


def _cookies(headers: Headers, header: bytes) -> list[dict[str, str]]:
    """Return the cookies with masked values."""
    pairs: list[str] = []
    for name, value in headers:
        if name == header:
            parts = value.decode("latin-1").split(";")
            pairs += parts[:1] if header == b"set-cookie" else parts
    return [{"name": pair.partition("=")[0].strip(), "value": MASK} for pair in pairs if pair]
