"""Numbering series: their ranges, the default ones, and the preferred ones of workspaces."""

from typing import Any

from msgspec.structs import replace

from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.errors import field_error
from mockvoice.vendors.optiflow.models import Actor, DocumentSubtype
from mockvoice.vendors.optiflow.rules import workspaces
from mockvoice.vendors.optiflow.rules.records import (
    Body,
    already_taken,
    find,
    parse_date_or_none,
    parse_id_or_none,
    submitted_fields,
)
from mockvoice.web.laravel import boolean, integer


def create(backend: OptiBackend, body: Body) -> DocumentSubtype:
    """Create a series; its first number is the start number. Raises ``Invalid``.

    Observed: the prefix is unique, the end number above the start number, the last day after today.
    """
    start, end = integer(body["start_number"]), parse_id_or_none(body.get("end_number"))
    last_day = parse_date_or_none(body.get("valid_until_date"))
    if backend.document_subtypes.count("prefix", body["prefix"]):
        raise field_error("prefix", already_taken("prefix"))
    _check_range(start, end)
    if last_day is not None and last_day <= backend.clock.today():
        message = "The valid until date field must be a date after today."
        raise field_error("valid_until_date", message)
    now = backend.clock.now()
    series = backend.document_subtypes.put(
        DocumentSubtype(
            id=backend.ids.next("document_subtype"),
            name=body["name"],
            type=body["type"],
            prefix=body["prefix"],
            start_number=start,
            end_number=end,
            next_number=start,
            valid_until_date=last_day,
            is_default=False,
            is_active=True,
            created_at=now,
            updated_at=now,
        )
    )
    is_default = body.get("is_default") is not None and boolean(body["is_default"])
    return set_default(backend, series.id) if is_default else series


def _check_range(start: int, end: int | None) -> None:
    if end is not None and end <= start:
        raise field_error("end_number", "The end number field must be greater than start number.")


def update(backend: OptiBackend, series_id: int, body: Body) -> DocumentSubtype:
    """Update name, range and active flag of a series. Raises ``Invalid``.

    Observed: nothing but these four fields can change; a start number above the next number becomes
    the next number.
    """
    series = find(backend.document_subtypes, series_id)
    values: dict[str, Any] = submitted_fields(body, ("name",))
    if "is_active" in body:
        values["is_active"] = boolean(body["is_active"])
    if "end_number" in body:
        values["end_number"] = parse_id_or_none(body["end_number"])
    if "start_number" in body:
        values["start_number"] = integer(body["start_number"])
        values["next_number"] = max(series.next_number, values["start_number"])
    changed = replace(series, **values, updated_at=backend.clock.now())
    _check_range(changed.start_number, changed.end_number)
    return backend.document_subtypes.put(changed)


def set_default(backend: OptiBackend, series_id: int) -> DocumentSubtype:
    """Make the series the only default of its type. Observed: the previous one loses the flag."""
    series = find(backend.document_subtypes, series_id)
    for other in backend.document_subtypes.find_by("type", series.type):
        if other.is_default and other.id != series_id:
            backend.document_subtypes.put(replace(other, is_default=False))
    return backend.document_subtypes.put(
        replace(series, is_default=True, updated_at=backend.clock.now())
    )


def toggle_active(backend: OptiBackend, series_id: int) -> DocumentSubtype:
    """Deactivate the series if it is active, otherwise activate it."""
    series = find(backend.document_subtypes, series_id)
    return backend.document_subtypes.put(
        replace(series, is_active=not series.is_active, updated_at=backend.clock.now())
    )


def set_preferred(
    backend: OptiBackend, actor: Actor, series_id: int, workspace_id: int
) -> DocumentSubtype:
    """Make the series the one that a workspace prefers. Observed: one for each type.

    Raises ``Forbidden`` for a workspace that the user may not access.
    """
    series = find(backend.document_subtypes, series_id)
    workspaces.find_accessible(backend, actor, workspace_id)
    for other in backend.document_subtypes.find_by("type", series.type):
        if workspace_id in other.preferred_workspace_ids and other.id != series_id:
            remaining_ids = tuple(
                preferred_workspace_id
                for preferred_workspace_id in other.preferred_workspace_ids
                if preferred_workspace_id != workspace_id
            )
            backend.document_subtypes.put(replace(other, preferred_workspace_ids=remaining_ids))
    workspace_ids = tuple(sorted({*series.preferred_workspace_ids, workspace_id}))
    return backend.document_subtypes.put(
        replace(series, preferred_workspace_ids=workspace_ids, updated_at=backend.clock.now())
    )
