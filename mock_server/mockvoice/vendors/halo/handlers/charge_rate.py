"""Operations on charge rates, which are read-only."""

from mockvoice.vendors.halo import render
from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.render.responses import Json
from mockvoice.vendors.halo.rules import searches
from mockvoice.vendors.halo.rules.lists import Query
from mockvoice.vendors.halo.rules.records import find


def search(backend: HaloBackend, query: Query) -> list[Json]:
    return [render.charge_rate_row(row) for row in searches.charge_rates(backend, query)]


def get(backend: HaloBackend, charge_rate_id: int) -> Json:
    return render.charge_rate(backend, find(backend.charge_rates, charge_rate_id))
