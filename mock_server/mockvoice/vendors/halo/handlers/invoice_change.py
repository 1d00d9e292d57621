"""Operations on change records."""

from collections.abc import Sequence

from mockvoice.vendors.halo import render
from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.handlers.bulk_save import save_records
from mockvoice.vendors.halo.render.responses import Json
from mockvoice.vendors.halo.rules import changes, searches
from mockvoice.vendors.halo.rules.lists import Query, parse_flag
from mockvoice.vendors.halo.rules.records import Body
from mockvoice.web.responses import Response


def search(backend: HaloBackend, query: Query) -> Json:
    result = searches.changes(backend, query)
    if parse_flag(query["idonly"]):
        return render.page("changehistory", result, lambda change: {"id": change.id})
    return render.page("changehistory", result, render.change)


def save(backend: HaloBackend, body: Sequence[Body]) -> Response:
    return save_records(
        backend, body, lambda element: render.change(changes.save(backend, element))
    )
