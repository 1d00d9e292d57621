"""What a test asked of its sandbox, as text for the report of its failure."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from mockvoice.commands.client import ControlApiError, ServerUnavailable
from mockvoice.testing.sandbox import Sandbox

SHOWN = 1000  # characters of a body
LOST = 3  # requests that opened no sandbox


def render(sandbox: Sandbox, limit: int) -> str:
    """The last requests of a sandbox, the oldest first. Never raises: the failure is told in any case."""
    try:
        entries = sandbox.journal(limit=limit)
        if entries:
            return _told(entries)
        return "\n".join(_nobody_came(sandbox))
    except (ServerUnavailable, ControlApiError) as error:
        return f"The journal cannot be read: {error}"


def _nobody_came(sandbox: Sandbox) -> Iterator[str]:
    """No request with this sandbox's credentials: perhaps some came with others."""
    yield "No request came with the credentials of this sandbox."
    lost = sandbox.sibling("default").journal(status="4xx", limit=LOST)
    if lost:
        yield "Requests whose credentials open no sandbox are in the journal of 'default'. Its last refusals:"
        yield _told(lost)


def _told(entries: list[dict[str, Any]]) -> str:
    return "\n".join(line for each in reversed(entries) for line in _entry(each))


def _entry(entry: Mapping[str, Any]) -> Iterator[str]:
    status = entry["status"] or "no answer"
    operation = entry["operation"] or "no operation"
    yield f"{entry['at']} {entry['vendor']} {operation}: {entry['method']} {entry['request']['url']} -> {status}"
    if entry["note"]:
        yield f"    note: {entry['note']}"
    for what, side in (("sent", entry["request"]), ("came back", entry["response"])):
        if side is not None and side["body"] is not None:
            yield f"    {what}: {_short(side['body'])}"


def _short(body: Any) -> str:
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}… ({len(text)} characters)"
