"""Operations on recurring invoice templates."""

from mockvoice.vendors.count import render
from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.rules import templates
from mockvoice.vendors.count.rules.ignored_fields import empty_body_warnings, warnings_for
from mockvoice.vendors.count.rules.lists import Query
from mockvoice.vendors.count.rules.records import Body, find


def search(backend: CountBackend, query: Query) -> render.Json:
    result = templates.search(backend, query)
    name = "recurringInvoiceTemplates"
    return render.page(backend, result, render.template, name, "Templates fetched.")


def get(backend: CountBackend, template_id: str) -> render.Json:
    row = find(backend.templates, template_id)
    return render.success(render.template(backend, row), "Template fetched.")


def create(backend: CountBackend, body: Body) -> render.Json:
    row = templates.create(backend, body)
    warnings = warnings_for(backend, "RecurringInvoiceTemplateCreate", body)
    return render.with_warnings(render.template(backend, row), "Template created.", warnings)


def update(backend: CountBackend, template_id: str, body: Body) -> render.Json:
    row = templates.update(backend, template_id, body)
    warnings = empty_body_warnings(body) or warnings_for(
        backend, "RecurringInvoiceTemplateUpdate", body
    )
    return render.with_warnings(render.template(backend, row), "Template updated.", warnings)


def delete(backend: CountBackend, template_id: str) -> render.Json:
    row = templates.delete(backend, template_id)
    return render.deleted(row.id, "Template deleted.")


def pause(backend: CountBackend, template_id: str, body: Body | None = None) -> render.Json:
    row = templates.pause(backend, template_id)
    return render.success(render.template(backend, row), "Template paused.")


def resume(backend: CountBackend, template_id: str, body: Body | None = None) -> render.Json:
    row = templates.resume(backend, template_id)
    return render.success(render.template(backend, row), "Template resumed.")
