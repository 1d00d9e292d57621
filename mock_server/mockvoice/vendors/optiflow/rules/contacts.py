"""Contacts: customers, suppliers and optometrists of the tenant."""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.errors import general_error
from mockvoice.vendors.optiflow.models import Address, Contact
from mockvoice.vendors.optiflow.rules.lists import PageResult, Query, paginate, parse_word
from mockvoice.vendors.optiflow.rules.records import (
    Body,
    find,
    parse_amount,
    parse_date,
    submitted_fields,
)
from mockvoice.web.laravel import Errors, boolean, integer, raise_if_errors, selected_is_invalid

IN_USE = "No se puede eliminar: está en uso."

_COPIED_FIELDS = (
    "name",
    "contact_type",
    "email",
    "phone_primary",
    "phone_secondary",
    "mobile",
    "fax",
    "identification_type",
    "identification_number",
    "status",
    "observations",
    "gender",
)


def search(backend: OptiBackend, query: Query) -> PageResult[Contact]:
    """Return a page of contacts.

    Documented: filters, sort fields and a free-text search. Assumed: the name of its parameter.
    """
    return paginate(
        backend.contacts,
        query,
        filters={"contact_type": parse_word, "status": parse_word},
        search=query["search"],
    )


def create(backend: OptiBackend, body: Body) -> Contact:
    """Create a contact. Raises ``Invalid``."""
    values = parse_fields(backend, body, None)
    now = backend.clock.now()
    return backend.contacts.put(
        Contact(id=backend.ids.next("contact"), created_at=now, updated_at=now, **values)
    )


def update(backend: OptiBackend, contact_id: int, body: Body) -> Contact:
    """Update the submitted fields of a contact. Raises ``Invalid``.

    Assumed: submitted lists of addresses and relationships replace the old ones.
    """
    contact = find(backend.contacts, contact_id)
    values = parse_fields(backend, body, contact_id)
    return backend.contacts.put(replace(contact, **values, updated_at=backend.clock.now()))


def parse_fields(backend: OptiBackend, body: Body, own_id: int | None) -> dict[str, Any]:
    """Return the attributes of a body, of which all fields may be absent. Raises ``Invalid``."""
    values: dict[str, Any] = submitted_fields(body, _COPIED_FIELDS)
    errors: Errors = {}
    if "credit_limit" in body:
        values["credit_limit"] = parse_amount(body["credit_limit"] or 0)
    if "birth_date" in body:
        birth_date = body["birth_date"] and parse_date(body["birth_date"])
        if birth_date and birth_date >= backend.clock.today():
            errors["birth_date"] = ["The birth date field must be a date before today."]
        values["birth_date"] = birth_date
    if "addresses" in body:
        values["addresses"] = _parse_addresses(body["addresses"])
    if "relationships" in body:
        values["relationships"] = _parse_relationships(
            backend, body["relationships"], own_id, errors
        )
    raise_if_errors(errors)
    return values


def _parse_addresses(entries: Sequence[Body]) -> tuple[Address, ...]:
    """Return addresses of which exactly one is primary.

    Assumed: the first one marked as primary, otherwise the first one.
    """
    flags = [bool(entry.get("is_primary")) and boolean(entry["is_primary"]) for entry in entries]
    primary = flags.index(True) if any(flags) else 0
    return tuple(
        [
            Address(
                type=entry.get("type"),
                province=entry.get("province"),
                municipality=entry.get("municipality"),
                country=entry.get("country"),
                description=entry.get("description"),
                is_primary=position == primary,
            )
            for position, entry in enumerate(entries)
        ]
    )


def _parse_relationships(
    backend: OptiBackend, entries: Sequence[Body], own_id: int | None, errors: Errors
) -> tuple[tuple[int, str | None], ...]:
    related = []
    for position, entry in enumerate(entries):
        if entry.get("contact_id") is None:
            continue  # the contract requires it
        contact_id = integer(entry["contact_id"])
        if contact_id == own_id or contact_id not in backend.contacts:
            field = f"relationships.{position}.contact_id"
            errors[field] = [selected_is_invalid(field)]
        related.append((contact_id, entry.get("relationship")))
    return tuple(related)


def delete(backend: OptiBackend, contact_id: int) -> None:
    """Delete a contact. Raises ``Invalid`` while a document refers to it.

    Assumed: the error; in the source the database deletes the invoices too. Other contacts and
    payments lose their references to it.
    """
    find(backend.contacts, contact_id)
    for documents in (backend.invoices, backend.quotations):
        if documents.count("contact_id", contact_id):
            raise general_error(IN_USE)
    for other in backend.contacts.find_by("related", contact_id):
        remaining = tuple(
            relationship for relationship in other.relationships if relationship[0] != contact_id
        )
        backend.contacts.put(replace(other, relationships=remaining))
    for payment in backend.payments.find_by("contact_id", contact_id):
        backend.payments.put(replace(payment, contact_id=None))
    backend.contacts.delete(contact_id)
