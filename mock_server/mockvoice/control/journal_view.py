"""Entries of a journal as JSON data, decoded and without secrets."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from mockvoice.control.errors import InvalidFilter
from mockvoice.control.redaction import Redactor
from mockvoice.sandboxes.credentials import GENERATED
from mockvoice.sandboxes.request_log import Entry, Headers
from mockvoice.sandboxes.request_match import (
    ANY_REQUEST,
    RequestMatch,
    RequestParts,
    UnreadableBody,
)
from mockvoice.sandboxes.sandbox import Sandbox
from mockvoice.web.bodies import load_json
from mockvoice.web.errors import MalformedBody
from mockvoice.web.request_reading import request_parts
from mockvoice.web.vendor import Vendor

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_TEXT_TYPES = (
    "text/",
    "application/xml",
    "application/javascript",
    "application/x-www-form-urlencoded",
)
_STATUS = re.compile(r"[1-5]([0-9]{2}|xx)|none")
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Filter:
    """Filter of journal entries; ``None`` matches every entry."""

    vendor: str | None = None
    operation: str | None = None
    status: str | None = None  # "404", "4xx", or "none" if no response was sent
    since: str | None = None  # id of an entry, or instant of the sandbox's clock
    until: str | None = None  # instant of the sandbox's clock
    match: RequestMatch = ANY_REQUEST

    def predicate(self, vendors: Mapping[str, Vendor]) -> Callable[[Entry], bool]:
        """Return a function that tests an entry. Raises ``InvalidFilter``."""
        oldest, earliest = self._since()
        latest = 2**63 if self.until is None else _microseconds("until", self.until)
        matches_all = self.match == ANY_REQUEST
        status = self.status.lower() if self.status else None
        if status is not None and not _STATUS.fullmatch(status):
            raise InvalidFilter(
                "status must be a status such as 404, a class such as 4xx, or none, not "
                f"{status[:100]!r}"
            )

        def matches(entry: Entry) -> bool:
            return (
                entry.id > oldest
                and earliest <= entry.at < latest
                and self.vendor in (None, entry.vendor)
                and self.operation in (None, entry.operation)
                and (status is None or matches_status(status, entry.status))
                and (matches_all or self.match.matches(parts_of(entry, vendors[entry.vendor])))
            )

        return matches

    def _since(self) -> tuple[int, int]:
        if not self.since:
            return 0, -(2**63)
        if self.since.isascii() and self.since.isdigit():
            return int(self.since[:18]), -(2**63)
        return 0, _microseconds("since", self.since)


def _microseconds(name: str, text: str) -> int:
    """Return an instant in microseconds since 1970. Raises ``InvalidFilter``."""
    try:
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is None:
            raise ValueError("the offset from UTC is missing")
    except ValueError as error:
        others = "the id of an entry, or " if name == "since" else ""
        raise InvalidFilter(
            f"{name} must be {others}an instant such as 2026-03-01T09:00:00Z, not "
            f"{text[:100]!r}: {str(error)[:100]}"
        ) from error
    return (instant - _EPOCH) // _MICROSECOND


def select_entries(
    entries: Iterable[Entry], matches: Callable[[Entry], bool], limit: int
) -> list[Entry]:
    """Return the first entries that match."""
    return list(islice(filter(matches, entries), limit))


def parts_of(entry: Entry, vendor: Vendor) -> RequestParts:
    """Return the parts of a request in the journal, which keeps only the beginning of long bodies."""
    parts = request_parts(vendor, entry.method, entry.path, entry.query, entry.headers, entry.body)
    kept = len(entry.body or b"")
    if entry.body_size > kept:
        cut = UnreadableBody(f"the journal keeps only {kept} bytes of it")
        return replace(parts, read_body=lambda: cut)
    return parts


def redactor_for(sandbox: Sandbox, vendors: Iterable[Vendor]) -> Redactor:
    """Return a redactor that masks credentials, except ids, wherever they occur.

    Those of other sandboxes are recognised by their format. A request with a mistake may have any
    key of the server in its URL, and one of a deleted sandbox is unknown by then.
    """
    secrets = [
        secret
        for credentials in sandbox.credentials.values()
        for role, secret in credentials.items()
        if not _is_id(role)
    ]
    return Redactor(secrets, [text for vendor in vendors for text in _secret_formats(vendor)])


def _secret_formats(vendor: Vendor) -> Iterator[str]:
    for role, demo in vendor.credentials.items():
        if not _is_id(role):
            yield re.escape(demo).replace("demo", f"(?:demo|{GENERATED})")
    yield from vendor.secret_formats


def _is_id(role: str) -> bool:
    return role.endswith("_id")


def render_entries(entries: Iterable[Entry], redactor: Redactor) -> list[dict[str, Any]]:
    """Return entries as JSON data."""
    return [render_entry(entry, redactor) for entry in entries]


def render_entry(entry: Entry, redactor: Redactor) -> dict[str, Any]:
    """Return one entry as JSON data."""
    return {
        "id": entry.id,
        "at": responded_at(entry).isoformat().replace("+00:00", "Z"),
        "vendor": entry.vendor,
        "operation": entry.operation,
        "method": entry.method,
        "path": redactor.value(replace_surrogates(entry.path)),
        "status": entry.status,
        "duration_ms": round(entry.seconds * 1000, 3),
        "request": {
            "url": url(entry, redactor),
            "headers": headers(entry.headers, redactor),
            **_content(entry.headers, entry.body, entry.body_size, redactor),
        },
        "response": None
        if entry.status is None
        else {
            "headers": headers(entry.response_headers, redactor),
            **_content(entry.response_headers, entry.response_body, entry.response_size, redactor),
        },
        "note": redactor.text(replace_surrogates(entry.note)) or None,
    }


def responded_at(entry: Entry) -> datetime:
    """Return when the response was sent, by the sandbox's clock."""
    return _EPOCH + timedelta(microseconds=entry.at)


