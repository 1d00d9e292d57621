"""Functions for all resources, and the saving of cost centres and budget types."""

from collections.abc import Mapping
from typing import Any, TypeVar

from mockvoice.kernel.store import Table
from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.errors import MissingColumn, NotFound, RuleViolation
from mockvoice.vendors.halo.models import NO_EXTRA, Record
from mockvoice.vendors.halo.rules.fields import BUDGET_TYPE, COST_CENTRE, Defaults, merge_extra

Row = TypeVar("Row")
Body = Mapping[str, Any]


def find(table: Table[Row], record_id: int) -> Row:
    """Return the record with this id. Raises ``NotFound``."""
    row = table.get(record_id)
    if row is None:
        raise NotFound
    return row


def existing_record(table: Table[Row], body: Body) -> Row | None:
    """Return the record that an element updates; ``None`` if it creates one. Raises ``NotFound``.

    Documented: an element with no id, or with 0, creates a record. Assumed: unknown ids are a 404.
    """
    return find(table, body["id"]) if body.get("id") else None


def required_name(body: Body, before: str | None) -> str:
    """Return the name of a record. Raises ``RuleViolation`` if it would have none. Assumed."""
    name = body.get("name", before)
    if not name:
        raise RuleViolation("A name is required")
    return str(name)


def delete(table: Table[Row], record_id: int) -> Row:
    """Delete the record with this id. Raises ``NotFound``."""
    row = find(table, record_id)
    table.delete(record_id)
    return row


def save_cost_centre(backend: HaloBackend, body: Body) -> Record:
    """Create or update a cost centre."""
    before = existing_record(backend.cost_centres, body)
    name = required_name(body, before.values["name"] if before else None)
    return _save_record(backend, backend.cost_centres, before, body, COST_CENTRE, name)


def save_budget_type(backend: HaloBackend, body: Body) -> Record:
    """Create or update a budget type. Observed: the database requires a name."""
    before = existing_record(backend.budget_types, body)
    name = body["name"] if "name" in body else (before.values["name"] if before else None)
    if not name:
        raise MissingColumn("name")
    return _save_record(backend, backend.budget_types, before, body, BUDGET_TYPE, name)


def _save_record(
    backend: HaloBackend,
    table: Table[Record],
    before: Record | None,
    body: Body,
    fields: Defaults,
    name: str,
) -> Record:
    record_id = before.id if before else backend.ids.next(table.name)
    values = merge_extra(before.values if before else NO_EXTRA, body, fields)
    return table.put(Record(record_id, {**values, "name": name}))
