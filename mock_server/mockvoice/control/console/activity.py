"""Pages of faults, the journal and the outbox."""

from collections.abc import Mapping
from typing import Any

import flask

from mockvoice.control.console.forms import (
    call_handler,
    field,
    number_field,
    present_fields,
    redirect_to,
    render_page,
    validate_body,
)
from mockvoice.control.context import ServerContext
from mockvoice.control.errors import EntryNotFound
from mockvoice.control.handlers import faults, journal, outbox
from mockvoice.control.journal_view import Filter, redactor_for, render_entry, select_entries

ENTRIES_SHOWN = 100
KINDS = ("status", "delay", "drop", "commit_then_drop", "malformed", "rate_limit", "expire_tokens")


def add(pages: flask.Blueprint, server: ServerContext) -> None:
    """Add the pages of faults, the journal and the outbox."""

    @pages.get("/sandboxes/<name>/faults")
    def show_faults(name: str) -> str:
        listed = call_handler(lambda: faults.search(server, name))
        operations = {key: server.operations(key) for key in server.vendors}
        return render_page(
            "faults.html", server, name, faults=listed, kinds=KINDS, operations=operations
        )

    @pages.post("/sandboxes/<name>/faults")
    def create_fault(name: str) -> Any:
        body = validate_body("faults.create", _fault_body())
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
        filters = _filters(flask.request.args)
        entries: list[dict[str, Any]] = []
        if server.sandboxes.journal_size:
            entries = call_handler(
                lambda: journal.search(server, name, **filters, limit=ENTRIES_SHOWN)
            )
        return render_page(
            "journal.html", server, name, entries=entries, filters=filters,
            enabled=server.sandboxes.journal_size > 0, limit=ENTRIES_SHOWN,
        )  # fmt: skip

    @pages.get("/sandboxes/<name>/journal/<int:number>")
    def show_entry(name: str, number: int) -> str:
        def find() -> dict[str, Any]:
            sandbox = server.sandbox(name)
            for entry in select_entries(sandbox, Filter(since=str(max(0, number - 1))), 1_000_000):
                if entry.id == number:
                    return render_entry(entry, redactor_for(sandbox))
            raise EntryNotFound(number)

        return render_page("entry.html", server, name, entry=call_handler(find))

    @pages.post("/sandboxes/<name>/journal/clear")
    def clear_journal(name: str) -> Any:
        call_handler(lambda: journal.clear(server, name))
        return redirect_to("show_journal", name=name)

    @pages.get("/sandboxes/<name>/outbox")
    def show_outbox(name: str) -> str:
        key = flask.request.args.get("vendor") or None
        messages = call_handler(
            lambda: outbox.search(server, name, key, None, None, None, ENTRIES_SHOWN)
        )
        return render_page(
            "outbox.html", server, name, messages=messages, vendor=key, limit=ENTRIES_SHOWN
        )


def _filters(args: Mapping[str, str]) -> dict[str, str | None]:
    names = ("vendor", "operation", "status", "since")
    return {name: args.get(name, "").strip() or None for name in names}


def _fault_body() -> dict[str, Any]:
    """Return the form's fault as a body of the control API; each kind has its own parameters."""
    kind = field("kind")
    params: dict[str, Any] = {}
    match kind:
        case "status":
            params = present_fields(status=number_field("status", int))
        case "delay":
            params = present_fields(seconds=number_field("seconds"))
        case "rate_limit":
            params = present_fields(
                limit=number_field("limit", int), window_seconds=number_field("window_seconds")
            )
    return present_fields(
        vendor=field("vendor"),
        operation=field("operation"),
        effect={"kind": kind, **params},
        times=number_field("times", int),
        probability=number_field("probability"),
    )
