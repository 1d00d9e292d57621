"""Tools for saved states of a sandbox."""

from collections.abc import Iterator
from typing import Any

from mockvoice.mcp_server.definitions import tool
from mockvoice.mcp_server.session import Row, Session
from mockvoice.mcp_server.texts import as_json, bounded, cut

_ROW = 500
_VALUE = 120


@tool("snapshots.create")
def save_snapshot(session: Session, arguments: dict[str, Any]) -> str:
    """Save the state of a sandbox under a name: data, clock, ids and granted tokens."""
    return _line(session.send("snapshots.create", arguments))


@tool("snapshots.restore", destructive=True)
def restore_snapshot(session: Session, arguments: dict[str, Any]) -> str:
    """Restore a saved state of a sandbox. Changes since then are lost; save_snapshot keeps them."""
    restored = session.send("snapshots.restore", arguments)
    return f"{restored['name']} restored to {arguments['snapshot']}, {restored['now']}"


@tool("snapshots.search", read_only=True)
def list_snapshots(session: Session, arguments: dict[str, Any]) -> str:
    """List the saved states of a sandbox."""
    lines = [_line(row) for row in session.send("snapshots.search", arguments)]
    return bounded(lines, "delete_snapshot deletes one") or "no snapshots"


@tool("snapshots.delete", destructive=True)
def delete_snapshot(session: Session, arguments: dict[str, Any]) -> str:
    """Delete a saved state. The current state does not change."""
    session.send("snapshots.delete", arguments)
    return f"snapshot {arguments['snapshot']} deleted"


@tool(
    "snapshots.diff", read_only=True,
    other={"type": "string", "default": "current", "description": "The later snapshot, or current."},
    vendor={"type": "string", "description": "Only rows of this vendor."},
    table={"type": "string", "description": "Only rows of this table, such as invoices."},
)  # fmt: skip
def compare_snapshots(session: Session, arguments: dict[str, Any]) -> str:
    """Show the rows that differ between a snapshot and another one or the current state.

    Of a changed row only the changed values are shown. Secrets are shown as ***.
    """
    arguments.setdefault("other", "current")
    differences = session.send("snapshots.diff", arguments)
    kept = {kind: [*_selected(rows, arguments)] for kind, rows in differences.items()}
    counts = ", ".join(f"{len(rows)} {kind}" for kind, rows in kept.items())
    lines = [counts, *(_difference(kind, row) for kind in kept for row in kept[kind])]
    return bounded(lines, "narrow the rows with vendor and table")


def _selected(rows: list[Row], arguments: dict[str, Any]) -> Iterator[Row]:
    for row in rows:
        if all(row[name] == arguments.get(name, row[name]) for name in ("vendor", "table")):
            yield row


def _difference(kind: str, row: Row) -> str:
    name = f"{row['vendor']} {row['table']} {row['id']}"
    before, after = row["before"], row["after"]
    if before is None or after is None:
        return f"{kind} {name}: {as_json(after or before, _ROW)}"
    changes = [
        f"{key} {as_json(before.get(key), _VALUE)} → {as_json(after.get(key), _VALUE)}"
        for key in {**before, **after}
        if before.get(key) != after.get(key)
    ]
    return cut(f"changed {name}: {'; '.join(changes)}", _ROW)


def _line(snapshot: Row) -> str:
    rows = sum(number for tables in snapshot["counts"].values() for number in tables.values())
    return f"snapshot {snapshot['name']}: {rows} rows at {snapshot['now']}"
