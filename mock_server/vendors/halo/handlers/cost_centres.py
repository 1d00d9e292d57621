"""Operations on cost centres."""

from collections.abc import Sequence

from mock_server.vendors.halo import render
from mock_server.vendors.halo.backend import HaloBackend
from mock_server.vendors.halo.handlers.saves import save_each
from mock_server.vendors.halo.render.answers import Json
from mock_server.vendors.halo.rules import records
from mock_server.vendors.halo.rules.records import Body, find
from mock_server.web.answers import Answer


def search(backend: HaloBackend) -> list[Json]:
    return [render.cost_centre(each) for each in backend.cost_centres]


def save(backend: HaloBackend, body: Sequence[Body]) -> Answer:
    return save_each(
        backend, body, lambda each: render.cost_centre(records.save_cost_centre(backend, each))
    )


def get(backend: HaloBackend, cost_centre_id: int) -> Json:
    return render.cost_centre(find(backend.cost_centres, cost_centre_id))


def delete(backend: HaloBackend, cost_centre_id: int) -> Json:
    return render.cost_centre(records.delete(backend.cost_centres, cost_centre_id))
