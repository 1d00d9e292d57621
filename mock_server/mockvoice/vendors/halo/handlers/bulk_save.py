"""Save all elements of a request body, or none."""

from collections.abc import Callable, Sequence

from mockvoice.vendors.halo import quirks, render
from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.render.responses import Json
from mockvoice.vendors.halo.rules.records import Body
from mockvoice.web.responses import Response


def save_all(
    backend: HaloBackend, body: Sequence[Body], save: Callable[[Body], Json], *, status: int = 201
) -> Response:
    """Save the elements of a body and return them in their order.

    An element with ``_validateonly`` is calculated and rendered, but not stored.
    """
    backend.budget.require(len(body))
    return render.saved_response([_save_one(backend, element, save) for element in body], status)


def save_records(
    backend: HaloBackend, body: Sequence[Body], save: Callable[[Body], Json]
) -> Response:
    """Save elements whose status the documents and newer sources give differently."""
    return save_all(backend, body, save, status=quirks.record_save_status(backend))


def _save_one(backend: HaloBackend, element: Body, save: Callable[[Body], Json]) -> Json:
    if not element.get("_validateonly"):
        return save(element)
    savepoint = backend.undo.begin()
    try:
        return save(element)
    finally:
        backend.undo.roll_back(savepoint)
