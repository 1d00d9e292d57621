"""Differences between two saved states."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from mockvoice.kernel import codec
from mockvoice.sandboxes.state import SandboxState

MASK = "***"


class ChangedRow(NamedTuple):
    """A row that two states do not share: ``before`` or ``after`` is ``None`` if it is missing there."""

    vendor: str
    table: str
    key: Any
    before: Any
    after: Any
    secret: frozenset[str]  # the fields that must not be shown

    @property
    def kind(self) -> str:
        """``added``, ``removed`` or ``changed``."""
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"

    @property
    def shown_key(self) -> Any:
        """The key, masked if it is a secret."""
        return MASK if "id" in self.secret else self.key


def changed_rows(before: SandboxState, after: SandboxState) -> Iterator[ChangedRow]:
    """Iterate over the rows that differ, by vendor, table and key.

    Data that both states share is skipped. May run in any thread.
    """
    for key in sorted(before.backends.keys() | after.backends.keys()):
        old, backend = before.backends[key].all_tables(), after.backends[key]
        for name, table in sorted(backend.all_tables().items()):
            secret = backend.secret_fields.get(name, frozenset())
            for row_key, old_row, new_row in table.changes_since(old[name]):
                yield ChangedRow(key, name, row_key, old_row, new_row, secret)


def state_diff(before: SandboxState, after: SandboxState) -> dict[str, list[dict[str, Any]]]:
    """Return the rows added, removed and changed, by vendor, table and key; secrets are masked."""
    changes: dict[str, list[dict[str, Any]]] = {"added": [], "removed": [], "changed": []}
    for row in changed_rows(before, after):
        changes[row.kind].append(
            {
                "vendor": row.vendor,
                "table": row.table,
                "id": row.shown_key,
                "before": redacted(row.before, row.secret),
                "after": redacted(row.after, row.secret),
            }
        )
    return changes


def redacted(row: Any, secret: frozenset[str]) -> Any:
    """Return a row as JSON data with its secrets masked; ``None`` for ``None``."""
    if row is None:
        return None
    data = codec.to_jsonable(row)
    for field in secret:
        if data[field] is not None:
            data[field] = MASK
    return data
