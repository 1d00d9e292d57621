"""Operations on invoice statuses, which are read only."""

from mock_server.vendors.halo import render
from mock_server.vendors.halo.backend import HaloBackend
from mock_server.vendors.halo.render.answers import Json


def search(backend: HaloBackend) -> Json:
    return render.found("data", [render.status(each) for each in backend.statuses])
