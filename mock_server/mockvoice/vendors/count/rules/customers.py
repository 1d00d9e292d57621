"""Customers and their contacts."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.errors import CustomerEmailExists, Invalid, NotFound
from mockvoice.vendors.count.models import Address, Contact, Customer
from mockvoice.vendors.count.rules.ignored_fields import changes_anything
from mockvoice.vendors.count.rules.lists import PageResult, Query, paginate, search_keys
from mockvoice.vendors.count.rules.records import Body, attributes_from, find, resolve_tax_ids

_COLUMNS = {
    "customer": "name",
    "email": "email",
    "status": "status",
    "notes": "notes",
    "paymentTerm": "payment_term",
    "taxNumber": "tax_number",
    "taxAutoCalculate": "tax_auto_calculate",
    "taxExcluded": "tax_excluded",
}
# Fields that null or an empty string clears. Documented.
_CLEARED = {"mainPhone": "main_phone", "website": "website"}
_ADDRESSES = {"billingAddress": "billing_address", "shippingAddress": "shipping_address"}


def search(backend: CountBackend, query: Query) -> PageResult[Customer]:
    """Return a page of customers. Documented: the searched fields and the sort orders."""
    return paginate(
        backend.customers,
        query,
        where={"live": True},
        keys=search_keys(backend.customers, query["search"]),
        order=query["order_by"],
        descending=query["order_direction"] == "DESC",
    )


def create(backend: CountBackend, body: Body) -> Customer:
    """Create a customer with its contacts. Documented: the e-mail is unique in the workspace."""
    now = backend.now()
    customer = backend.customers.put(
        Customer(
            id=backend.new_id("customer"),
            serial=backend.ids.next("customer.serial"),
            created=now,
            updated=now,
            **_attributes(backend, body, None),
        )
    )
    backend.publish_event("customer.created", customer)
    return customer


def update(
    backend: CountBackend, customer_id: str, body: Body, schema: str = "CustomerUpdate"
) -> Customer:
    """Update a customer.

    Documented: an address is replaced as a whole, and only bulk updates change contacts.
    """
    before = find(backend.customers, customer_id)
    if not changes_anything(schema, body):
        return before
    fields = body
    if schema == "CustomerUpdate":
        fields = {name: value for name, value in body.items() if name != "contacts"}
    attributes = _attributes(backend, fields, before)
    after = backend.customers.put(replace(before, updated=backend.now(), **attributes))
    backend.publish_event("customer.updated", after, before)
    return after


def delete(backend: CountBackend, customer_id: str) -> Customer:
    """Mark a customer as deleted. Documented: subscribers receive a deletion."""
    before = find(backend.customers, customer_id)
    after = backend.customers.put(replace(before, deleted=True, updated=backend.now()))
    backend.publish_event("customer.deleted", after)
    return after


def find_by_email(backend: CountBackend, email: str) -> Customer:
    """Return the customer with this e-mail address, ignoring case. Raises ``NotFound``."""
    matches = backend.customers.find_by("email", email.lower())
    if not matches:
        raise NotFound
    return matches[0]


def _attributes(backend: CountBackend, body: Body, before: Customer | None) -> dict[str, Any]:
    attributes = attributes_from(body, _COLUMNS)
    attributes |= {name: value or None for name, value in attributes_from(body, _CLEARED).items()}
    attributes |= {
        name: _address(value) for name, value in attributes_from(body, _ADDRESSES).items()
    }
    if "taxes" in body:
        attributes["taxes"] = resolve_tax_ids(backend, body)
    if "contacts" in body:
        attributes["contacts"] = _contacts(backend, body["contacts"])
    _check_email(backend, attributes.get("email"), before)
    return attributes


def _check_email(backend: CountBackend, email: str | None, own: Customer | None) -> None:
    if email is None:
        return
    existing = backend.customers.keys_by("email", email.lower())
    if any(own is None or key != own.id for key in existing):
        raise CustomerEmailExists(email)


def _address(address: Mapping[str, Any] | None) -> Address | None:
    if address is None:
        return None
    return Address(
        street=address.get("street"),
        city=address.get("city"),
        state=address.get("state"),
        zip_code=address.get("zipCode"),
        country=address.get("country"),
    )


def _contacts(backend: CountBackend, contacts: Sequence[Body]) -> tuple[Contact, ...]:
    """Return contacts with ids. Documented: an invalid one rejects all; at most one is primary."""
    if sum(1 for contact in contacts if contact.get("isPrimary")) > 1:
        raise Invalid("contacts", "must have at most one primary contact")
    return tuple([_contact(backend, contact) for contact in contacts])


def _contact(backend: CountBackend, contact: Body) -> Contact:
    first, last = contact.get("firstName"), contact.get("lastName")
    return Contact(
        id=backend.ids.uuid("contact"),
        name=contact.get("name") or " ".join(part for part in (first, last) if part),
        first_name=first,
        last_name=last,
        email=contact.get("email"),
        phone=contact.get("phone"),
        primary=contact.get("isPrimary", False),
    )
