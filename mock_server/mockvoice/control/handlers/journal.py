"""The journal of a sandbox: its requests and responses."""

from mockvoice.control.context import ServerContext
from mockvoice.control.errors import JournalDisabled
from mockvoice.control.filters import check_operation, check_vendor
from mockvoice.control.har import archive
from mockvoice.control.journal_view import Filter, redactor_for, render_entries, select_entries
from mockvoice.control.redaction import Redactor
from mockvoice.sandboxes.request_log import Entry
from mockvoice.web.responses import DeferredResponse, Response


def search(
    server: ServerContext,
    sandbox_name: str,
    vendor: str | None,
    operation: str | None,
    status: str | None,
    since: str | None,
    limit: int,
) -> DeferredResponse:
    entries, redactor = _select(
        server, sandbox_name, Filter(vendor, operation, status, since), limit
    )
    # Decoding is slow compared to serving a request; entries never change, so a thread may do it.
    return DeferredResponse(lambda: render_entries(entries, redactor), pool="exports")


def export(
    server: ServerContext,
    sandbox_name: str,
    vendor: str | None,
    operation: str | None,
    status: str | None,
    since: str | None,
    limit: int,
) -> DeferredResponse:
    entries, redactor = _select(
        server, sandbox_name, Filter(vendor, operation, status, since), limit
    )
    headers = {"Content-Disposition": f'attachment; filename="{sandbox_name}.har"'}
    return DeferredResponse(
        lambda: Response(
            archive(entries, redactor), headers=headers, media_type="application/har+json"
        ),
        pool="exports",
    )


def clear(server: ServerContext, sandbox_name: str) -> Response:
    server.sandbox(sandbox_name).request_log.clear()
    return Response(status=204)


def _select(
    server: ServerContext, sandbox_name: str, criteria: Filter, limit: int
) -> tuple[list[Entry], Redactor]:
    """Return the matching entries, and the redactor of the sandbox. Raises ``InvalidFilter``."""
    sandbox = server.sandbox(sandbox_name)
    if not server.sandboxes.journal_size:
        raise JournalDisabled
    check_vendor(server, criteria.vendor)
    check_operation(server, criteria.operation, criteria.vendor)
    return select_entries(sandbox, criteria, limit), redactor_for(sandbox, server.vendors.values())
