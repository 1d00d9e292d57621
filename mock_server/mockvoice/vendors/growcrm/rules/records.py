"""Helpers for all records: lookup by id, checks of references and dates, tags, partial updates."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from mockvoice.kernel.store import Table
from mockvoice.vendors.growcrm.errors import NotFound
from mockvoice.web.laravel import Errors, day, integer, selected_is_invalid

Row = TypeVar("Row")
Body = Mapping[str, Any]
References = Mapping[str, Table[Any]]  # the table that each field refers to


def find(table: Table[Row], record_id: int) -> Row:
    """Return the record with this id. Raises ``NotFound``."""
    record = table.get(record_id)
    if record is None:
        raise NotFound
    return record


def check_references(body: Body, references: References, errors: Errors) -> None:
    """Add an error for each field that refers to a missing record; null is valid.

    Assumed: references are checked together with the body, so their 422 comes before the 404 of
    the record to be changed.
    """
    for field, table in references.items():
        value = body.get(field)
        if value is not None and integer(value) not in table:
            errors[field] = [selected_is_invalid(field)]


def check_date_order(body: Body, earlier: str, later: str, errors: Errors) -> None:
    """Add an error if field ``later`` has a date before field ``earlier``; both are optional.

    Observed: the rule and its text, in the CRM's web form. The same day is allowed.
    """
    if body.get(earlier) and body.get(later) and day(body[later]) < day(body[earlier]):
        errors[later] = ["Due Date must be after the Start Date"]


def normalized_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Return tags as the CRM stores them: lower case, hyphens for spaces, no duplicates.

    Observed: the spelling, in the core. Assumed: they keep their order.
    """
    return tuple(dict.fromkeys(tag.lower().replace(" ", "-") for tag in tags))


def text_changes(body: Body, columns: Mapping[str, str]) -> dict[str, Any]:
    """Return the texts of a body by attribute name; ``columns`` maps body fields to attributes.

    Assumed: a partial update keeps omitted fields, and null clears a text.
    """
    return {attribute: body[column] for column, attribute in columns.items() if column in body}
