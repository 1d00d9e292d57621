"""What goes in and out: faults, the journal and the outbox."""

from collections.abc import Mapping
from typing import Any

import flask

from mockvoice.control.console.forms import (
    call_handler,
    field,
    number,
    present_fields,
    redirect_to,
    render_page,
    validated,
)
from mockvoice.control.context import ServerContext
from mockvoice.control.errors import EntryNotFound
from mockvoice.control.handlers import faults, journal, outbox
from mockvoice.control.journal_view import Filter, chosen, exchange, redactor_for

ENTRIES_SHOWN = 100
KINDS = ("status", "delay", "drop", "commit_then_drop", "malformed", "rate_limit", "expire_tokens")


def add(pages: flask.Blueprint, server: ServerContext) -> None:
    """Add the pages of faults, of the journal and of the outbox."""

    @pages.get("/sandboxes/<name>/faults")
    def show_faults(name: str) -> str:
        shown = call_handler(lambda: faults.search(server, name))
        operations = {key: server.operations(key) for key in server.vendors}
        return render_page(
            "faults.html", server, name, faults=shown, kinds=KINDS, operations=operations
        )

    @pages.post("/sandboxes/<name>/faults")
    def create_fault(name: str) -> Any:
        body = validated("faults.create", _fault())
        call_handler(lambda: faults.create(server, name, body))
        return redirect_to("show_faults", name=name)

    @pages.post("/sandboxes/<name>/faults/clear")
    def clear_faults(name: str) -> Any:
        call_handler(lambda: faults.clear(server, name))
        return redirect_to("show_faults", name=name)

    @pages.post("/sandboxes/<name>/faults/<int:fault_id>/delete")
    def delete_fault(name: str, fault_id: int) -> Any:
        call_handler(lambda: faults.delete(server, name, fault_id))
        return redirect_to("show_faults", name=name)

    @pages.get("/sandboxes/<name>/journal")
    def show_journal(name: str) -> str:
        wanted = _filters(flask.request.args)
        entries: list[dict[str, Any]] = []
        if server.sandboxes.journal_size:
            entries = call_handler(
                lambda: journal.search(server, name, **wanted, limit=ENTRIES_SHOWN)
            )
        return render_page(
            "journal.html", server, name, entries=entries, wanted=wanted,
            kept=server.sandboxes.journal_size, shown=ENTRIES_SHOWN,
        )  # fmt: skip

    @pages.get("/sandboxes/<name>/journal/<int:number>")
    def show_entry(name: str, number: int) -> str:
        def found() -> dict[str, Any]:
            sandbox = server.sandbox(name)
            for each in chosen(sandbox, Filter(since=str(max(0, number - 1))), 1_000_000):
                if each.id == number:
                    return exchange(each, redactor_for(sandbox))
            raise EntryNotFound(number)

        return render_page("exchange.html", server, name, entry=call_handler(found))

    @pages.post("/sandboxes/<name>/journal/clear")
    def clear_journal(name: str) -> Any:
        call_handler(lambda: journal.clear(server, name))
        return redirect_to("show_journal", name=name)

    @pages.get("/sandboxes/<name>/outbox")
    def show_outbox(name: str) -> str:
        key = flask.request.args.get("vendor") or None
        sent = call_handler(
            lambda: outbox.search(server, name, key, None, None, None, ENTRIES_SHOWN)
        )
        return render_page(
            "outbox.html", server, name, messages=sent, vendor=key, shown=ENTRIES_SHOWN
        )


def _filters(arguments: Mapping[str, str]) -> dict[str, str | None]:
    names = ("vendor", "operation", "status", "since")
    return {name: arguments.get(name, "").strip() or None for name in names}


def _fault() -> dict[str, Any]:
    """A form's fault as the control API takes it: each kind with the figures that it needs."""
    kind = field("kind")
    figures: dict[str, Any] = {}
    match kind:
        case "status":
            figures = present_fields(status=number("status", int))
        case "delay":
            figures = present_fields(seconds=number("seconds"))
        case "rate_limit":
            figures = present_fields(
                limit=number("limit", int), window_seconds=number("window_seconds")
            )
    return present_fields(
        vendor=field("vendor"),
        operation=field("operation"),
        effect={"kind": kind, **figures},
        times=number("times", int),
        probability=number("probability"),
    )
