"""Contacts: customers, suppliers and optometrists of the tenant."""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.errors import refusal
from mockvoice.vendors.optiflow.models import Address, Contact
from mockvoice.vendors.optiflow.rules.lists import Listed, Query, listed, word
from mockvoice.vendors.optiflow.rules.records import Body, amount, changes, day, find, refuse
from mockvoice.web.laravel import Errors, boolean, integer, selected_is_invalid

IN_USE = "No se puede eliminar: está en uso."

_PLAIN = (
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


def search(backend: OptiBackend, query: Query) -> Listed[Contact]:
    """A page of contacts. Documented: filters, sorts, and a free text. Assumed: that text's name."""
    return listed(
        backend.contacts,
        query,
        filters={"contact_type": word, "status": word},
        search=query["search"],
    )


def create(backend: OptiBackend, body: Body) -> Contact:
    """A new contact. Raises ``Invalid``."""
    values = _values(backend, body, None)
    now = backend.clock.now()
    return backend.contacts.put(
        Contact(id=backend.ids.next("contact"), created_at=now, updated_at=now, **values)
    )


def update(backend: OptiBackend, contact_id: int, body: Body) -> Contact:
    """The contact with what a body changes. Raises ``Invalid``.

    Assumed: lists of addresses and relations that are sent replace the old ones.
    """
    contact = find(backend.contacts, contact_id)
    values = _values(backend, body, contact_id)
    return backend.contacts.put(replace(contact, **values, updated_at=backend.clock.now()))


def _values(backend: OptiBackend, body: Body, own_id: int | None) -> dict[str, Any]:
    values: dict[str, Any] = changes(body, _PLAIN)
    errors: Errors = {}
    if "credit_limit" in body:
        values["credit_limit"] = amount(body["credit_limit"] or 0)
    if "birth_date" in body:
        born = body["birth_date"] and day(body["birth_date"])
        if born and born >= backend.clock.today():
            errors["birth_date"] = ["The birth date field must be a date before today."]
        values["birth_date"] = born
    if "addresses" in body:
        values["addresses"] = _addresses(body["addresses"])
    if "relationships" in body:
        values["relationships"] = _relationships(backend, body["relationships"], own_id, errors)
    refuse(errors)
    return values


def _addresses(entries: Sequence[Body]) -> tuple[Address, ...]:
    """Addresses, of which exactly one is primary. Assumed: the first marked, else the first."""
    marked = [bool(each.get("is_primary")) and boolean(each["is_primary"]) for each in entries]
    primary = marked.index(True) if any(marked) else 0
    return tuple(
        [
            Address(
                type=each.get("type"),
                province=each.get("province"),
                municipality=each.get("municipality"),
                country=each.get("country"),
                description=each.get("description"),
                is_primary=position == primary,
            )
            for position, each in enumerate(entries)
        ]
    )


def _relationships(
    backend: OptiBackend, entries: Sequence[Body], own_id: int | None, errors: Errors
) -> tuple[tuple[int, str | None], ...]:
    related = []
    for position, each in enumerate(entries):
        contact_id = integer(each["contact_id"])
        if contact_id == own_id or contact_id not in backend.contacts:
            field = f"relationships.{position}.contact_id"
            errors[field] = [selected_is_invalid(field)]
        related.append((contact_id, each.get("relationship")))
    return tuple(related)


def delete(backend: OptiBackend, contact_id: int) -> None:
    """Remove the contact. Raises ``Invalid`` while a document refers to it.

    Assumed: the refusal; in the source the database takes the invoices along. Other contacts and
    payments forget it.
    """
    find(backend.contacts, contact_id)
    for documents in (backend.invoices, backend.quotations):
        if documents.count("contact_id", contact_id):
            raise refusal(IN_USE)
    for other in backend.contacts.find_by("related", contact_id):
        kept = tuple(each for each in other.relationships if each[0] != contact_id)
        backend.contacts.put(replace(other, relationships=kept))
    for payment in backend.payments.find_by("contact_id", contact_id):
        backend.payments.put(replace(payment, contact_id=None))
    backend.contacts.delete(contact_id)
