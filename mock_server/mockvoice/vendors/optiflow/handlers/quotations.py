"""Operations on quotations."""

from mockvoice.vendors.optiflow import render
from mockvoice.vendors.optiflow.auth import resolve_actor
from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.pdf import quotation_pdf
from mockvoice.vendors.optiflow.rules import quotations
from mockvoice.vendors.optiflow.rules.lists import Query
from mockvoice.vendors.optiflow.rules.records import Body
from mockvoice.web.request_context import RequestUrl
from mockvoice.web.responses import DeferredResponse


def search(
    backend: OptiBackend,
    principal: str,
    x_workspace_id: int | None,
    query: Query,
    address: RequestUrl,
) -> render.Json:
    render.check_query(address, query)
    result = quotations.search(backend, resolve_actor(backend, principal, x_workspace_id), query)
    return render.page(result, lambda row: render.quotation_row(backend, row), address)


def get(
    backend: OptiBackend, principal: str, x_workspace_id: int | None, quotation_id: int
) -> render.Json:
    row = quotations.find(backend, resolve_actor(backend, principal, x_workspace_id), quotation_id)
    return render.envelope(render.quotation(backend, row))


def create(
    backend: OptiBackend, principal: str, x_workspace_id: int | None, body: Body
) -> render.Json:
    row = quotations.create(backend, resolve_actor(backend, principal, x_workspace_id), body)
    return render.envelope(render.quotation(backend, row))


def update(
    backend: OptiBackend, principal: str, x_workspace_id: int | None, quotation_id: int, body: Body
) -> render.Json:
    row = quotations.update(
        backend, resolve_actor(backend, principal, x_workspace_id), quotation_id, body
    )
    return render.envelope(render.quotation(backend, row))


replace = update


def delete(
    backend: OptiBackend, principal: str, x_workspace_id: int | None, quotation_id: int
) -> None:
    quotations.delete(backend, resolve_actor(backend, principal, x_workspace_id), quotation_id)


def convert(
    backend: OptiBackend,
    principal: str,
    x_workspace_id: int | None,
    quotation_id: int,
    body: Body | None,
) -> render.Json:
    row = quotations.convert(
        backend, resolve_actor(backend, principal, x_workspace_id), quotation_id, body
    )
    return render.envelope(render.invoice(backend, row))


def pdf(
    backend: OptiBackend, principal: str, x_workspace_id: int | None, quotation_id: int
) -> DeferredResponse:
    row = quotations.find(backend, resolve_actor(backend, principal, x_workspace_id), quotation_id)
    letterhead = render.letterhead(backend, row.currency_id)
    document, name = render.quotation(backend, row), f"cotizacion-{row.document_number}"
    return DeferredResponse(lambda: render.pdf_response(quotation_pdf(letterhead, document), name))
