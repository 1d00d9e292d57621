"""Entries of a journal, decoded and without secrets, as the control API and its pages show them."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from mockvoice.control.redaction import Redactor
from mockvoice.web.request_log import Entry, Headers
from mockvoice.web.sandboxes import Sandbox

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_TEXTUAL = (
    "text/",
    "application/xml",
    "application/javascript",
    "application/x-www-form-urlencoded",
)
_STATUS = re.compile(r"[1-5]([0-9]{2}|xx)|none")
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Filter:
    """Which entries are asked for; ``None`` asks for all."""

    vendor: str | None = None
    operation: str | None = None
    status: str | None = None  # "404", or "4xx"
    since: str | None = None  # the id of an entry, or an instant of the sandbox's clock

    def takes(self) -> Callable[[Entry], bool]:
        """Whether an entry is one of them. Raises ``ValueError`` for what cannot be."""
        oldest, earliest = self._since()
        status = self.status.lower() if self.status else None
        if status is not None and not _STATUS.fullmatch(status):
            raise ValueError(f"{status[:100]!r} is no status such as 404 or 4xx")

        def takes(entry: Entry) -> bool:
            return (
                entry.id > oldest
                and entry.at >= earliest
                and self.vendor in (None, entry.vendor)
                and self.operation in (None, entry.operation)
                and (status is None or _matches(status, entry.status))
            )

        return takes

    def _since(self) -> tuple[int, int]:
        if not self.since:
            return 0, -(2**63)
        if self.since.isdigit():
            return int(self.since), -(2**63)
        instant = datetime.fromisoformat(self.since)
        if instant.tzinfo is None:
            raise ValueError("an instant needs an offset from UTC")
        return 0, (instant - _EPOCH) // _MICROSECOND


def chosen(sandbox: Sandbox, wanted: Filter, limit: int) -> list[Entry]:
    """The newest entries of a journal that a filter takes. Raises ``ValueError``."""
    takes = wanted.takes()
    found: list[Entry] = []
    for entry in sandbox.request_log:
        if len(found) == limit:
            break
        if takes(entry):
            found.append(entry)
    return found


def redactor_for(sandbox: Sandbox) -> Redactor:
    """What is hidden in a sandbox's journal by its value: its credentials, ids excepted."""
    return Redactor(
        secret
        for credentials in sandbox.credentials.values()
        for role, secret in credentials.items()
        if not role.endswith("_id")
    )


def shown(entries: Iterable[Entry], masks: Redactor) -> list[dict[str, Any]]:
    """Entries as JSON data."""
    return [exchange(each, masks) for each in entries]


def exchange(entry: Entry, masks: Redactor) -> dict[str, Any]:
    """One entry as JSON data."""
    return {
        "id": entry.id,
        "at": moment(entry).isoformat().replace("+00:00", "Z"),
        "vendor": entry.vendor,
        "operation": entry.operation,
        "method": entry.method,
        "path": masks.value(readable(entry.path)),
        "status": entry.status,
        "duration_ms": round(entry.seconds * 1000, 3),
        "request": {
            "url": url(entry, masks),
            "headers": headers(entry.headers, masks),
            **_content(entry.headers, entry.body, entry.body_size, masks),
        },
        "response": None
        if entry.status is None
        else {
            "headers": headers(entry.answer_headers, masks),
            **_content(entry.answer_headers, entry.answer, entry.answer_size, masks),
        },
        "note": masks.text(readable(entry.note)) or None,
    }


def moment(entry: Entry) -> datetime:
    """When it was answered, on the sandbox's clock."""
    return _EPOCH + timedelta(microseconds=entry.at)


def url(entry: Entry, masks: Redactor) -> str:
    """The absolute URL, as it was sent."""
    sent = dict(reversed(entry.headers))
    host = sent.get(b"host", b"localhost").decode("latin-1")
    address = f"http://{masks.value(host)}{masks.value(entry.target.decode('latin-1'))}"
    query = masks.query(entry.query.decode("latin-1"))
    return f"{address}?{query}" if query else address


def headers(sent: Headers, masks: Redactor) -> dict[str, str]:
    """Headers by their lower-case names; values of a repeated one with commas between."""
    found: dict[str, str] = {}
    for raw_name, raw_value in sent:
        name = raw_name.decode("latin-1").lower()
        value = masks.header(name, raw_value.decode("latin-1"))
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def media_type(sent: Headers) -> str:
    """The content type without its parameters, in lower case."""
    for name, value in sent:
        if name.lower() == b"content-type":
            return value.decode("latin-1").partition(";")[0].strip().lower()
    return ""


def _content(sent: Headers, body: bytes | None, size: int, masks: Redactor) -> dict[str, Any]:
    kept = body or b""
    return {
        "body": data(kept, media_type(sent), masks),
        "size": size,
        "truncated": len(kept) < size,
    }


def data(body: bytes, kind: str, masks: Redactor) -> Any:
    """A body for reading: JSON data, or text; ``None`` if it is empty or neither."""
    if not body:
        return None
    if kind != FORM:
        try:
            return masks.data(orjson.loads(body))
        except orjson.JSONDecodeError:
            pass
    return text(body, kind, masks)


def text(body: bytes, kind: str, masks: Redactor) -> str | None:
    """A body as text without secrets; ``None`` if it is no text."""
    textual = not kind or kind.startswith(_TEXTUAL) or kind.endswith(("json", "+xml", "yaml"))
    if not textual or (not kind and b"\0" in body):
        return None
    plain = body.decode("utf-8", "replace")
    return masks.query(plain) if kind == FORM else masks.text(plain)


def readable(text: str) -> str:
    """Text that can be written as UTF-8, whatever was sent."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _matches(wanted: str, status: int | None) -> bool:
    if status is None:
        return wanted == "none"
    return wanted in (str(status), f"{status // 100}xx")
