"""A journal as an HTTP Archive 1.2, which browsers' developer tools and many others read."""

from base64 import b64encode
from collections.abc import Iterable
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import orjson

from mockvoice import __version__
from mockvoice.control import journal_view
from mockvoice.control.redaction import STARS, Redactor
from mockvoice.web.parameters import parse_query
from mockvoice.web.request_log import Entry, Headers

_PHRASES = {each.value: each.phrase for each in HTTPStatus}
_UNKNOWN = -1  # HAR's word for a size that was not measured


def archive(entries: Iterable[Entry], masks: Redactor) -> bytes:
    """The archive as JSON text, the oldest entry first, as HAR wants it."""
    log = {
        "version": "1.2",
        "creator": {"name": "Mockvoice", "version": __version__},
        "entries": [_entry(each, masks) for each in reversed(list(entries))],
    }
    return orjson.dumps({"log": log}, option=orjson.OPT_INDENT_2)


def _entry(entry: Entry, masks: Redactor) -> dict[str, Any]:
    milliseconds = round(entry.seconds * 1000, 3)
    began = journal_view.moment(entry) - timedelta(seconds=entry.seconds)
    out = {
        "startedDateTime": began.isoformat(timespec="milliseconds"),
        "time": milliseconds,
        "request": _request(entry, masks),
        "response": _response(entry, masks),
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
    }
    comments = [entry.operation or "", masks.text(journal_view.readable(entry.note))]
    if comment := ": ".join(filter(None, comments)):
        out["comment"] = comment
    return out


def _request(entry: Entry, masks: Redactor) -> dict[str, Any]:
    query = parse_query(masks.query(entry.query.decode("latin-1")).encode("latin-1"))
    out: dict[str, Any] = {
        "method": entry.method,
        "url": journal_view.url(entry, masks),
        "httpVersion": "HTTP/1.1",
        "cookies": _cookies(entry.headers, b"cookie"),
        "headers": _headers(entry.headers, masks),
        "queryString": [
            {"name": journal_view.readable(name), "value": journal_view.readable(value)}
            for name, value in query
        ],
        "headersSize": _UNKNOWN,
        "bodySize": _UNKNOWN if entry.body is None else entry.body_size,
    }
    if entry.body:
        kind = journal_view.media_type(entry.headers)
        text = _text(entry.body, kind, masks)
        out["postData"] = {"mimeType": kind, "text": text or ""}
        if text is None:
            out["postData"]["comment"] = f"{entry.body_size} bytes that are no text"
        elif len(entry.body) < entry.body_size:
            out["postData"]["comment"] = f"cut off after {len(entry.body)} bytes"
    return out


def _response(entry: Entry, masks: Redactor) -> dict[str, Any]:
    """What was answered; with status 0, as browsers write it, if nothing was."""
    kind = journal_view.media_type(entry.answer_headers)
    location = next((v for k, v in entry.answer_headers if k == b"location"), b"")
    content: dict[str, Any] = {"size": entry.answer_size, "mimeType": kind or "x-unknown"}
    text = _text(entry.answer, kind, masks)
    if text is not None:
        content["text"] = text
    elif entry.answer:
        content |= {"text": b64encode(entry.answer).decode(), "encoding": "base64"}
    if len(entry.answer) < entry.answer_size:
        content["comment"] = f"cut off after {len(entry.answer)} bytes"
    return {
        "status": entry.status or 0,
        "statusText": _PHRASES.get(entry.status or 0, ""),
        "httpVersion": "HTTP/1.1",
        "cookies": _cookies(entry.answer_headers, b"set-cookie"),
        "headers": _headers(entry.answer_headers, masks),
        "content": content,
        "redirectURL": masks.text(location.decode("latin-1")),
        "headersSize": _UNKNOWN,
        "bodySize": _UNKNOWN if entry.status is None else entry.answer_size,
    }


def _text(body: bytes, kind: str, masks: Redactor) -> str | None:
    """A body's own text if nothing in it is secret, else the same data written anew."""
    if not body:
        return ""
    if kind != journal_view.FORM:
        try:
            data = orjson.loads(body)
        except orjson.JSONDecodeError:
            return journal_view.text(body, kind, masks)
        hidden = masks.data(data)
        return (body if hidden == data else orjson.dumps(hidden)).decode()
    return journal_view.text(body, kind, masks)


def _headers(sent: Headers, masks: Redactor) -> list[dict[str, str]]:
    return [
        {"name": name, "value": masks.header(name, value.decode("latin-1"))}
        for name, value in ((each[0].decode("latin-1"), each[1]) for each in sent)
    ]


def _cookies(sent: Headers, header: bytes) -> list[dict[str, str]]:
    """The names of cookies; what they hold is not told."""
    pairs: list[str] = []
    for name, value in sent:
        if name == header:
            parts = value.decode("latin-1").split(";")
            pairs += parts[:1] if header == b"set-cookie" else parts
    return [{"name": each.partition("=")[0].strip(), "value": STARS} for each in pairs if each]
