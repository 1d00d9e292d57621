"""Operations on expenses, which have no address of their own."""

from collections.abc import Sequence

from mock_server.vendors.halo import render
from mock_server.vendors.halo.backend import HaloBackend
from mock_server.vendors.halo.handlers.saves import save_each
from mock_server.vendors.halo.render.answers import Json
from mock_server.vendors.halo.rules import expenses, searches
from mock_server.vendors.halo.rules.lists import Query, head
from mock_server.vendors.halo.rules.records import Body
from mock_server.web.answers import Answer


def search(backend: HaloBackend, query: Query) -> Json:
    found = searches.expenses(backend, query)
    some = [render.expense(backend, each) for each in head(found, query["count"])]
    return render.found("data", some, len(found))


def save(backend: HaloBackend, body: Sequence[Body]) -> Answer:
    return save_each(
        backend, body, lambda each: render.expense(backend, expenses.save(backend, each))
    )
