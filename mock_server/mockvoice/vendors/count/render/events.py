"""The data of webhook events."""

from collections.abc import Mapping
from typing import Any

from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.render.documents import invoice
from mockvoice.vendors.count.render.parts import Json, Renderer
from mockvoice.vendors.count.render.records import customer, transaction


def event_data(
    backend: CountBackend, event: str, row: Any, before: Any
) -> tuple[Json, Json | None]:
    """Return the data of an event, and the previous values of the changed fields.

    Documented: ``*.deleted`` has only the id; the deletion of a document is delivered as
    ``invoice.updated`` with ``isDeleted``.
    """
    kind, _, action = event.partition(".")
    if action == "deleted":
        return {"id": row.id}, None
    renderer = _RENDERERS[kind]
    if before is None:
        return renderer(backend, row), None
    previous = renderer(backend, before)
    if row is None:
        deleted = {**previous, "isDeleted": True} if kind == "invoice" else previous
        return deleted, {"isDeleted": False}
    current = renderer(backend, row)
    changed = {
        name: value
        for name, value in previous.items()
        if name != "updatedAt" and current[name] != value
    }
    return current, changed


# Renderers by kind of event.
_RENDERERS: Mapping[str, Renderer[Any]] = {
    "invoice": invoice,
    "customer": customer,
    "transaction": transaction,
}
