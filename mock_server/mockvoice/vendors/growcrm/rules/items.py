"""The catalogue. Lines of bills do not refer to it."""

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
    words,
)
from mockvoice.vendors.growcrm.rules.records import (
    Body,
    References,
    check_references,
    find,
    raise_if_errors,
    text_changes,
)
from mockvoice.web.laravel import Errors, integer, number, selected_is_invalid

_TEXTS = {"item_notes": "notes", "item_notes_estimatation": "estimation_notes"}
_CUSTOM_FIELDS = range(1, 11)


def search(backend: GrowBackend, query: Query) -> PageResult[Item]:
    """A page of items. Documented: filters and sorts."""
    return paginate(
        backend.items,
        query,
        page_size=backend.settings.page_size,
        filters=("category_id", "unit_id", "tax_rate_id"),
        ranges={
            "item_rate": (number_or_none(query["rate_min"]), number_or_none(query["rate_max"]))
        },
        predicate=text_filter(
            query["search"], lambda item: item.description, lambda item: item.notes
        ),
        sorts=words("item_description", "item_rate", "item_created"),
    )


def create(backend: GrowBackend, body: Body) -> Item:
    """A new item. Raises ``Invalid``."""
    _check_body(backend, body)
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
    """The item with other fields; an optional one left out stays (assumed). Raises ``Invalid``."""
    _check_body(backend, body)
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
    """The item, gone."""
    item = find(backend.items, item_id)
    backend.items.delete(item_id)
    return item


def _check_body(backend: GrowBackend, body: Body) -> None:
    errors: Errors = {}
    references: References = {
        "item_categoryid": backend.categories,
        "item_default_tax": backend.tax_rates,
    }
    check_references(body, references, errors)
    category = backend.categories.get(integer(body["item_categoryid"]))
    if category is not None and category.type != "item":
        errors["item_categoryid"] = [selected_is_invalid("item_categoryid")]
    unit = body["item_unit"]
    if _is_unit_id(unit) and integer(unit) not in backend.units:
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
    return isinstance(unit, int) or (unit.isascii() and unit.isdigit())


def _find_or_create_unit(backend: GrowBackend, unit: Any) -> Unit:
    """The unit of an id or a name. Documented: a name that is not known yet makes a new unit."""
    if _is_unit_id(unit):
        return find(backend.units, integer(unit))
    known = backend.units.find_by("name", unit.lower())
    return known[0] if known else backend.units.put(Unit(backend.ids.next("unit"), unit))


def _custom_fields(stored: dict[int, str], body: Body) -> tuple[tuple[int, str], ...]:
    for field in _CUSTOM_FIELDS:
        name = f"item_custom_field_{field}"
        if body.get(name) is not None:
            stored[field] = str(body[name])
        elif name in body:
            stored.pop(field, None)
    return tuple(sorted(stored.items()))
