"""What a sandbox was asked, and what it answered."""

from mockvoice.control.context import ServerContext
from mockvoice.control.errors import InvalidFilter, JournalDisabled
from mockvoice.control.har import archive
from mockvoice.control.journal_view import Filter, chosen, redactor_for, shown
from mockvoice.control.redaction import Redactor
from mockvoice.web.request_log import Entry
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
    entries, masks = _wanted(server, sandbox_name, Filter(vendor, operation, status, since), limit)
    # Decoding takes long beside answering a request, and nobody changes an entry.
    return DeferredResponse(lambda: shown(entries, masks))


def export(
    server: ServerContext,
    sandbox_name: str,
    vendor: str | None,
    operation: str | None,
    status: str | None,
    since: str | None,
    limit: int,
) -> DeferredResponse:
    entries, masks = _wanted(server, sandbox_name, Filter(vendor, operation, status, since), limit)
    headers = {"Content-Disposition": f'attachment; filename="{sandbox_name}.har"'}
    return DeferredResponse(
        lambda: Response(
            archive(entries, masks), headers=headers, media_type="application/har+json"
        )
    )


def clear(server: ServerContext, sandbox_name: str) -> Response:
    server.sandbox(sandbox_name).request_log.clear()
    return Response(status=204)


def _wanted(
    server: ServerContext, sandbox_name: str, wanted: Filter, limit: int
) -> tuple[list[Entry], Redactor]:
    """The entries that are wanted, and what hides a sandbox's secrets in them."""
    sandbox = server.sandbox(sandbox_name)
    if not server.sandboxes.journal_size:
        raise JournalDisabled
    if wanted.vendor is not None:
        server.vendor(wanted.vendor)
    try:
        return chosen(sandbox, wanted, limit), redactor_for(sandbox)
    except ValueError as error:
        raise InvalidFilter(
            "status must be a status or a class of them, since the id of an entry or an instant such "
            f"as 2026-03-01T09:00:00Z: {error}"
        ) from error
