"""Tools for faults and stubbed responses."""

from typing import Any

from mockvoice.mcp_server.definitions import tool
from mockvoice.mcp_server.session import Row, Session
from mockvoice.mcp_server.texts import as_json, bounded

_EFFECTS = {
    "type": "array",
    "minItems": 1,
    "items": {"type": "object"},
    "description": "Effects in place of effect, of the same form: each is used once, one after the other.",
}


@tool("faults.create", effects=_EFFECTS)
def add_fault(session: Session, arguments: dict[str, Any]) -> str:
    """Add a fault or a stubbed response for requests of a vendor.

    For example effect {"kind": "status", "status": 503}, or {"kind": "answer", "status": 409, "body": {…}} as
    a stub. Without operation it is for all operations; match narrows it to requests with certain values,
    times limits it. Either effect or effects is required.
    """
    return f"fault added\n{_line(session.send('faults.create', arguments))}"


@tool("faults.search", read_only=True)
def list_faults(session: Session, arguments: dict[str, Any]) -> str:
    """List the faults and stubbed responses of a sandbox, with how often each was triggered."""
    lines = [_line(row) for row in session.send("faults.search", arguments)]
    return bounded(lines, "delete_faults deletes those that are used up") or "no faults"


@tool("faults.clear", destructive=True, fault_id={
    "type": "integer", "minimum": 1, "description": "The number of one fault; without it, all are deleted."
})  # fmt: skip
def delete_faults(session: Session, arguments: dict[str, Any]) -> str:
    """Delete one fault by its number, or all faults of a sandbox."""
    if "fault_id" in arguments:
        session.send("faults.delete", arguments)
        return f"fault {arguments['fault_id']} deleted"
    session.send("faults.clear", arguments)
    return "all faults deleted"


def _line(fault: Row) -> str:
    remaining = "no limit" if fault["remaining"] is None else f"{fault['remaining']} left"
    parts = [
        f"fault {fault['id']}: {fault['vendor']} {fault['operation']}",
        as_json(fault.get("effects", fault["effect"]), 600),
        f"triggered {fault['struck']} times, {remaining}",
    ]
    if fault["probability"] != 1:
        parts.append(f"probability {fault['probability']}")
    parts += [f"{name} {as_json(fault[name], 300)}" for name in ("name", "match") if name in fault]
    return ", ".join(parts)
