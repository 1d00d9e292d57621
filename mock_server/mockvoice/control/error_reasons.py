"""Rejected requests of a journal, grouped by the reason of their rejection."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mockvoice.control.journal_view import replace_surrogates
from mockvoice.control.redaction import Redactor
from mockvoice.sandboxes.request_log import Entry
from mockvoice.web.bodies import load_json
from mockvoice.web.errors import MalformedBody

UNREAD_NOTE = "not in the contract, so not read: "
GROUPS_SHOWN = 10
_MAX_CHARS = 160
_MAX_READ = 400
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_NUMBER = re.compile(r"(?<![\w-])\d+(?:\.\d+)?\b")
# What follows these words in a note differs from request to request.
_ENDS = ("; the text to sign is",)
_NAMES = ("code", "error", "message", "error_description")


def is_error(entry: Entry) -> bool:
    """Return whether a request was rejected, or got no response."""
    return entry.status is None or entry.status >= 400


def reason_of(entry: Entry, redactor: Redactor) -> str:
    """Return why a request was rejected, without the values that differ between requests."""
    note = entry.note
    if not note:
        return redactor.text(_code(entry)) or "no reason is known"
    for end in _ENDS:
        note = note.partition(end)[0]
    if entry.operation is None:
        note = note.replace(entry.path, "…")
    # What was not read is rarely the reason.
    parts = note.split("; ")
    note = "; ".join([part for part in parts if not part.startswith(UNREAD_NOTE)] or parts)
    note = _shortened(replace_surrogates(note))
    note = _NUMBER.sub("#", _QUOTED.sub("…", redactor.text(note)))
    return note if len(note) <= _MAX_CHARS else f"{note[:_MAX_CHARS]}…"


def _shortened(note: str) -> str:
    """Return the words of a note that matter, since redaction of a long text is slow.

    It ends between two words, or a part of a secret could be left that is not recognised.
    """
    if len(note) <= _MAX_READ:
        return note
    return note[:_MAX_READ].rpartition(" ")[0]


def _code(entry: Entry) -> str:
    """Return the code or the message in an error response, or empty text."""
    try:
        body = load_json(entry.response_body)
    except MalformedBody:
        return ""
    return _text(body)[:_MAX_CHARS]


def _text(body: Any) -> str:
    if isinstance(body, Mapping):
        for name in _NAMES:
            if text := _text(body.get(name)):
                return text
    return body if isinstance(body, str) else ""


@dataclass(frozen=True, slots=True)
class ErrorGroup:
    """Rejected requests with the same reason."""

    vendor: str
    operation: str | None
    status: int | None
    reason: str
    count: int


def group_errors(entries: Iterable[Entry], redactor: Redactor) -> list[ErrorGroup]:
    """Return the commonest groups of rejected requests."""
    counts: dict[tuple[str, str | None, int | None, str], int] = {}
    for entry in filter(is_error, entries):
        key = (entry.vendor, entry.operation, entry.status, reason_of(entry, redactor))
        counts[key] = counts.get(key, 0) + 1
    groups = [ErrorGroup(*key, count) for key, count in counts.items()]
    return sorted(groups, key=lambda group: -group.count)[:GROUPS_SHOWN]
