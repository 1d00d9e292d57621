"""How responses show the rows of each table, for the checks of an import."""

from mockvoice.vendors.growcrm import render
from mockvoice.vendors.growcrm.backend import GrowBackend
from mockvoice.vendors.growcrm.models import InvoiceStatus, TaxRate, Unit
from mockvoice.web.record_views import RecordView


def status(backend: GrowBackend, row: InvoiceStatus) -> render.Json:
    """Return a status as invoices show it."""
    return {"id": row.id, "title": row.title, "color": row.color}


def link(backend: GrowBackend, row: TaxRate | Unit) -> render.Json:
    """Return a tax rate or a unit as catalogue items show it."""
    return {"id": row.id, "name": row.name}


# Tables that other rows show come first: their own rows' errors are then reported.
RECORD_VIEWS = {
    "statuses": RecordView(status, "InvoiceStatus"),
    "units": RecordView(link, "NamedLink"),
    "tax_rates": RecordView(link, "NamedLink"),
    "users": RecordView(render.contact, "Contact"),
    "categories": RecordView(render.category, "Category"),
    "clients": RecordView(render.client, "ClientRecord"),
    "invoices": RecordView(render.invoice, "Invoice"),
    "estimates": RecordView(render.estimate, "Estimate"),
    "projects": RecordView(render.project, "Project"),
    "payments": RecordView(render.payment, "Payment"),
    "refunds": RecordView(render.refund, "Refund"),
    "items": RecordView(render.item, "CatalogueItem"),
}
