"""Pages of a sandbox's records, in each vendor's own words: lists, documents and exports as CSV."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import flask

from mockvoice.control import record_list
from mockvoice.control.console.form_state import Form, FormState, accepts_pages
from mockvoice.control.console.forms import call_handler, render_page
from mockvoice.control.console.reading import backend_reader
from mockvoice.control.context import ServerContext
from mockvoice.control.errors import InvalidField, RecordKindNotFound, RecordNotFound
from mockvoice.control.record_list import RecordFilter
from mockvoice.control.record_page import record_page, record_traces
from mockvoice.web.record_kinds import RecordKind

# The fields of a list's filter in which anything can be entered.
FILTER = Form(
    "filter",
    "The list is not filtered by all fields.",
    {"from": "From", "to": "To", "min": "At least", "max": "At most"},
)


def add(pages: flask.Blueprint, server: ServerContext) -> None:
    """Add the pages of records."""

    @pages.get("/sandboxes/<name>/records/<key>/<kind>")
    def records(name: str, key: str, kind: str) -> Any:
        described = _kind(server, key, kind)
        args, state = _valid_filters(flask.request.args)
        record_filter = RecordFilter.parse(args)
        with backend_reader(server, name, key) as reader:
            rows, today = reader.summaries(described), reader.today
        page = record_list.list_records(described, rows, today, record_filter, _page_number(args))
        query = {
            part: value for part, value in args.items() if value and part not in ("page", "done")
        }
        shown = render_page(
            "records.html", server, name, key=key, kind=described, page=page, filter=record_filter,
            today=today, query=query, address=_address, sortable=record_list.SORTABLE, state=state,
        )  # fmt: skip
        return shown, 400 if state.is_rejected else 200

    @pages.get("/sandboxes/<name>/records/<key>/<kind>.csv")
    def records_csv(name: str, key: str, kind: str) -> flask.Response:
        described = _kind(server, key, kind)
        record_filter = RecordFilter.parse(flask.request.args)
        with backend_reader(server, name, key) as reader:
            rows, today = reader.summaries(described), reader.today
        text = record_list.as_csv(described, rows, today, record_filter)
        response = flask.Response(text, mimetype="text/csv")
        response.headers["Content-Disposition"] = f'attachment; filename="{key}-{kind}.csv"'
        return response

    @pages.get("/sandboxes/<name>/records/<key>/<kind>/<path:number>")
    def record(name: str, key: str, kind: str, number: str) -> str:
        described = _kind(server, key, kind)
        with backend_reader(server, name, key) as reader:
            row = described.find(reader.backend, number)
            if row is None:
                raise RecordNotFound(described.noun, number)
            vendor = server.vendor(key)
            page = record_page(vendor, described, reader.backend, row)
            entries = call_handler(lambda: list(server.sandbox(name).request_log))
            traces = record_traces(vendor, described, reader.backend, entries, page.summary.key)
        return render_page(
            "record.html", server, name, key=key, kind=described, page=page, traces=traces
        )

    @pages.get("/sandboxes/<name>/records/<key>/<kind>/<path:number>.pdf")
    def record_pdf(name: str, key: str, kind: str, number: str) -> flask.Response:
        described = _kind(server, key, kind)
        with backend_reader(server, name, key) as reader:
            row = described.find(reader.backend, number)
            if row is None or described.layout.pdf is None:
                raise RecordNotFound(described.noun, f"{number}.pdf")
            content = described.layout.pdf(reader.backend, row)
        return flask.Response(content, mimetype="application/pdf")


def _kind(server: ServerContext, key: str, kind: str) -> RecordKind:
    """Return a vendor's kind of records. Raises ``VendorNotFound`` and ``RecordKindNotFound``."""
    kinds = server.vendor(key).record_kinds
    for described in kinds:
        if described.key == kind:
            return described
    raise RecordKindNotFound(key, kind, [described.key for described in kinds])


def _valid_filters(args: Mapping[str, str]) -> tuple[dict[str, str], FormState]:
    """Return the filters of a query that are valid, and the form with the problems of the others.

    Raises ``InvalidField`` for clients that do not accept HTML.
    """
    valid, state = dict(args.items()), FILTER.blank(**args)
    while True:
        try:
            RecordFilter.parse(valid)
        except InvalidField as error:
            if not accepts_pages():
                raise
            state.problems |= FILTER.rejected(error, args).problems
            del valid[error.field]
        else:
            return valid, state


def _page_number(args: Mapping[str, str]) -> int:
    number = args.get("page", "")
    return int(number) if number.isdecimal() and len(number) < 10 else 1


def _address(query: dict[str, str], **changes: Any) -> str:
    """Return the query of a list with some values changed; an empty value leaves a name out."""
    changed = {**query, **{name: str(value) for name, value in changes.items()}}
    return "?" + urlencode({name: value for name, value in changed.items() if value})
