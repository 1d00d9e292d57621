"""Operations on invoice statuses, which are read-only."""

from mockvoice.vendors.halo import render
from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.render.responses import Json
from mockvoice.vendors.halo.rules.records import find


def get(backend: HaloBackend, invoice_status_id: int) -> Json:
    return render.status(find(backend.statuses, invoice_status_id))


def search(backend: HaloBackend) -> Json:
    return render.envelope("data", [render.status(row) for row in backend.statuses])
