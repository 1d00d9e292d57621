"""What a webhook tells of a record."""

from collections.abc import Mapping
from typing import Any

from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.render.documents import invoice
from mockvoice.vendors.count.render.parts import Json, Renderer
from mockvoice.vendors.count.render.records import customer, transaction


def event_data(
    backend: CountBackend, event: str, row: Any, before: Any
) -> tuple[Json, Json | None]:
    """What is told of an event, and the former values of what changed.

    Documented: a deletion tells the id only; a document that is removed shows as an update.
    """
    kind, _, action = event.partition(".")
    if action == "deleted":
        return {"id": row.id}, None
    shown = _TOLD[kind]
    if before is None:
        return shown(backend, row), None
    old = shown(backend, before)
    if row is None:
        gone = {**old, "isDeleted": True} if kind == "invoice" else old
        return gone, {"isDeleted": False}
    new = shown(backend, row)
    changed = {
        name: value for name, value in old.items() if name != "updatedAt" and new[name] != value
    }
    return new, changed


# What events are about, and how it is told.
_TOLD: Mapping[str, Renderer[Any]] = {
    "invoice": invoice,
    "customer": customer,
    "transaction": transaction,
}
