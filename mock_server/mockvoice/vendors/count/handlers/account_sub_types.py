"""Operations on the catalogue of account sub-types."""

from mockvoice.vendors.count import render
from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.rules import accounts
from mockvoice.vendors.count.rules.lists import Query


def search(backend: CountBackend, query: Query) -> render.Json:
    result = accounts.search_sub_types(backend, query)
    name = "accountSubTypes"
    return render.page(backend, result, render.sub_type, name, "Account sub-types fetched.")
