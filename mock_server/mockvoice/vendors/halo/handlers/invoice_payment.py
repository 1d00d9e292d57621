"""Operations on payments."""

from collections.abc import Sequence

from mockvoice.vendors.halo import render
from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.handlers.bulk_save import save_records
from mockvoice.vendors.halo.render.responses import Json
from mockvoice.vendors.halo.rules import payments, searches
from mockvoice.vendors.halo.rules.lists import Query
from mockvoice.vendors.halo.rules.records import Body, find
from mockvoice.web.responses import Response


def search(backend: HaloBackend, query: Query) -> Json:
    return render.page(
        "payments",
        searches.payments(backend, query),
        lambda payment: render.payment_row(backend, payment),
    )


def save(backend: HaloBackend, body: Sequence[Body]) -> Response:
    return save_records(
        backend, body, lambda element: render.payment(backend, payments.save(backend, element))
    )


def get(backend: HaloBackend, payment_id: int) -> Json:
    return render.payment(backend, find(backend.payments, payment_id))


def delete(backend: HaloBackend, payment_id: int) -> Json:
    return render.payment(backend, payments.delete(backend, payment_id))
