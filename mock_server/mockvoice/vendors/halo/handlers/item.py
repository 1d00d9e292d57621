"""Operations on items."""

from collections.abc import Sequence

from mockvoice.vendors.halo import render
from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.handlers.bulk_save import save_all
from mockvoice.vendors.halo.render.responses import Json
from mockvoice.vendors.halo.rules import catalogue, records, searches
from mockvoice.vendors.halo.rules.lists import Query
from mockvoice.vendors.halo.rules.records import Body, find
from mockvoice.web.responses import Response


def search(backend: HaloBackend, query: Query) -> Json:
    result = searches.items(backend, query)
    return render.page("items", result, lambda item: render.item(backend, item))


def save(backend: HaloBackend, body: Sequence[Body]) -> Response:
    return save_all(
        backend, body, lambda element: render.item(backend, catalogue.save_item(backend, element))
    )


def get(backend: HaloBackend, item_id: int) -> Json:
    return render.item(backend, find(backend.items, item_id))


def delete(backend: HaloBackend, item_id: int) -> Json:
    return render.item(backend, records.delete(backend.items, item_id))
