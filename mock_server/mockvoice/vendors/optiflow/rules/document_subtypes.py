"""Numbering series: their ranges, and which one is the default or preferred."""

from typing import Any

from msgspec.structs import replace

from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.errors import invalid
from mockvoice.vendors.optiflow.models import DocumentSubtype, Visit
from mockvoice.vendors.optiflow.rules import workspaces
from mockvoice.vendors.optiflow.rules.records import (
    Body,
    changes,
    day_or_none,
    find,
    id_or_none,
    taken,
)
from mockvoice.web.laravel import boolean, integer


def create(backend: OptiBackend, body: Body) -> DocumentSubtype:
    """A new series, whose numbers start at its start. Raises ``Invalid``.

    Observed: prefixes are unique, the end lies above the start, the last day after today.
    """
    start, end = integer(body["start_number"]), id_or_none(body.get("end_number"))
    last_day = day_or_none(body.get("valid_until_date"))
    if backend.document_subtypes.count("prefix", body["prefix"]):
        raise invalid("prefix", taken("prefix"))
    _check_range(start, end)
    if last_day is not None and last_day <= backend.clock.today():
        text = "The valid until date field must be a date after today."
        raise invalid("valid_until_date", text)
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
    marked = body.get("is_default") is not None and boolean(body["is_default"])
    return set_default(backend, series.id) if marked else series


def _check_range(start: int, end: int | None) -> None:
    if end is not None and end <= start:
        raise invalid("end_number", "The end number field must be greater than start number.")


def update(backend: OptiBackend, series_id: int, body: Body) -> DocumentSubtype:
    """The series with another name, range or activity. Raises ``Invalid``.

    Observed: only these four change, and a start above the next number lifts that to itself.
    """
    series = find(backend.document_subtypes, series_id)
    values: dict[str, Any] = changes(body, ("name",))
    if "is_active" in body:
        values["is_active"] = boolean(body["is_active"])
    if "end_number" in body:
        values["end_number"] = id_or_none(body["end_number"])
    if "start_number" in body:
        values["start_number"] = integer(body["start_number"])
        values["next_number"] = max(series.next_number, values["start_number"])
    changed = replace(series, **values, updated_at=backend.clock.now())
    _check_range(changed.start_number, changed.end_number)
    return backend.document_subtypes.put(changed)


def set_default(backend: OptiBackend, series_id: int) -> DocumentSubtype:
    """The series as the default one of its type. Observed: the mark leaves the others."""
    series = find(backend.document_subtypes, series_id)
    for other in backend.document_subtypes.find_by("type", series.type):
        if other.is_default and other.id != series_id:
            backend.document_subtypes.put(replace(other, is_default=False))
    return backend.document_subtypes.put(
        replace(series, is_default=True, updated_at=backend.clock.now())
    )


def toggle_active(backend: OptiBackend, series_id: int) -> DocumentSubtype:
    """The series, switched off if it was on, and on if it was off."""
    series = find(backend.document_subtypes, series_id)
    return backend.document_subtypes.put(
        replace(series, is_active=not series.is_active, updated_at=backend.clock.now())
    )


def set_preferred(
    backend: OptiBackend, visit: Visit, series_id: int, workspace_id: int
) -> DocumentSubtype:
    """The series, preferred by a workspace for its type. Observed: one for each type.

    Raises ``Forbidden`` for a workspace that the caller may not use.
    """
    series = find(backend.document_subtypes, series_id)
    workspaces.enterable(backend, visit, workspace_id)
    for other in backend.document_subtypes.find_by("type", series.type):
        if workspace_id in other.preferred_workspace_ids and other.id != series_id:
            kept = tuple(each for each in other.preferred_workspace_ids if each != workspace_id)
            backend.document_subtypes.put(replace(other, preferred_workspace_ids=kept))
    preferring = tuple(sorted({*series.preferred_workspace_ids, workspace_id}))
    return backend.document_subtypes.put(
        replace(series, preferred_workspace_ids=preferring, updated_at=backend.clock.now())
    )
