"""Operations on cost centres."""

from collections.abc import Sequence

from mockvoice.vendors.halo import render
from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.handlers.bulk_save import save_records
from mockvoice.vendors.halo.render.responses import Json
from mockvoice.vendors.halo.rules import records
from mockvoice.vendors.halo.rules.records import Body, find
from mockvoice.web.responses import Response


def search(backend: HaloBackend) -> list[Json]:
    return [render.cost_centre(row) for row in backend.cost_centres]


def save(backend: HaloBackend, body: Sequence[Body]) -> Response:
    return save_records(
        backend,
        body,
        lambda element: render.cost_centre(records.save_cost_centre(backend, element)),
    )


def get(backend: HaloBackend, cost_centre_id: int) -> Json:
    return render.cost_centre(find(backend.cost_centres, cost_centre_id))


def delete(backend: HaloBackend, cost_centre_id: int) -> Json:
    return render.cost_centre(records.delete(backend.cost_centres, cost_centre_id))
