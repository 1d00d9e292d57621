"""Pages of requests: the list of a sandbox's journal, and that of all sandboxes."""

from collections.abc import Iterable, Mapping
from functools import partial
from heapq import nlargest
from itertools import islice
from typing import Any
from urllib.parse import urlencode

import flask

from mockvoice.control.console.form_state import Form, FormState, submit
from mockvoice.control.console.forms import call_handler, redirect_to, render_page
from mockvoice.control.context import ServerContext
from mockvoice.control.error_reasons import group_errors
from mockvoice.control.errors import InvalidFilter
from mockvoice.control.handlers import journal
from mockvoice.control.request_rows import RequestBatch, RequestSelection, filter_texts

ENTRIES_SHOWN = 100
FILTER = Form(
    "filter",
    "The requests are not filtered.",
    {
        "operation": "Operation",
        "status": "Status",
        "path": "Path",
        "method": "Method",
        "query": "Query",
        "header": "Header",
        "body": "Body",
        "since": "Since",
        "until": "Until",
    },
    errors={InvalidFilter: "operation"},
)


def add(pages: flask.Blueprint, server: ServerContext) -> None:
    """Add the lists of requests."""

    def journal_page(name: str, state: FormState, **values: Any) -> str:
        args = flask.request.args
        return render_page(
            "journal.html", server, name, **{"rows": [], "enabled": True, **values}, state=state,
            filters=filter_texts(args), reason=args.get("reason"), query=_has_filters(args),
            limit=ENTRIES_SHOWN,
        )  # fmt: skip

    @pages.get("/sandboxes/<name>/journal")
    def show_journal(name: str) -> Any:
        args = flask.request.args
        blank = FILTER.blank(**args)
        if not server.sandboxes.journal_size:
            return journal_page(name, blank, enabled=False)

        def work() -> str:
            selection = RequestSelection.parse(server, args)
            batch, last = call_handler(lambda: _batch(server, name))
            shown = islice(batch.selected(selection), ENTRIES_SHOWN)
            return journal_page(
                name, blank, rows=[batch.row(entry) for entry in shown],
                groups=group_errors(batch.entries, batch.redactor),
                live=f"{flask.request.path}/live?{urlencode({**args, 'after': last})}",
            )  # fmt: skip

        return submit(FILTER, work, partial(journal_page, name), args)

    @pages.get("/requests")
    def show_requests() -> Any:
        args = flask.request.args
        return submit(FILTER, lambda: _requests_of_all(server, args), _requests_page, args)

    @pages.post("/sandboxes/<name>/journal/clear")
    def clear_journal(name: str) -> Any:
        call_handler(lambda: journal.clear(server, name))
        return redirect_to("show_journal", name=name, done="journal-cleared")


def _requests_of_all(server: ServerContext, args: Mapping[str, str]) -> str:
    """Return the page with the requests of all sandboxes that the filters select."""
    selection = RequestSelection.parse(server, args)
    batches = call_handler(
        lambda: [RequestBatch.of(server, each, list(each.request_log)) for each in server.sandboxes]
    )
    rows = [
        batch.row(entry)
        for batch in batches
        for entry in islice(batch.selected(selection), ENTRIES_SHOWN)
    ]
    newest = nlargest(ENTRIES_SHOWN, rows, key=lambda row: row["at"])
    return _requests_page(FILTER.blank(**args), newest, f"/requests/live?{urlencode(args)}")


def _requests_page(state: FormState, rows: Iterable[Any] = (), live: str = "") -> str:
    return flask.render_template(
        "requests.html", rows=list(rows), live=live, state=state, with_sandbox=True,
        query=_has_filters(flask.request.args), limit=ENTRIES_SHOWN,
    )  # fmt: skip


def _has_filters(args: Mapping[str, str]) -> bool:
    return any(value for name, value in args.items() if name != "done")


def _batch(server: ServerContext, name: str) -> tuple[RequestBatch, int]:
    """Return the whole journal of a sandbox, and the id of the last request."""
    sandbox = server.sandbox(name)
    log = sandbox.request_log
    return RequestBatch.of(server, sandbox, list(log)), log.last_id
