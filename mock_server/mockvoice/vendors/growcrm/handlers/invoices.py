"""Operations on invoices."""

from mockvoice.vendors.growcrm import render
from mockvoice.vendors.growcrm.backend import GrowBackend
from mockvoice.vendors.growcrm.rules import invoices
from mockvoice.vendors.growcrm.rules.lists import Query
from mockvoice.vendors.growcrm.rules.records import Body, find


def search(backend: GrowBackend, query: Query) -> render.Json:
    result = invoices.search(backend, query)
    return render.page(backend, result, render.invoice, "Invoices retrieved successfully.")


def get(backend: GrowBackend, invoice_id: int) -> render.Json:
    row = find(backend.invoices, invoice_id)
    return render.envelope(render.invoice(backend, row), "Invoice retrieved successfully.")


def create(backend: GrowBackend, body: Body) -> render.Json:
    row = invoices.create(backend, body)
    return render.envelope(render.invoice(backend, row), "Invoice created successfully.")


def update(backend: GrowBackend, invoice_id: int, body: Body) -> render.Json:
    row = invoices.update(backend, invoice_id, body)
    return render.envelope(render.invoice(backend, row), "Invoice updated successfully.")


def delete(backend: GrowBackend, invoice_id: int) -> render.Json:
    row = invoices.delete(backend, invoice_id)
    return render.id_envelope(row.id, "Invoice deleted successfully.")


def set_items(backend: GrowBackend, invoice_id: int, body: Body) -> render.Json:
    row = invoices.set_items(backend, invoice_id, body)
    return render.envelope(render.invoice(backend, row), "Invoice items updated successfully.")


def set_status(backend: GrowBackend, invoice_id: int, body: Body) -> render.Json:
    row = invoices.set_status(backend, invoice_id, body)
    return render.envelope(render.invoice(backend, row), "Invoice status updated successfully.")


def set_tags(backend: GrowBackend, invoice_id: int, body: Body) -> render.Json:
    row = invoices.set_tags(backend, invoice_id, body)
    return render.envelope(render.invoice(backend, row), "Invoice tags updated successfully.")


def clone(backend: GrowBackend, invoice_id: int, body: Body) -> render.Json:
    row = invoices.clone(backend, invoice_id, body)
    return render.envelope(render.invoice(backend, row), "Invoice cloned successfully.")


def publish(backend: GrowBackend, invoice_id: int) -> render.Json:
    row = invoices.publish(backend, invoice_id)
    return render.envelope(render.invoice(backend, row), "Invoice published successfully.")


def send_email(backend: GrowBackend, invoice_id: int) -> render.Json:
    row = invoices.send_email(backend, invoice_id)
    return render.id_envelope(row.id, "Invoice email queued successfully.")
