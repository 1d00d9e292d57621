"""Operations on the catalogue of account sub-types."""

from mock_server.vendors.count import render
from mock_server.vendors.count.backend import CountBackend
from mock_server.vendors.count.rules import accounts
from mock_server.vendors.count.rules.lists import Query


def search(backend: CountBackend, query: Query) -> render.Json:
    found = accounts.search_sub_types(backend, query)
    name = "accountSubTypes"
    return render.page(backend, found, render.sub_type, name, "Account sub-types fetched.")
