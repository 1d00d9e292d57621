"""Operations on recurring templates."""

from collections.abc import Sequence

from mockvoice.vendors.halo import render
from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.handlers import invoice
from mockvoice.vendors.halo.handlers.saves import save_each
from mockvoice.vendors.halo.render.responses import Json
from mockvoice.vendors.halo.rules import filters, invoices, line_updates, template_runs
from mockvoice.vendors.halo.rules.lists import Query, parse_flag
from mockvoice.vendors.halo.rules.records import Body, find
from mockvoice.web.responses import Response


def search(backend: HaloBackend, query: Query, principal: str) -> Json:
    agent = invoice.agent_id(backend, principal)
    found = filters.search(backend, query, agent, templates=True)
    return invoice.render_page(backend, found, query)


def save(backend: HaloBackend, body: Sequence[Body]) -> Response:
    return save_each(
        backend, body, lambda each: render.header(backend, invoices.save_template(backend, each))
    )


def get(backend: HaloBackend, recurring_invoice_id: int, query: Query) -> Json:
    template = find(backend.templates, recurring_invoice_id)
    return render.header(backend, template, details=bool(parse_flag(query["includedetails"])))


def delete(backend: HaloBackend, recurring_invoice_id: int) -> Json:
    shown = render.header(backend, find(backend.templates, recurring_invoice_id))
    invoices.delete_template(backend, recurring_invoice_id)
    return shown


def update_lines(backend: HaloBackend, body: Sequence[Body]) -> Json | list[Json]:
    changed = line_updates.update_lines(backend, body, backend.templates)
    return render.one_or_many([render.line(backend, *each) for each in changed])


def add_lines(backend: HaloBackend, body: Sequence[Body]) -> Json | list[Json]:
    added = [line_updates.add_line(backend, each, backend.templates) for each in body]
    return render.one_or_many([render.line(backend, *each) for each in added])


def process(backend: HaloBackend, body: Sequence[int]) -> list[Json]:
    return [render.header(backend, each) for each in template_runs.process(backend, body)]
