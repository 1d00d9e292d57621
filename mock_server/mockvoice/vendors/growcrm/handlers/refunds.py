"""Operations on refunds."""

from mockvoice.vendors.growcrm import render
from mockvoice.vendors.growcrm.backend import GrowBackend
from mockvoice.vendors.growcrm.rules import payments
from mockvoice.vendors.growcrm.rules.lists import Query
from mockvoice.vendors.growcrm.rules.records import Body, find


def search(backend: GrowBackend, query: Query) -> render.Json:
    result = payments.search_refunds(backend, query)
    return render.page(backend, result, render.refund, "Refunds retrieved successfully.")


def get(backend: GrowBackend, refund_id: int) -> render.Json:
    row = find(backend.refunds, refund_id)
    return render.envelope(render.refund(backend, row), "Refund retrieved successfully.")


def create(backend: GrowBackend, body: Body) -> render.Json:
    row = payments.create_refund(backend, body)
    return render.envelope(render.refund(backend, row), "Refund created successfully.")


def update(backend: GrowBackend, refund_id: int, body: Body) -> render.Json:
    row = payments.update_refund(backend, refund_id, body)
    return render.envelope(render.refund(backend, row), "Refund updated successfully.")


def delete(backend: GrowBackend, refund_id: int) -> render.Json:
    row = payments.delete_refund(backend, refund_id)
    return render.id_envelope(row.id, "Refund deleted successfully.")


def set_tags(backend: GrowBackend, refund_id: int, body: Body) -> render.Json:
    row = payments.set_refund_tags(backend, refund_id, body)
    return render.envelope(render.refund(backend, row), "Refund tags updated successfully.")
