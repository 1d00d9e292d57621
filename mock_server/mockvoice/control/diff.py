"""What is different between two saved states."""

from collections.abc import Iterator
from typing import Any

from mockvoice.kernel import codec
from mockvoice.kernel.backend import Backend
from mockvoice.web.state import SandboxState

MASKED = "***"


def state_diff(before: SandboxState, after: SandboxState) -> dict[str, list[dict[str, Any]]]:
    """Rows that were added, removed and changed, by vendor, table and key; secrets are masked.

    What both states share costs next to nothing. May run in any thread.
    """
    found: dict[str, list[dict[str, Any]]] = {"added": [], "removed": [], "changed": []}
    for key in sorted(before.backends.keys() | after.backends.keys()):
        for kind, each in _of_world(before.backends[key], after.backends[key]):
            found[kind].append({"vendor": key, **each})
    return found


def _of_world(before: Backend, after: Backend) -> Iterator[tuple[str, dict[str, Any]]]:
    old = before.all_tables()
    for name, table in sorted(after.all_tables().items()):
        hidden = after.secret_fields.get(name, frozenset())
        for key, was, is_now in table.changes_since(old[name]):
            kind = "added" if was is None else "removed" if is_now is None else "changed"
            yield (
                kind,
                {
                    "table": name,
                    "id": MASKED if "id" in hidden else key,
                    "before": _shown(was, hidden),
                    "after": _shown(is_now, hidden),
                },
            )


def _shown(row: Any, hidden: frozenset[str]) -> Any:
    if row is None:
        return None
    shown = codec.to_jsonable(row)
    for field in hidden:
        if shown[field] is not None:
            shown[field] = MASKED
    return shown
