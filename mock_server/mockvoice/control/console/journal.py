"""Pages of requests: the list of a sandbox's journal, and that of all sandboxes."""

from collections.abc import Mapping
from heapq import nlargest
from itertools import islice
from typing import Any
from urllib.parse import urlencode

import flask

from mockvoice.control.console.forms import call_handler, redirect_to, render_page
from mockvoice.control.context import ServerContext
from mockvoice.control.error_reasons import group_errors
from mockvoice.control.handlers import journal
from mockvoice.control.request_rows import RequestBatch, RequestSelection, filter_texts

ENTRIES_SHOWN = 100


def add(pages: flask.Blueprint, server: ServerContext) -> None:
    """Add the lists of requests."""

    @pages.get("/sandboxes/<name>/journal")
    def show_journal(name: str) -> str:
        args = flask.request.args
        values: dict[str, Any] = {"enabled": server.sandboxes.journal_size > 0, "rows": []}
        if values["enabled"]:
            selection = RequestSelection.parse(server, args)
            batch, last = call_handler(lambda: _batch(server, name))
            shown = islice(batch.selected(selection), ENTRIES_SHOWN)
            values["rows"] = [batch.row(entry) for entry in shown]
            values["groups"] = group_errors(batch.entries, batch.redactor)
            values["live"] = f"{flask.request.path}/live?{urlencode({**args, 'after': last})}"
        return render_page(
            "journal.html", server, name, **values, filters=filter_texts(args),
            reason=args.get("reason"), query=_has_filters(args), limit=ENTRIES_SHOWN,
        )  # fmt: skip

    @pages.get("/requests")
    def show_requests() -> str:
        args = flask.request.args
        selection = RequestSelection.parse(server, args)
        batches = call_handler(
            lambda: [
                RequestBatch.of(server, each, list(each.request_log)) for each in server.sandboxes
            ]
        )
        rows = [
            batch.row(entry)
            for batch in batches
            for entry in islice(batch.selected(selection), ENTRIES_SHOWN)
        ]
        return flask.render_template(
            "requests.html", rows=nlargest(ENTRIES_SHOWN, rows, key=lambda row: row["at"]),
            filters=filter_texts(args), query=_has_filters(args), limit=ENTRIES_SHOWN,
            with_sandbox=True, live=f"/requests/live?{urlencode(args)}",
        )  # fmt: skip

    @pages.post("/sandboxes/<name>/journal/clear")
    def clear_journal(name: str) -> Any:
        call_handler(lambda: journal.clear(server, name))
        return redirect_to("show_journal", name=name, done="journal-cleared")


def _has_filters(args: Mapping[str, str]) -> bool:
    return any(value for name, value in args.items() if name != "done")


def _batch(server: ServerContext, name: str) -> tuple[RequestBatch, int]:
    """Return the whole journal of a sandbox, and the id of the last request."""
    sandbox = server.sandbox(name)
    log = sandbox.request_log
    return RequestBatch.of(server, sandbox, list(log)), log.last_id
