"""Operations on payments."""

from mockvoice.vendors.growcrm import render
from mockvoice.vendors.growcrm.backend import GrowBackend
from mockvoice.vendors.growcrm.rules import payments
from mockvoice.vendors.growcrm.rules.lists import Query
from mockvoice.vendors.growcrm.rules.records import Body, find


def search(backend: GrowBackend, query: Query) -> render.Json:
    result = payments.search(backend, query)
    return render.page(backend, result, render.payment, "Payments retrieved successfully.")


def get(backend: GrowBackend, payment_id: int) -> render.Json:
    row = find(backend.payments, payment_id)
    return render.envelope(render.payment(backend, row), "Payment retrieved successfully.")


def create(backend: GrowBackend, body: Body) -> render.Json:
    row = payments.create(backend, body)
    return render.envelope(render.payment(backend, row), "Payment created successfully.")


def update(backend: GrowBackend, payment_id: int, body: Body) -> render.Json:
    row = payments.update(backend, payment_id, body)
    return render.envelope(render.payment(backend, row), "Payment updated successfully.")


def delete(backend: GrowBackend, payment_id: int) -> render.Json:
    row = payments.delete(backend, payment_id)
    return render.id_envelope(row.id, "Payment deleted successfully.")


def set_tags(backend: GrowBackend, payment_id: int, body: Body) -> render.Json:
    row = payments.set_tags(backend, payment_id, body)
    return render.envelope(render.payment(backend, row), "Payment tags updated successfully.")


def refund(backend: GrowBackend, payment_id: int, body: Body) -> render.Json:
    payments.refund(backend, payment_id, body)
    row = find(backend.payments, payment_id)
    return render.envelope(render.payment(backend, row), "Payment refunded successfully.")


def undo_refund(backend: GrowBackend, payment_id: int) -> render.Json:
    row = payments.undo_refund(backend, payment_id)
    return render.envelope(render.payment(backend, row), "Payment refund deleted successfully.")
