"""Checks of references that are reported together with a body's other errors, by operation."""

from collections.abc import Callable, Mapping

from mockvoice.kernel.store import Table
from mockvoice.vendors.growcrm.backend import GrowBackend
from mockvoice.vendors.growcrm.models import Estimate, Invoice
from mockvoice.vendors.growcrm.rules import bills, categories, clients, items, payments, projects
from mockvoice.vendors.growcrm.rules.estimates import EXPIRY_DATE
from mockvoice.vendors.growcrm.rules.invoices import DUE_DATE
from mockvoice.vendors.growcrm.rules.records import Body
from mockvoice.web.laravel import BodyCheck
from mockvoice.web.request_context import RequestContext


def _contact_update(backend: GrowBackend, body: Body, context: RequestContext) -> None:
    clients.check_contact(backend, body, context.arguments["contact_id"])


def _new_category(backend: GrowBackend, body: Body, _: RequestContext) -> None:
    if body.get("category_name") and body.get("category_type"):
        categories.check_name(backend, body["category_type"], body["category_name"])


def _category_update(backend: GrowBackend, body: Body, context: RequestContext) -> None:
    category = backend.categories.get(context.arguments["category_id"])
    if body.get("category_name") and category is not None:
        categories.check_name(backend, category.type, body["category_name"], category.id)


def _project_update(backend: GrowBackend, body: Body, _: RequestContext) -> None:
    projects.check_body(backend, {**body, "project_clientid": None, "project_creatorid": None})


def _invoice_items(backend: GrowBackend, body: Body, context: RequestContext) -> None:
    _check_items(backend, backend.invoices, context.arguments["invoice_id"], body)


def _estimate_items(backend: GrowBackend, body: Body, context: RequestContext) -> None:
    _check_items(backend, backend.estimates, context.arguments["estimate_id"], body)


def _check_items(
    backend: GrowBackend, table: Table[Invoice] | Table[Estimate], record_id: int, body: Body
) -> None:
    record = table.get(record_id)
    if record is not None:
        bills.check_items(backend, record.bill, body)


def _of_body(check: Callable[[GrowBackend, Body], None]) -> BodyCheck:
    return lambda backend, body, _: check(backend, body)


def _header(end_date_field: str) -> BodyCheck:
    return lambda backend, body, _: bills.check_header(backend, body, end_date_field)


def _header_of_update(end_date_field: str) -> BodyCheck:
    """Return the check of a header whose client cannot change."""
    return lambda backend, body, _: bills.check_header(
        backend, {**body, "bill_clientid": None}, end_date_field
    )


CHECKS: Mapping[str, BodyCheck] = {
    "clients.create": _of_body(clients.check_new),
    "clients.update": _of_body(clients.check_update),
    "contacts.create": _of_body(clients.check_contact),
    "contacts.update": _contact_update,
    "categories.create": _new_category,
    "categories.update": _category_update,
    "projects.create": _of_body(projects.check_body),
    "projects.update": _project_update,
    "items.create": _of_body(items.check_body),
    "items.update": _of_body(items.check_body),
    "invoices.create": _header(DUE_DATE),
    "invoices.update": _header_of_update(DUE_DATE),
    "invoices.set_items": _invoice_items,
    "estimates.create": _header(EXPIRY_DATE),
    "estimates.update": _header_of_update(EXPIRY_DATE),
    "estimates.set_items": _estimate_items,
    "payments.create": _of_body(payments.check_invoice),
    "refunds.create": _of_body(payments.check_payment),
}
