"""Categories of records, and migration from one category to another."""

from typing import Any

from msgspec.structs import replace

from mockvoice.kernel.store import Table
from mockvoice.vendors.growcrm.backend import GrowBackend
from mockvoice.vendors.growcrm.errors import CategoryInUse
from mockvoice.vendors.growcrm.models import Category
from mockvoice.vendors.growcrm.rules.lists import PageResult, Query, paginate, text_filter
from mockvoice.vendors.growcrm.rules.projects import check_team
from mockvoice.vendors.growcrm.rules.records import Body, check_references, find, text_changes
from mockvoice.web.laravel import Errors, integer, raise_if_errors, selected_is_invalid, unique_ids

_TEXTS = {
    "category_visibility": "visibility",
    "category_description": "description",
    "category_icon": "icon",
}


def search(backend: GrowBackend, query: Query) -> PageResult[Category]:
    """Return a page of categories. Documented: filters and sorts."""
    return paginate(
        backend.categories,
        query,
        default_size=backend.settings.page_size,
        filters=("type", "visibility"),
        predicate=text_filter(query["search"], lambda category: category.name),
        sorts=("category_name", "category_type", "category_created"),
    )


def create(backend: GrowBackend, body: Body) -> Category:
    """Create a category for records of one type. Raises ``Invalid`` if its name is taken."""
    check_name(backend, body["category_type"], body["category_name"])
    now = backend.clock.now()
    return backend.categories.put(
        Category(
            id=backend.ids.next("category"),
            name=body["category_name"],
            type=body["category_type"],
            created_at=now,
            updated_at=now,
            description=body.get("category_description"),
            visibility=body.get("category_visibility") or "everyone",
            icon=body.get("category_icon"),
        )
    )


def update(backend: GrowBackend, category_id: int, body: Body) -> Category:
    """Update name and texts of a category; its type cannot change. Raises ``Invalid``."""
    category = find(backend.categories, category_id)
    check_name(backend, category.type, body["category_name"], except_for=category_id)
    return _save(backend, category, name=body["category_name"], **text_changes(body, _TEXTS))


def set_team(backend: GrowBackend, category_id: int, body: Body) -> Category:
    """Replace the team of a category. Raises ``Invalid`` unless all users are team members."""
    check_team(backend, "users", body["users"])
    return _save(backend, find(backend.categories, category_id), users=unique_ids(body["users"]))


def migrate(backend: GrowBackend, category_id: int, body: Body) -> Category:
    """Move all records of a category to another category. Raises ``Invalid``.

    Assumed: the other category may have another type.
    """
    errors: Errors = {}
    check_references(body, {"target_id": backend.categories}, errors)
    target_id = integer(body["target_id"])
    if target_id == category_id:
        errors["target_id"] = [selected_is_invalid("target_id")]
    raise_if_errors(errors)
    category = find(backend.categories, category_id)
    for table in _categorized_tables(backend):
        for record in table.find_by("category_id", category_id):
            if hasattr(record, "bill"):
                moved = replace(record, bill=replace(record.bill, category_id=target_id))
            else:
                moved = replace(record, category_id=target_id)
            table.put(moved)
    return category


def delete(backend: GrowBackend, category_id: int) -> Category:
    """Delete a category. Raises ``CategoryInUse`` if it has records or is a system default."""
    category = find(backend.categories, category_id)
    in_use = any(table.count("category_id", category_id) for table in _categorized_tables(backend))
    if category.system_default or in_use:
        raise CategoryInUse
    backend.categories.delete(category_id)
    return category


def count_records(backend: GrowBackend, category: Category) -> int:
    """Count the records of a category that have its type."""
    tables: dict[str, Table[Any]] = {
        "project": backend.projects,
        "client": backend.clients,
        "invoice": backend.invoices,
        "estimate": backend.estimates,
        "item": backend.items,
    }
    table = tables.get(category.type)
    return 0 if table is None else table.count("category_id", category.id)


def _categorized_tables(backend: GrowBackend) -> tuple[Table[Any], ...]:
    """Return the tables whose records have a category."""
    return (
        backend.clients,
        backend.projects,
        backend.invoices,
        backend.estimates,
        backend.items,
    )


def check_name(backend: GrowBackend, kind: str, name: str, except_for: int | None = None) -> None:
    """Raise ``Invalid`` if the type has a category of this name. Assumed: case is ignored."""
    namesakes = backend.categories.find_by("name", (kind, name.lower()))
    if any(category.id != except_for for category in namesakes):
        raise_if_errors({"category_name": ["A category with this name already exists."]})


def _save(backend: GrowBackend, category: Category, **changes: Any) -> Category:
    return backend.categories.put(replace(category, updated_at=backend.clock.now(), **changes))
