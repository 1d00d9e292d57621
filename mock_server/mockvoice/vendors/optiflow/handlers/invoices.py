"""Operations on invoices."""

from mockvoice.vendors.optiflow import render
from mockvoice.vendors.optiflow.auth import resolve_actor
from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.pdf import invoice_pdf
from mockvoice.vendors.optiflow.rules import invoices, ncf, sales
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
    result = invoices.search(backend, resolve_actor(backend, principal, x_workspace_id), query)
    return render.page(result, lambda row: render.invoice_row(backend, row), address)


def get(
    backend: OptiBackend, principal: str, x_workspace_id: int | None, invoice_id: int
) -> render.Json:
    row = invoices.find(backend, resolve_actor(backend, principal, x_workspace_id), invoice_id)
    return render.envelope(render.invoice(backend, row))


def create(
    backend: OptiBackend, principal: str, x_workspace_id: int | None, body: Body
) -> render.Json:
    row = sales.create(backend, resolve_actor(backend, principal, x_workspace_id), body)
    return render.envelope(render.invoice(backend, row))


def update(
    backend: OptiBackend, principal: str, x_workspace_id: int | None, invoice_id: int, body: Body
) -> render.Json:
    row = invoices.update(
        backend, resolve_actor(backend, principal, x_workspace_id), invoice_id, body
    )
    return render.envelope(render.invoice(backend, row))


replace = update


def delete(
    backend: OptiBackend, principal: str, x_workspace_id: int | None, invoice_id: int
) -> None:
    invoices.delete(backend, resolve_actor(backend, principal, x_workspace_id), invoice_id)


def pdf(
    backend: OptiBackend, principal: str, x_workspace_id: int | None, invoice_id: int
) -> DeferredResponse:
    row = invoices.find(backend, resolve_actor(backend, principal, x_workspace_id), invoice_id)
    letterhead = render.letterhead(backend, row.currency_id)
    document, name = render.invoice(backend, row), f"factura-{row.document_number}"
    return DeferredResponse(lambda: render.pdf_response(invoice_pdf(letterhead, document), name))


def validate_ncf(
    backend: OptiBackend, principal: str, x_workspace_id: int | None, body: Body
) -> render.Json:
    actor = resolve_actor(backend, principal, x_workspace_id)
    return render.ncf_validation(*ncf.validate(backend, body, actor))


def validate_ncf_unversioned(backend: OptiBackend, body: Body) -> render.Json:
    return render.ncf_validation(*ncf.validate(backend, body, None))
