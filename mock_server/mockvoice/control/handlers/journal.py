"""The journal of a sandbox: its requests and responses."""

from collections.abc import Callable
from functools import partial
from typing import Any

from mockvoice.control import verification
from mockvoice.control.context import ServerContext
from mockvoice.control.errors import JournalDisabled
from mockvoice.control.filters import check_operation, check_vendor
from mockvoice.control.har import archive
from mockvoice.control.journal_view import Filter, redactor_for, render_entries, select_entries
from mockvoice.control.redaction import Redactor
from mockvoice.control.request_criteria import parse_criteria, parse_texts
from mockvoice.control.verification import Expectation, ExpectedCount
from mockvoice.sandboxes.request_log import Entry
from mockvoice.web.responses import DeferredResponse, Response

DEFAULT_LIMIT = 100


def _for_selection(
    respond: Callable[[str, list[Entry], Redactor], Any],
) -> Callable[..., DeferredResponse]:
    """Return a handler that responds with the entries which the filters select.

    Parsing bodies is slow compared to serving a request; entries never change, so a thread may do it.
    """

    def handler(
        server: ServerContext,
        sandbox_name: str,
        vendor: str | None = None,
        operation: str | None = None,
        status: str | None = None,
        method: str | None = None,
        path: str | None = None,
        query: str | None = None,
        header: str | None = None,
        body: str | None = None,
        since: str | None = None,
        until: str | None = None,
        limit: int = DEFAULT_LIMIT,
    ) -> DeferredResponse:
        sandbox = server.sandbox(sandbox_name)
        if not server.sandboxes.journal_size:
            raise JournalDisabled
        check_vendor(server, vendor)
        check_operation(server, operation, vendor)
        match = parse_texts(method, path, query, header, body)
        matches = Filter(vendor, operation, status, since, until, match).predicate(server.vendors)
        entries, redactor = (
            list(sandbox.request_log),
            redactor_for(sandbox, server.vendors.values()),
        )
        return DeferredResponse(
            lambda: respond(sandbox_name, select_entries(entries, matches, limit), redactor),
            pool="exports",
        )

    return handler


def _archive(sandbox_name: str, entries: list[Entry], redactor: Redactor) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{sandbox_name}.har"'}
    return Response(archive(entries, redactor), headers=headers, media_type="application/har+json")


search = _for_selection(lambda _, entries, redactor: render_entries(entries, redactor))
export = _for_selection(_archive)


def verify(server: ServerContext, sandbox_name: str, body: dict[str, Any]) -> DeferredResponse:
    sandbox = server.sandbox(sandbox_name)
    if not server.sandboxes.journal_size:
        raise JournalDisabled
    check_vendor(server, body.get("vendor"))
    check_operation(server, body.get("operation"), body.get("vendor"))
    status = str(body["status"]).lower() if "status" in body else None
    expectation = Expectation(
        body.get("vendor"), body.get("operation"), status, parse_criteria(body)
    )
    work = partial(
        verification.verify,
        list(sandbox.request_log),
        sandbox.request_log.dropped(),
        expectation,
        ExpectedCount.parse(body),
        server.vendors,
        redactor_for(sandbox, server.vendors.values()),
    )
    return DeferredResponse(work, pool="exports")


def clear(server: ServerContext, sandbox_name: str) -> Response:
    server.sandbox(sandbox_name).request_log.clear()
    return Response(status=204)
