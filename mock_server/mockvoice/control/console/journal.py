"""Pages of the journal and its entries."""

from collections.abc import Mapping
from typing import Any

import flask

from mockvoice.control.console.forms import call_handler, redirect_to, render_page
from mockvoice.control.context import ServerContext
from mockvoice.control.errors import EntryNotFound
from mockvoice.control.handlers import journal
from mockvoice.control.journal_view import redactor_for, render_entry

ENTRIES_SHOWN = 100


def add(pages: flask.Blueprint, server: ServerContext) -> None:
    """Add the pages of a sandbox's journal."""

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
            for entry in sandbox.request_log:
                if entry.id == number:
                    redactor = redactor_for(sandbox, server.vendors.values())
                    return render_entry(entry, redactor)
            raise EntryNotFound(number)

        return render_page("entry.html", server, name, entry=call_handler(find))

    @pages.post("/sandboxes/<name>/journal/clear")
    def clear_journal(name: str) -> Any:
        call_handler(lambda: journal.clear(server, name))
        return redirect_to("show_journal", name=name)


def _filters(args: Mapping[str, str]) -> dict[str, str | None]:
    names = (
        "vendor",
        "operation",
        "status",
        "since",
        "until",
        "method",
        "path",
        "query",
        "header",
        "body",
    )
    return {name: args.get(name, "").strip() or None for name in names}
