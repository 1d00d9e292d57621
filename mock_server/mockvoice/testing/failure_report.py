"""The last requests to a sandbox, as text for the report of a failed test."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from mockvoice.outbound.control_client import ControlApiError, ServerUnavailable
from mockvoice.printable import escape_controls
from mockvoice.testing.sandbox import Sandbox

MAX_BODY_CHARACTERS = 1000
MAX_UNMATCHED = 3  # requests that matched no sandbox


def render(sandbox: Sandbox, limit: int) -> str:
    """Return the last requests of a sandbox, the oldest first.

    An unreadable journal is reported as text, not raised: the test's own failure must be shown.
    """
    try:
        entries = sandbox.journal(limit=limit)
        if entries:
            return escape_controls(_render_entries(entries))
        return escape_controls("\n".join(_render_unmatched(sandbox)))
    except (ServerUnavailable, ControlApiError) as error:
        return escape_controls(f"The journal cannot be read: {error}")


def _render_unmatched(sandbox: Sandbox) -> Iterator[str]:
    """Yield lines about requests with wrong credentials, which the test may have sent."""
    yield "No request was sent with the credentials of this sandbox."
    unmatched = sandbox.sibling("default").journal(status="4xx", limit=MAX_UNMATCHED)
    if unmatched:
        yield "Requests that match no sandbox are logged in 'default'. Its last error responses:"
        yield _render_entries(unmatched)


def _render_entries(entries: list[dict[str, Any]]) -> str:
    return "\n".join(line for entry in reversed(entries) for line in _render_entry(entry))


def _render_entry(entry: Mapping[str, Any]) -> Iterator[str]:
    status = entry["status"] or "no response"
    operation = entry["operation"] or "no operation"
    yield f"{entry['at']} {entry['vendor']} {operation}: {entry['method']} {entry['request']['url']} -> {status}"
    if entry["note"]:
        yield f"    note: {entry['note']}"
    for label, message in (("request", entry["request"]), ("response", entry["response"])):
        if message is not None and message["body"] is not None:
            yield f"    {label}: {_shorten(message['body'])}"


def _shorten(body: Any) -> str:
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    if len(text) <= MAX_BODY_CHARACTERS:
        return text
    return f"{text[:MAX_BODY_CHARACTERS]}… ({len(text)} characters)"
