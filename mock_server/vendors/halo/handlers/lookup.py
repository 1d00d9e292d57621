"""Operations on pick lists."""

from mock_server.vendors.halo import render
from mock_server.vendors.halo.backend import HaloBackend
from mock_server.vendors.halo.render.answers import Json


def search(backend: HaloBackend, lookupid: int | None) -> list[Json]:
    rows = [render.lookup(each) for each in backend.lookups]
    return [row for row in rows if lookupid is None or row["lookupid"] == lookupid]
