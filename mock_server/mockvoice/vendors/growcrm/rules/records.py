"""Records by id, references between them, and the tags that many of them have."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from mockvoice.kernel.store import Table
from mockvoice.vendors.growcrm.errors import Invalid, NotFound
from mockvoice.web.laravel import Errors, day, integer, selected_is_invalid

Row = TypeVar("Row")
Body = Mapping[str, Any]
References = Mapping[str, Table[Any]]  # by field, the table that it refers to


def find(table: Table[Row], record_id: int) -> Row:
    """The record of this id. Raises ``NotFound``."""
    record = table.get(record_id)
    if record is None:
        raise NotFound
    return record


def check_references(body: Body, references: References, errors: Errors) -> None:
    """Note every field that names a record which does not exist; null names none.

    Assumed: references are checked with the body, so that a refusal of them comes before the
    404 of the record that is to be changed.
    """
    for field, table in references.items():
        value = body.get(field)
        if value is not None and integer(value) not in table:
            errors[field] = [selected_is_invalid(field)]


def check_ids(field: str, values: Sequence[Any], table: Table[Any], errors: Errors) -> None:
    """Note every member of a list that names a record which does not exist."""
    for position, value in enumerate(values):
        if integer(value) not in table:
            name = f"{field}.{position}"
            errors[name] = [selected_is_invalid(name)]


def check_date_order(body: Body, earlier: str, later: str, errors: Errors) -> None:
    """Note a second day that lies before the first; both must be in the body.

    Observed: the rule and its text, in the CRM's web form. The same day is allowed.
    """
    if body.get(earlier) and body.get(later) and day(body[later]) < day(body[earlier]):
        errors[later] = ["Due Date must be after the Start Date"]


def raise_if_errors(errors: Errors) -> None:
    """Raise ``Invalid`` if anything was noted."""
    if errors:
        raise Invalid(errors)


def unique_ids(values: Iterable[Any]) -> tuple[int, ...]:
    """Ids in their order, a repeated one once."""
    return tuple(dict.fromkeys(integer(value) for value in values))


def normalized_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Tags as the CRM keeps them: lower case, hyphens for spaces, a repeated one once.

    Observed: the spelling, in the core. Assumed: the order is that of the request.
    """
    return tuple(dict.fromkeys(tag.lower().replace(" ", "-") for tag in tags))


def text_changes(body: Body, columns: Mapping[str, str]) -> dict[str, Any]:
    """The texts that a body sets, by attribute; one left out is not among them.

    Assumed: a partial update keeps what it does not name, and null empties a text.
    """
    return {attribute: body[column] for column, attribute in columns.items() if column in body}
