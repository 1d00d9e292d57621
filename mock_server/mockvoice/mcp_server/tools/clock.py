"""Tools for the clock of a sandbox."""

from typing import Any

from mockvoice.mcp_server.definitions import tool
from mockvoice.mcp_server.session import Row, Session


@tool("clock.get", read_only=True)
def get_clock(session: Session, arguments: dict[str, Any]) -> str:
    """Show the time of a sandbox, and whether its clock is frozen."""
    return _text(session.send("clock.get", arguments))


@tool("clock.set")
def set_clock(session: Session, arguments: dict[str, Any]) -> str:
    """Set, freeze or thaw the clock of a sandbox.

    now sets it to an instant, frozen true freezes it, frozen false thaws it. Events that are due
    by then run at once; advance_clock runs each at its own time.
    """
    return _text(session.send("clock.set", arguments))


@tool("clock.advance")
def advance_clock(session: Session, arguments: dict[str, Any]) -> str:
    """Advance the clock of a sandbox by days, hours, minutes or seconds.

    Due events run in order, each at its own time: invoices become overdue, recurring templates create
    invoices.
    """
    return _text(session.send("clock.advance", arguments))


def _text(clock: Row) -> str:
    return f"{clock['now']}{', frozen' if clock['frozen'] else ', running'}"
