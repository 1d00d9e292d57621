"""Operations on categories."""

from mockvoice.vendors.growcrm import render
from mockvoice.vendors.growcrm.backend import GrowBackend
from mockvoice.vendors.growcrm.rules import categories
from mockvoice.vendors.growcrm.rules.lists import Query
from mockvoice.vendors.growcrm.rules.records import Body, find


def search(backend: GrowBackend, query: Query) -> render.Json:
    result = categories.search(backend, query)
    return render.page(backend, result, render.category, "Categories retrieved successfully.")


def get(backend: GrowBackend, category_id: int) -> render.Json:
    row = find(backend.categories, category_id)
    return render.envelope(render.category(backend, row), "Category retrieved successfully.")


def create(backend: GrowBackend, body: Body) -> render.Json:
    row = categories.create(backend, body)
    return render.envelope(render.category(backend, row), "Category created successfully.")


def update(backend: GrowBackend, category_id: int, body: Body) -> render.Json:
    row = categories.update(backend, category_id, body)
    return render.envelope(render.category(backend, row), "Category updated successfully.")


def delete(backend: GrowBackend, category_id: int) -> render.Json:
    row = categories.delete(backend, category_id)
    return render.id_envelope(row.id, "Category deleted successfully.")


def set_team(backend: GrowBackend, category_id: int, body: Body) -> render.Json:
    row = categories.set_team(backend, category_id, body)
    return render.envelope(render.category(backend, row), "Category team updated successfully.")


def migrate(backend: GrowBackend, category_id: int, body: Body) -> render.Json:
    row = categories.migrate(backend, category_id, body)
    return render.envelope(
        render.category(backend, row), "Category resources migrated successfully."
    )
