"""Operations on budget types."""

from collections.abc import Sequence

from mockvoice.vendors.halo import render
from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.handlers.bulk_save import save_records
from mockvoice.vendors.halo.render.responses import Json
from mockvoice.vendors.halo.rules import records, searches
from mockvoice.vendors.halo.rules.lists import Query
from mockvoice.vendors.halo.rules.records import Body, find
from mockvoice.web.responses import Response


def search(backend: HaloBackend, query: Query) -> list[Json]:
    return [render.budget_type(row) for row in searches.budget_types(backend, query)]


def save(backend: HaloBackend, body: Sequence[Body]) -> Response:
    return save_records(
        backend,
        body,
        lambda element: render.budget_type(records.save_budget_type(backend, element)),
    )


def get(backend: HaloBackend, budget_type_id: int) -> Json:
    return render.budget_type(find(backend.budget_types, budget_type_id))


def delete(backend: HaloBackend, budget_type_id: int) -> Json:
    return render.budget_type(records.delete(backend.budget_types, budget_type_id))
