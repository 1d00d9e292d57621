"""Operations on catalogue items."""

from mockvoice.vendors.growcrm import render
from mockvoice.vendors.growcrm.backend import GrowBackend
from mockvoice.vendors.growcrm.rules import items
from mockvoice.vendors.growcrm.rules.lists import Query
from mockvoice.vendors.growcrm.rules.records import Body, find


def search(backend: GrowBackend, query: Query) -> render.Json:
    result = items.search(backend, query)
    return render.page(backend, result, render.item, "Items retrieved successfully.")


def get(backend: GrowBackend, item_id: int) -> render.Json:
    row = find(backend.items, item_id)
    return render.envelope(render.item(backend, row), "Item retrieved successfully.")


def create(backend: GrowBackend, body: Body) -> render.Json:
    row = items.create(backend, body)
    return render.envelope(render.item(backend, row), "Item created successfully.")


def update(backend: GrowBackend, item_id: int, body: Body) -> render.Json:
    row = items.update(backend, item_id, body)
    return render.envelope(render.item(backend, row), "Item updated successfully.")


def delete(backend: GrowBackend, item_id: int) -> render.Json:
    row = items.delete(backend, item_id)
    return render.id_envelope(row.id, "Item deleted successfully.")
