"""Operations on clients."""

from collections.abc import Sequence

from mockvoice.vendors.halo import render
from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.handlers.bulk_save import save_all
from mockvoice.vendors.halo.render.responses import Json
from mockvoice.vendors.halo.rules import catalogue, searches
from mockvoice.vendors.halo.rules.lists import Query
from mockvoice.vendors.halo.rules.records import Body, find
from mockvoice.web.responses import Response


def search(backend: HaloBackend, query: Query) -> Json:
    result = searches.clients(backend, query)
    return render.page("clients", result, lambda client: render.client(backend, client))


def save(backend: HaloBackend, body: Sequence[Body]) -> Response:
    return save_all(
        backend,
        body,
        lambda element: render.client(
            backend, catalogue.save_client(backend, element), single=True
        ),
    )


def get(backend: HaloBackend, client_id: int) -> Json:
    return render.client(backend, find(backend.clients, client_id), single=True)


def delete(backend: HaloBackend, client_id: int) -> Json:
    return render.client(backend, catalogue.delete_client(backend, client_id), single=True)