def url(entry: Entry, redactor: Redactor) -> str:
    """Return the absolute URL as it was requested."""
    first_headers = dict(reversed(entry.headers))
    host = first_headers.get(b"host", b"localhost").decode("latin-1")
    address = (
        f"{entry.scheme}://{redactor.value(host)}{redactor.value(entry.target.decode('latin-1'))}"
    )
    query = redactor.query(entry.query.decode("latin-1"))
    return f"{address}?{query}" if query else address


def headers(raw_headers: Headers, redactor: Redactor) -> dict[str, str]:
    """Return header values by lower-case name; the values of a repeated header are comma-separated."""
    result: dict[str, str] = {}
    for raw_name, raw_value in raw_headers:
        name = raw_name.decode("latin-1").lower()
        value = redactor.header(name, raw_value.decode("latin-1"))
        name = redactor.value(name)
        result[name] = f"{result[name]}, {value}" if name in result else value
    return result


def media_type(raw_headers: Headers) -> str:
    """Return the content type without its parameters, in lower case."""
    for name, value in raw_headers:
        if name.lower() == b"content-type":
            return value.decode("latin-1").partition(";")[0].strip().lower()
    return ""


def _content(
    raw_headers: Headers, body: bytes | None, size: int, redactor: Redactor
) -> dict[str, Any]:
    stored_body = body or b""
    return {
        "body": body_data(stored_body, media_type(raw_headers), redactor),
        "size": size,
        "truncated": len(stored_body) < size,
    }


def body_data(body: bytes, kind: str, redactor: Redactor) -> Any:
    """Return a body as JSON data or text; ``None`` if it is empty or binary."""
    if not body:
        return None
    if kind != FORM:
        try:
            return redactor.data(load_json(body))
        except MalformedBody:
            pass
    return body_text(body, kind, redactor)


def body_text(body: bytes, kind: str, redactor: Redactor) -> str | None:
    """Return a body as text without secrets; ``None`` if it is binary."""
    is_text = not kind or kind.startswith(_TEXT_TYPES) or kind.endswith(("json", "+xml", "yaml"))
    if not is_text or (not kind and b"\0" in body):
        return None
    text = body.decode("utf-8", "replace")
    return redactor.query(text) if kind == FORM else redactor.text(text)


def replace_surrogates(text: str) -> str:
    """Replace surrogates, which cannot be encoded as UTF-8."""
    return text.encode("utf-8", "replace").decode("utf-8")


def matches_status(expected: str, status: int | None) -> bool:
    """Return whether a status is the expected one: ``404``, ``4xx``, or ``none`` without a response."""
    if status is None:
        return expected == "none"
    return expected in (str(status), f"{status // 100}xx")
