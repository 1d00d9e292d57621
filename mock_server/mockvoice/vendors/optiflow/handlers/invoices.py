"""Operations on invoices."""

from mockvoice.vendors.optiflow import print_out, render
from mockvoice.vendors.optiflow.auth import enter
from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.rules import invoices, ncf, sales
from mockvoice.vendors.optiflow.rules.lists import Query
from mockvoice.vendors.optiflow.rules.records import Body
from mockvoice.web.request_context import Address
from mockvoice.web.responses import DeferredResponse


def search(
    backend: OptiBackend, principal: str, x_workspace_id: int | None, query: Query, address: Address
) -> render.Json:
    render.check_query(address, query)
    found = invoices.search(backend, enter(backend, principal, x_workspace_id), query)
    return render.page(found, lambda row: render.invoice_row(backend, row), address)


def get(
    backend: OptiBackend, principal: str, x_workspace_id: int | None, invoice_id: int
) -> render.Json:
    row = invoices.find(backend, enter(backend, principal, x_workspace_id), invoice_id)
    return render.one(render.invoice(backend, row))


def create(
    backend: OptiBackend, principal: str, x_workspace_id: int | None, body: Body
) -> render.Json:
    row = sales.create(backend, enter(backend, principal, x_workspace_id), body)
    return render.one(render.invoice(backend, row))


def update(
    backend: OptiBackend, principal: str, x_workspace_id: int | None, invoice_id: int, body: Body
) -> render.Json:
    row = invoices.update(backend, enter(backend, principal, x_workspace_id), invoice_id, body)
    return render.one(render.invoice(backend, row))


replace = update


def delete(
    backend: OptiBackend, principal: str, x_workspace_id: int | None, invoice_id: int
) -> None:
    invoices.delete(backend, enter(backend, principal, x_workspace_id), invoice_id)


def pdf(
    backend: OptiBackend, principal: str, x_workspace_id: int | None, invoice_id: int
) -> DeferredResponse:
    row = invoices.find(backend, enter(backend, principal, x_workspace_id), invoice_id)
    letterhead = render.letterhead(backend, row.currency_id)
    document, name = render.invoice(backend, row), f"factura-{row.document_number}"
    return DeferredResponse(
        lambda: render.pdf_answer(print_out.invoice(letterhead, document), name)
    )


def validate_ncf(
    backend: OptiBackend, principal: str, x_workspace_id: int | None, body: Body
) -> render.Json:
    visit = enter(backend, principal, x_workspace_id)
    return render.verdict(*ncf.check(backend, body, visit))


def validate_ncf_unversioned(backend: OptiBackend, body: Body) -> render.Json:
    return render.verdict(*ncf.check(backend, body, None))
