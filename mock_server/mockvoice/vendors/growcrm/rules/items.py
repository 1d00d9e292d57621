"""Catalogue items. Lines of bills do not refer to them."""

from typing import Any

from msgspec.structs import replace

from mockvoice.vendors.growcrm.backend import GrowBackend
from mockvoice.vendors.growcrm.models import Item, Unit
from mockvoice.vendors.growcrm.rules.lists import (
    PageResult,
    Query,
    number_or_none,
    paginate,
    text_filter,
)
from mockvoice.vendors.growcrm.rules.records import (
    Body,
    References,
    check_references,
    find,
    text_changes,
)
from mockvoice.web.laravel import Errors, integer, number, raise_if_errors, selected_is_invalid

_TEXTS = {"item_notes": "notes", "item_notes_estimatation": "estimation_notes"}
_CUSTOM_FIELDS = range(1, 11)


def search(backend: GrowBackend, query: Query) -> PageResult[Item]:
    """Return a page of items. Documented: filters and sorts."""
    return paginate(
        backend.items,
        query,
        default_size=backend.settings.page_size,
        filters=("category_id", "unit_id", "tax_rate_id"),
        ranges={
            "item_rate": (number_or_none(query["rate_min"]), number_or_none(query["rate_max"]))
        },
        predicate=text_filter(
            query["search"], lambda item: item.description, lambda item: item.notes
        ),
        sorts=("item_description", "item_rate", "item_created"),
    )


def create(backend: GrowBackend, body: Body) -> Item:
    """Create an item. Raises ``Invalid``."""
    check_body(backend, body)
    now = backend.clock.now()
    return backend.items.put(
        Item(
            id=backend.ids.next("item"),
            created_at=now,
            updated_at=now,
            **_fields(backend, body),
            **text_changes(body, _TEXTS),
            custom_fields=_custom_fields({}, body),
        )
    )


def update(backend: GrowBackend, item_id: int, body: Body) -> Item:
    """Update an item. Assumed: omitted optional fields keep their value. Raises ``Invalid``."""
    check_body(backend, body)
    item = find(backend.items, item_id)
    return backend.items.put(
        replace(
            item,
            updated_at=backend.clock.now(),
            **_fields(backend, body),
            **text_changes(body, _TEXTS),
            custom_fields=_custom_fields(dict(item.custom_fields), body),
        )
    )


def delete(backend: GrowBackend, item_id: int) -> Item:
    """Delete an item."""
    item = find(backend.items, item_id)
    backend.items.delete(item_id)
    return item


def check_body(backend: GrowBackend, body: Body) -> None:
    """Check the references of a body. Raises ``Invalid``."""
    errors: Errors = {}
    references: References = {
        "item_categoryid": backend.categories,
        "item_default_tax": backend.tax_rates,
    }
    check_references(body, references, errors)
    category = backend.categories.get(integer(body.get("item_categoryid") or 0))
    if category is not None and category.type != "item":
        errors["item_categoryid"] = [selected_is_invalid("item_categoryid")]
    unit = body.get("item_unit")
    if unit is not None and _is_unit_id(unit) and integer(unit) not in backend.units:
        errors["item_unit"] = [selected_is_invalid("item_unit")]
    raise_if_errors(errors)


def _fields(backend: GrowBackend, body: Body) -> dict[str, Any]:
    return {
        "description": body["item_description"],
        "rate": number(body["item_rate"]),
        "category_id": integer(body["item_categoryid"]),
        "default_tax_id": integer(body["item_default_tax"]),
        "unit_id": _find_or_create_unit(backend, body["item_unit"]).id,
    }


def _is_unit_id(unit: Any) -> bool:
    return not isinstance(unit, str) or (unit.isascii() and unit.isdigit())


def _find_or_create_unit(backend: GrowBackend, unit: Any) -> Unit:
    """Return the unit with this id or name. Documented: an unknown name creates a unit."""
    if _is_unit_id(unit):
        return find(backend.units, integer(unit))
    namesakes = backend.units.find_by("name", unit.lower())
    return namesakes[0] if namesakes else backend.units.put(Unit(backend.ids.next("unit"), unit))


def _custom_fields(stored: dict[int, str], body: Body) -> tuple[tuple[int, str], ...]:
    for field_number in _CUSTOM_FIELDS:
        name = f"item_custom_field_{field_number}"
        if body.get(name) is not None:
            stored[field_number] = str(body[name])
        elif name in body:
            stored.pop(field_number, None)
    return tuple(sorted(stored.items()))
