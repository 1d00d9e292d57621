"""Operations on pro rata entries."""

from mock_server.vendors.halo import render
from mock_server.vendors.halo.backend import HaloBackend
from mock_server.vendors.halo.render.answers import Json
from mock_server.vendors.halo.rules import searches
from mock_server.vendors.halo.rules.lists import Query


def search(backend: HaloBackend, query: Query) -> Json:
    found = searches.pro_ratas(backend, query)
    return render.found("prorata", [render.pro_rata(backend, each) for each in found])
