"""Operations on items."""

from collections.abc import Sequence

from mock_server.vendors.halo import render
from mock_server.vendors.halo.backend import HaloBackend
from mock_server.vendors.halo.handlers.saves import save_each
from mock_server.vendors.halo.render.answers import Json
from mock_server.vendors.halo.rules import catalogue, records, searches
from mock_server.vendors.halo.rules.lists import Query
from mock_server.vendors.halo.rules.records import Body, find
from mock_server.web.answers import Answer


def search(backend: HaloBackend, query: Query) -> Json:
    found = searches.items(backend, query)
    return render.page("items", found, lambda item: render.item(backend, item))


def save(backend: HaloBackend, body: Sequence[Body]) -> Answer:
    return save_each(
        backend, body, lambda each: render.item(backend, catalogue.save_item(backend, each))
    )


def get(backend: HaloBackend, item_id: int) -> Json:
    return render.item(backend, find(backend.items, item_id))


def delete(backend: HaloBackend, item_id: int) -> Json:
    return render.item(backend, records.delete(backend.items, item_id))
