"""Operations on currencies."""

from collections.abc import Sequence

from mockvoice.vendors.halo import render
from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.handlers.bulk_save import save_records
from mockvoice.vendors.halo.render.responses import Json
from mockvoice.vendors.halo.rules import currencies
from mockvoice.vendors.halo.rules.records import Body, find
from mockvoice.web.responses import Response


def search(backend: HaloBackend) -> list[Json]:
    return [render.currency(row) for row in backend.currencies]


def save(backend: HaloBackend, body: Sequence[Body]) -> Response:
    return save_records(
        backend, body, lambda element: render.currency(currencies.save(backend, element))
    )


def get(backend: HaloBackend, currency_id: int) -> Json:
    return render.currency(find(backend.currencies, currency_id))


def delete(backend: HaloBackend, currency_id: int) -> Json:
    return render.currency(currencies.delete(backend, currency_id))
