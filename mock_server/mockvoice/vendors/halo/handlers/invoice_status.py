"""Operations on invoice statuses, which are read-only."""

from mockvoice.vendors.halo import render
from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.render.responses import Json


def search(backend: HaloBackend) -> Json:
    return render.envelope("data", [render.status(row) for row in backend.statuses])
