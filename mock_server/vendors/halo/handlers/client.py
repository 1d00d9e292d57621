"""Operations on clients."""

from collections.abc import Sequence

from mock_server.vendors.halo import render
from mock_server.vendors.halo.backend import HaloBackend
from mock_server.vendors.halo.handlers.saves import save_each
from mock_server.vendors.halo.render.answers import Json
from mock_server.vendors.halo.rules import catalogue, searches
from mock_server.vendors.halo.rules.lists import Query
from mock_server.vendors.halo.rules.records import Body, find
from mock_server.web.answers import Answer


def search(backend: HaloBackend, query: Query) -> Json:
    found = searches.clients(backend, query)
    return render.page("clients", found, lambda client: render.client(backend, client))


def save(backend: HaloBackend, body: Sequence[Body]) -> Answer:
    return save_each(
        backend,
        body,
        lambda each: render.client(backend, catalogue.save_client(backend, each), single=True),
    )


def get(backend: HaloBackend, client_id: int) -> Json:
    return render.client(backend, find(backend.clients, client_id), single=True)


def delete(backend: HaloBackend, client_id: int) -> Json:
    return render.client(backend, catalogue.delete_client(backend, client_id), single=True)
