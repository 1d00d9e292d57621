"""Operations on payments."""

from mockvoice.vendors.optiflow import render
from mockvoice.vendors.optiflow.auth import resolve_actor
from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.pdf import receipt_pdf
from mockvoice.vendors.optiflow.rules import payments
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
    result = payments.search(backend, resolve_actor(backend, principal, x_workspace_id), query)
    return render.page(result, lambda row: render.payment(backend, row), address)


def search_for_invoice(
    backend: OptiBackend,
    principal: str,
    x_workspace_id: int | None,
    invoice_id: int,
    query: Query,
    address: RequestUrl,
) -> render.Json:
    render.check_query(address, query)
    actor = resolve_actor(backend, principal, x_workspace_id)
    result = payments.search_for_invoice(backend, actor, invoice_id, query)
    return render.page(result, lambda row: render.payment(backend, row), address)


def get(
    backend: OptiBackend, principal: str, x_workspace_id: int | None, payment_id: int
) -> render.Json:
    row = payments.find(backend, resolve_actor(backend, principal, x_workspace_id), payment_id)
    return render.envelope(render.payment(backend, row))


def create(
    backend: OptiBackend, principal: str, x_workspace_id: int | None, body: Body
) -> render.Json:
    row = payments.create(backend, resolve_actor(backend, principal, x_workspace_id), body)
    return render.envelope(render.payment(backend, row))


def create_for_invoice(
    backend: OptiBackend, principal: str, x_workspace_id: int | None, invoice_id: int, body: Body
) -> render.Json:
    actor = resolve_actor(backend, principal, x_workspace_id)
    row = payments.create_for_invoice(backend, actor, invoice_id, body)
    return render.envelope(render.payment(backend, row))


def update(
    backend: OptiBackend, principal: str, x_workspace_id: int | None, payment_id: int, body: Body
) -> render.Json:
    row = payments.update(
        backend, resolve_actor(backend, principal, x_workspace_id), payment_id, body
    )
    return render.envelope(render.payment(backend, row))


def delete(
    backend: OptiBackend, principal: str, x_workspace_id: int | None, payment_id: int
) -> None:
    payments.delete(backend, resolve_actor(backend, principal, x_workspace_id), payment_id)


def pdf(
    backend: OptiBackend, principal: str, x_workspace_id: int | None, payment_id: int
) -> DeferredResponse:
    row = payments.find(backend, resolve_actor(backend, principal, x_workspace_id), payment_id)
    letterhead = render.letterhead(backend, row.currency_id)
    document, name = render.receipt(backend, row), f"recibo-{row.payment_number}"
    return DeferredResponse(lambda: render.pdf_response(receipt_pdf(letterhead, document), name))
