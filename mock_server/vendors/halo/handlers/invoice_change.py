"""Operations on change records."""

from collections.abc import Sequence

from mock_server.vendors.halo import render
from mock_server.vendors.halo.backend import HaloBackend
from mock_server.vendors.halo.handlers.saves import save_each
from mock_server.vendors.halo.render.answers import Json
from mock_server.vendors.halo.rules import changes, searches
from mock_server.vendors.halo.rules.lists import Query, flag
from mock_server.vendors.halo.rules.records import Body
from mock_server.web.answers import Answer


def search(backend: HaloBackend, query: Query) -> Json:
    found = searches.changes(backend, query)
    if flag(query["idonly"]):
        return render.page("changehistory", found, lambda change: {"id": change.id})
    return render.page("changehistory", found, render.change)


def save(backend: HaloBackend, body: Sequence[Body]) -> Answer:
    return save_each(backend, body, lambda each: render.change(changes.save(backend, each)))
