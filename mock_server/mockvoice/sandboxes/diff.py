"""Differences between two saved states."""

from collections.abc import Iterator
from typing import Any

from mockvoice.kernel import codec
from mockvoice.kernel.backend import Backend
from mockvoice.sandboxes.state import SandboxState

MASK = "***"


def state_diff(before: SandboxState, after: SandboxState) -> dict[str, list[dict[str, Any]]]:
    """Return the rows added, removed and changed, by vendor, table and key; secrets are masked.

    Data that both states share is skipped. May run in any thread.
    """
    changes: dict[str, list[dict[str, Any]]] = {"added": [], "removed": [], "changed": []}
    for key in sorted(before.backends.keys() | after.backends.keys()):
        for kind, change in _backend_changes(before.backends[key], after.backends[key]):
            changes[kind].append({"vendor": key, **change})
    return changes


def _backend_changes(before: Backend, after: Backend) -> Iterator[tuple[str, dict[str, Any]]]:
    old = before.all_tables()
    for name, table in sorted(after.all_tables().items()):
        secret = after.secret_fields.get(name, frozenset())
        for key, old_row, new_row in table.changes_since(old[name]):
            kind = "added" if old_row is None else "removed" if new_row is None else "changed"
            yield (
                kind,
                {
                    "table": name,
                    "id": MASK if "id" in secret else key,
                    "before": _redacted(old_row, secret),
                    "after": _redacted(new_row, secret),
                },
            )


def _redacted(row: Any, secret: frozenset[str]) -> Any:
    if row is None:
        return None
    data = codec.to_jsonable(row)
    for field in secret:
        if data[field] is not None:
            data[field] = MASK
    return data
