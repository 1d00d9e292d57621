"""Operations on charge rates, which are read only."""

from mock_server.vendors.halo import render
from mock_server.vendors.halo.backend import HaloBackend
from mock_server.vendors.halo.render.answers import Json
from mock_server.vendors.halo.rules import searches
from mock_server.vendors.halo.rules.lists import Query
from mock_server.vendors.halo.rules.records import find


def search(backend: HaloBackend, query: Query) -> list[Json]:
    return [render.charge_rate(backend, each) for each in searches.charge_rates(backend, query)]


def get(backend: HaloBackend, charge_rate_id: int) -> Json:
    return render.charge_rate(backend, find(backend.charge_rates, charge_rate_id))
