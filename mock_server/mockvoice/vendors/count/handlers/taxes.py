"""Operations on tax rates."""

from mockvoice.vendors.count import render
from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.rules.lists import Query, found_by, listed


def search(backend: CountBackend, query: Query) -> render.Json:
    among = found_by(backend.taxes, query["search"])
    found = listed(backend.taxes, query, among=among, order="name")
    return render.page(backend, found, render.tax, "taxes", "Taxes fetched.")
