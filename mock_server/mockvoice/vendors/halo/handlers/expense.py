"""Operations on expenses, which have no route for a single record."""

from collections.abc import Sequence

from mockvoice.vendors.halo import render
from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.handlers.bulk_save import save_records
from mockvoice.vendors.halo.render.responses import Json
from mockvoice.vendors.halo.rules import expenses, searches
from mockvoice.vendors.halo.rules.lists import Query, first_rows
from mockvoice.vendors.halo.rules.records import Body
from mockvoice.web.responses import Response


def search(backend: HaloBackend, query: Query) -> Json:
    rows = searches.expenses(backend, query)
    rendered = [render.expense_row(backend, row) for row in first_rows(rows, query["count"])]
    return render.envelope("data", rendered, len(rows))


def save(backend: HaloBackend, body: Sequence[Body]) -> Response:
    return save_records(
        backend, body, lambda element: render.expense(backend, expenses.save(backend, element))
    )
