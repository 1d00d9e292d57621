"""Operations on estimates."""

from mockvoice.vendors.growcrm import render
from mockvoice.vendors.growcrm.backend import GrowBackend
from mockvoice.vendors.growcrm.rules import estimates
from mockvoice.vendors.growcrm.rules.lists import Query
from mockvoice.vendors.growcrm.rules.records import Body, find


def search(backend: GrowBackend, query: Query) -> render.Json:
    result = estimates.search(backend, query)
    return render.page(backend, result, render.estimate, "Estimates retrieved successfully.")


def get(backend: GrowBackend, estimate_id: int) -> render.Json:
    row = find(backend.estimates, estimate_id)
    return render.envelope(render.estimate(backend, row), "Estimate retrieved successfully.")


def create(backend: GrowBackend, body: Body) -> render.Json:
    row = estimates.create(backend, body)
    return render.envelope(render.estimate(backend, row), "Estimate created successfully.")


def update(backend: GrowBackend, estimate_id: int, body: Body) -> render.Json:
    row = estimates.update(backend, estimate_id, body)
    return render.envelope(render.estimate(backend, row), "Estimate updated successfully.")


def delete(backend: GrowBackend, estimate_id: int) -> render.Json:
    row = estimates.delete(backend, estimate_id)
    return render.id_envelope(row.id, "Estimate deleted successfully.")


def set_items(backend: GrowBackend, estimate_id: int, body: Body) -> render.Json:
    row = estimates.set_items(backend, estimate_id, body)
    return render.envelope(render.estimate(backend, row), "Estimate items updated successfully.")


def set_status(backend: GrowBackend, estimate_id: int, body: Body) -> render.Json:
    row = estimates.set_status(backend, estimate_id, body)
    return render.envelope(render.estimate(backend, row), "Estimate status updated successfully.")


def set_tags(backend: GrowBackend, estimate_id: int, body: Body) -> render.Json:
    row = estimates.set_tags(backend, estimate_id, body)
    return render.envelope(render.estimate(backend, row), "Estimate tags updated successfully.")


def clone(backend: GrowBackend, estimate_id: int, body: Body) -> render.Json:
    row = estimates.clone(backend, estimate_id, body)
    return render.envelope(render.estimate(backend, row), "Estimate cloned successfully.")


def publish(backend: GrowBackend, estimate_id: int) -> render.Json:
    row = estimates.publish(backend, estimate_id)
    return render.envelope(render.estimate(backend, row), "Estimate published successfully.")


def send_email(backend: GrowBackend, estimate_id: int) -> render.Json:
    row = estimates.send_email(backend, estimate_id)
    return render.id_envelope(row.id, "Estimate email queued successfully.")


def convert_to_invoice(backend: GrowBackend, estimate_id: int) -> render.Json:
    row = estimates.convert_to_invoice(backend, estimate_id)
    return render.envelope(
        render.invoice(backend, row), "Estimate converted to invoice successfully."
    )
