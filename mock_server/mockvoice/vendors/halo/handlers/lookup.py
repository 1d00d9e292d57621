"""Operations on pick lists."""

from mockvoice.vendors.halo import render
from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.render.responses import Json


def search(backend: HaloBackend, lookupid: int | None) -> list[Json]:
    rows = [render.lookup(row) for row in backend.lookups]
    return [row for row in rows if lookupid is None or row["lookupid"] == lookupid]
