"""Operations on invoices."""

from collections.abc import Sequence
from typing import Any

from mockvoice.vendors.halo import render
from mockvoice.vendors.halo.auth import Principal
from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.handlers.bulk_save import save_all
from mockvoice.vendors.halo.render.pdf import pdf_description, pdf_file
from mockvoice.vendors.halo.render.responses import Json
from mockvoice.vendors.halo.rules import (
    credit_notes,
    filters,
    invoice_viewers,
    invoices,
    line_updates,
)
from mockvoice.vendors.halo.rules.lists import PageResult, Query, parse_flag
from mockvoice.vendors.halo.rules.records import Body, find
from mockvoice.web.responses import DeferredResponse, Response


def search(backend: HaloBackend, query: Query, principal: str) -> Json:
    return search_table(backend, query, principal, templates=False)


def search_table(backend: HaloBackend, query: Query, principal: str, *, templates: bool) -> Json:
    """Return the matching invoices or templates, with the parts that the query asks for."""
    agent = agent_id(backend, principal)
    result = filters.search(backend, query, agent, templates=templates)
    return render_page(backend, result, query)


def render_page(backend: HaloBackend, result: PageResult[Any], query: Query) -> Json:
    """Return a page of invoices or templates, with the parts that the query asks for."""
    if parse_flag(query["idonly"]):
        return render.page("invoices", result, lambda invoice: {"id": invoice.id})
    items = bool(parse_flag(query["include_linked_item_details"]))
    lines = bool(parse_flag(query["includelines"])) or items
    dates = [name for name in render.PERIOD_DATES if parse_flag(query[name])]
    return render.page(
        "invoices",
        result,
        lambda invoice: render.list_row(
            backend, invoice, include_lines=lines, include_items=items, period_dates=dates
        ),
    )


def agent_id(backend: HaloBackend, principal: str) -> int:
    """Return the agent that the principal acts as."""
    return Principal.parse(principal).agent_id or backend.settings.agent_id


def save(backend: HaloBackend, body: Sequence[Body]) -> Response:
    def save_one(element: Body) -> Json:
        creates_credit = element.get("id") and element.get("_create_credit_note")
        rule = credit_notes if creates_credit else invoices
        return render.header(backend, rule.save(backend, element))

    return save_all(backend, body, save_one)


def get(backend: HaloBackend, invoice_id: int, query: Query) -> Json:
    invoice = find(backend.invoices, invoice_id)
    return render.header(backend, invoice, details=bool(parse_flag(query["includedetails"])))


def delete(backend: HaloBackend, invoice_id: int, query: Query) -> Json:
    bypass = bool(parse_flag(query["bypass_accounts_sync"]))
    rendered = render.header(backend, find(backend.invoices, invoice_id))
    invoices.delete(backend, invoice_id, bypass=bypass)
    return rendered


def update_lines(backend: HaloBackend, body: Sequence[Body]) -> Json | list[Json]:
    updated = line_updates.update_lines(backend, body, backend.invoices)
    return render.one_or_many([render.line(backend, *pair) for pair in updated])


def lines(backend: HaloBackend, query: Query) -> Json:
    result = filters.with_lines(backend, query)
    return render.page(
        "invoices", result, lambda invoice: render.list_row(backend, invoice, include_lines=True)
    )


def void(backend: HaloBackend, invoice_id: int) -> Json:
    return render.header(backend, invoices.void(backend, invoice_id))


def view(backend: HaloBackend, body: Sequence[Body]) -> Json | list[Json]:
    results = [invoice_viewers.save_viewers(backend, element) for element in body]
    return render.one_or_many(
        [render.viewers(invoice, viewing, stale=stale) for invoice, viewing, stale in results]
    )


def pdf(backend: HaloBackend, invoice_id: int, accept: tuple[str, ...]) -> Json | DeferredResponse:
    invoice = find(backend.invoices, invoice_id)
    if set(accept) == {"application/pdf"}:
        return pdf_file(backend, invoice)
    return pdf_description(backend, invoices.add_pdf_attachment(backend, invoice))
