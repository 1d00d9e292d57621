"""Operations on pro rata entries."""

from mockvoice.vendors.halo import render
from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.render.responses import Json
from mockvoice.vendors.halo.rules import searches
from mockvoice.vendors.halo.rules.lists import Query


def search(backend: HaloBackend, query: Query) -> Json:
    rows = searches.pro_ratas(backend, query)
    return render.envelope("prorata", [render.pro_rata(backend, row) for row in rows])
