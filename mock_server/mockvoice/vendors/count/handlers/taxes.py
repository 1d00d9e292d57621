"""Operations on tax rates."""

from mockvoice.vendors.count import render
from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.rules.lists import Query, paginate, search_keys


def search(backend: CountBackend, query: Query) -> render.Json:
    keys = search_keys(backend.taxes, query["search"])
    result = paginate(backend.taxes, query, keys=keys, order="name")
    return render.page(backend, result, render.tax, "taxes", "Taxes fetched.")
