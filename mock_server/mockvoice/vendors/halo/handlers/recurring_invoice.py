"""Operations on recurring templates."""

from collections.abc import Sequence

from mockvoice.vendors.halo import render
from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.handlers import invoice
from mockvoice.vendors.halo.handlers.bulk_save import save_all
from mockvoice.vendors.halo.render.responses import Json
from mockvoice.vendors.halo.rules import invoices, line_updates, template_runs
from mockvoice.vendors.halo.rules.lists import Query, parse_flag
from mockvoice.vendors.halo.rules.records import Body, find
from mockvoice.web.responses import Response


def search(backend: HaloBackend, query: Query, principal: str) -> Json:
    return invoice.search_table(backend, query, principal, templates=True)


def save(backend: HaloBackend, body: Sequence[Body]) -> Response:
    return save_all(
        backend,
        body,
        lambda element: render.header(backend, invoices.save_template(backend, element)),
    )


def get(backend: HaloBackend, recurring_invoice_id: int, query: Query) -> Json:
    template = find(backend.templates, recurring_invoice_id)
    return render.header(backend, template, details=bool(parse_flag(query["includedetails"])))


def delete(backend: HaloBackend, recurring_invoice_id: int) -> Json:
    rendered = render.header(backend, find(backend.templates, recurring_invoice_id))
    invoices.delete_template(backend, recurring_invoice_id)
    return rendered


def update_lines(backend: HaloBackend, body: Sequence[Body]) -> Json | list[Json]:
    updated = line_updates.update_lines(backend, body, backend.templates)
    return render.one_or_many([render.line(backend, *pair) for pair in updated])


def add_lines(backend: HaloBackend, body: Sequence[Body]) -> Json | list[Json]:
    added = line_updates.add_lines(backend, body, backend.templates)
    return render.one_or_many([render.line(backend, *pair) for pair in added])


def process(backend: HaloBackend, body: Sequence[int]) -> list[Json]:
    return [render.header(backend, row) for row in template_runs.process(backend, body)]
