"""Tools for the outbox, generated data and the settings of a sandbox."""

from typing import Any

from mockvoice.mcp_server.definitions import tool
from mockvoice.mcp_server.session import Row, Session
from mockvoice.mcp_server.texts import bounded, cut

_BODY = 600
_LIMIT = {
    "type": "integer", "minimum": 1, "maximum": 100, "default": 10,
    "description": "The maximum number of messages.",
}  # fmt: skip


@tool("outbox.search", read_only=True, limit=_LIMIT)
def list_outbox(session: Session, arguments: dict[str, Any]) -> str:
    """List the e-mails that the real services would have sent, newest first."""
    arguments.setdefault("limit", _LIMIT["default"])
    blocks = [_message(row) for row in session.send("outbox.search", arguments)]
    return bounded(blocks, "narrow them with vendor, to, about or since") or "no messages"


@tool("seeding.create")
def seed_data(session: Session, arguments: dict[str, Any]) -> str:
    """Add two years of generated data to a vendor of a sandbox.

    The data are clients, invoices in every state and payments. Nothing else may change this vendor's data
    meanwhile. It takes seconds for some hundred invoices.
    """
    result = session.send("seeding.create", arguments)
    counts = ", ".join(f"{number} {table}" for table, number in result["counts"].items())
    return f"{result['vendor']}, locale {result['locale']}, seed {result['seed']}: {counts} added"


@tool("settings.set")
def sandbox_settings(session: Session, arguments: dict[str, Any]) -> str:
    """Show the settings of a sandbox, after changing those that are passed."""
    changes = arguments.keys() - {"sandbox"}
    settings = session.send("settings.set" if changes else "settings.get", arguments)
    return "\n".join(f"{name}: {value}" for name, value in settings.items())


def _message(row: Row) -> str:
    head = f"{row['vendor']} {row['id']}, {row['at']}, to {row['to']}, about {row['about'] or '-'}"
    return f"{head}\n  {row['subject']}\n  {cut(row['body'], _BODY)}"
