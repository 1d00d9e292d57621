"""Customers, one by one and many at once."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.errors import CustomerEmailExists, Invalid, NotFound
from mockvoice.vendors.count.models import Address, Contact, Customer
from mockvoice.vendors.count.rules.ignored import takes_anything
from mockvoice.vendors.count.rules.lists import Listed, Query, found_by, listed
from mockvoice.vendors.count.rules.records import Body, changes, find, resolve_tax_ids

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
# An empty text clears these, as null does. Documented.
_CLEARED = {"mainPhone": "main_phone", "website": "website"}
_ADDRESSES = {"billingAddress": "billing_address", "shippingAddress": "shipping_address"}


def search(backend: CountBackend, query: Query) -> Listed[Customer]:
    """A page of customers. Documented: where a search looks, and what can be sorted by."""
    return listed(
        backend.customers,
        query,
        where={"live": True},
        among=found_by(backend.customers, query["search"]),
        order=query["order_by"],
        descending=query["order_direction"] == "DESC",
    )


def create(backend: CountBackend, body: Body) -> Customer:
    """A new customer with its contacts. Documented: the e-mail is unique in the workspace."""
    now = backend.now()
    customer = backend.customers.put(
        Customer(
            id=backend.new_id("customer"),
            serial=backend.ids.next("customer.serial"),
            created=now,
            updated=now,
            **_written(backend, body, None),
        )
    )
    backend.announce("customer.created", customer)
    return customer


def update(
    backend: CountBackend, customer_id: str, body: Body, schema: str = "CustomerUpdate"
) -> Customer:
    """A customer, changed. Documented: partial, and an address is replaced as a whole."""
    before = find(backend.customers, customer_id)
    if not takes_anything(schema, body):
        return before
    taken = body
    if schema == "CustomerUpdate":
        taken = {name: value for name, value in body.items() if name != "contacts"}
    written = _written(backend, taken, before)
    after = backend.customers.put(replace(before, updated=backend.now(), **written))
    backend.announce("customer.updated", after, before)
    return after


def delete(backend: CountBackend, customer_id: str) -> Customer:
    """Let a customer be found no more. Documented: listeners see a deletion."""
    before = find(backend.customers, customer_id)
    after = backend.customers.put(replace(before, deleted=True, updated=backend.now()))
    backend.announce("customer.deleted", after)
    return after


def find_by_email(backend: CountBackend, email: str) -> Customer:
    """The customer with exactly this address, whatever its case. Raises ``NotFound``."""
    found = backend.customers.find_by("email", email.lower())
    if not found:
        raise NotFound
    return found[0]


def _written(backend: CountBackend, body: Body, before: Customer | None) -> dict[str, Any]:
    written = changes(body, _COLUMNS)
    written |= {name: value or None for name, value in changes(body, _CLEARED).items()}
    written |= {name: _address(value) for name, value in changes(body, _ADDRESSES).items()}
    if "taxes" in body:
        written["taxes"] = resolve_tax_ids(backend, body)
    if "contacts" in body:
        written["contacts"] = _contacts(backend, body["contacts"])
    _check_email(backend, written.get("email"), before)
    return written


def _check_email(backend: CountBackend, email: str | None, own: Customer | None) -> None:
    if email is None:
        return
    taken = backend.customers.keys_by("email", email.lower())
    if any(own is None or key != own.id for key in taken):
        raise CustomerEmailExists(email)


def _address(sent: Mapping[str, Any] | None) -> Address | None:
    if sent is None:
        return None
    return Address(
        street=sent.get("street"),
        city=sent.get("city"),
        state=sent.get("state"),
        zip_code=sent.get("zipCode"),
        country=sent.get("country"),
    )


def _contacts(backend: CountBackend, sent: Sequence[Body]) -> tuple[Contact, ...]:
    """Contacts with ids. Documented: one bad contact fails all, and at most one is primary."""
    if sum(1 for each in sent if each.get("isPrimary")) > 1:
        raise Invalid("contacts", "must have one primary contact at most")
    return tuple([_contact(backend, each) for each in sent])


def _contact(backend: CountBackend, sent: Body) -> Contact:
    first, last = sent.get("firstName"), sent.get("lastName")
    return Contact(
        id=backend.ids.uuid("contact"),
        name=sent.get("name") or " ".join(part for part in (first, last) if part),
        first_name=first,
        last_name=last,
        email=sent.get("email"),
        phone=sent.get("phone"),
        primary=sent.get("isPrimary", False),
    )
