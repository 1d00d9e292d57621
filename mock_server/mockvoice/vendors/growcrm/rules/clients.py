"""Clients and their contacts."""

from typing import Any

from msgspec.structs import replace

from mockvoice.vendors.growcrm.backend import GrowBackend
from mockvoice.vendors.growcrm.errors import ContactWithoutClient, NotFound
from mockvoice.vendors.growcrm.models import Address, Client, User
from mockvoice.vendors.growcrm.rules import estimates, invoices, mail, projects
from mockvoice.vendors.growcrm.rules.lists import (
    PageResult,
    Query,
    all_of,
    paginate,
    text_filter,
)
from mockvoice.vendors.growcrm.rules.records import (
    Body,
    check_references,
    find,
    normalized_tags,
    text_changes,
)
from mockvoice.web.laravel import Errors, integer, raise_if_errors, selected_is_invalid

CLIENT_CATEGORY = 2  # Observed: the system's default category of clients.

_TEXTS = {
    "client_description": "description",
    "client_phone": "phone",
    "client_website": "website",
    "client_vat": "vat",
}
_ADDRESS = {
    f"client_billing_{part}": part for part in ("street", "city", "state", "zip", "country")
}


def search(backend: GrowBackend, query: Query) -> PageResult[Client]:
    """Return a page of clients. Documented: filters and sorts."""
    return paginate(
        backend.clients,
        query,
        default_size=backend.settings.page_size,
        filters=("status", "category_id"),
        predicate=text_filter(query["search"], lambda client: client.company_name),
        sorts=("client_company_name", "client_status", "client_created", "client_updated"),
    )


def check_new(backend: GrowBackend, body: Body) -> None:
    """Check category and e-mail of a new client. Raises ``Invalid``."""
    errors: Errors = {}
    check_references(body, {"client_categoryid": backend.categories}, errors)
    _check_email(backend, body, errors)
    raise_if_errors(errors)


def create(backend: GrowBackend, body: Body) -> Client:
    """Create a client and its account owner. Raises ``Invalid``, also if the e-mail is taken."""
    check_new(backend, body)
    now = backend.clock.now()
    client = Client(
        id=backend.ids.next("client"),
        company_name=body.get("client_company_name") or f"{body['first_name']} {body['last_name']}",
        category_id=integer(body.get("client_categoryid") or CLIENT_CATEGORY),
        owner_id=None,
        created_at=now,
        updated_at=now,
        billing=Address(**text_changes(body, _ADDRESS)),
        invoice_due_days=_due_days(body),
        tags=normalized_tags(body.get("tags") or ()),
        **text_changes(body, _TEXTS),
    )
    owner = _add_user(backend, client.id, body)
    return backend.clients.put(replace(client, owner_id=owner.id))


def check_update(backend: GrowBackend, body: Body) -> None:
    """Check the category of a client. Raises ``Invalid``."""
    errors: Errors = {}
    check_references(body, {"client_categoryid": backend.categories}, errors)
    raise_if_errors(errors)


def update(backend: GrowBackend, client_id: int, body: Body) -> Client:
    """Update a client. Assumed: omitted fields keep their value. Raises ``Invalid``."""
    check_update(backend, body)
    client = find(backend.clients, client_id)
    due_days = client.invoice_due_days
    if "client_billing_invoice_due_days" in body:
        due_days = _due_days(body)
    return _save(
        backend,
        client,
        company_name=body["client_company_name"],
        category_id=integer(body.get("client_categoryid") or client.category_id),
        billing=replace(client.billing, **text_changes(body, _ADDRESS)),
        invoice_due_days=due_days,
        **text_changes(body, _TEXTS),
    )


def set_tags(backend: GrowBackend, client_id: int, body: Body) -> Client:
    """Replace all tags of a client."""
    return _save(backend, find(backend.clients, client_id), tags=normalized_tags(body["tags"]))


def set_status(backend: GrowBackend, client_id: int, body: Body) -> Client:
    """Activate or suspend a client."""
    return _save(backend, find(backend.clients, client_id), status=body["status"])


def set_owner(backend: GrowBackend, client_id: int, body: Body) -> Client:
    """Make a contact of the client its account owner. Raises ``Invalid`` for any other user."""
    owner_id = integer(body["owner"])
    if owner_id not in backend.users:
        raise_if_errors({"owner": [selected_is_invalid("owner")]})
    client = find(backend.clients, client_id)
    if find(backend.users, owner_id).client_id != client_id:
        raise_if_errors({"owner": [selected_is_invalid("owner")]})
    return _save(backend, client, owner_id=owner_id)


def delete(backend: GrowBackend, client_id: int) -> Client:
    """Delete a client with its contacts, projects and bills. Documented: the cascade."""
    client = find(backend.clients, client_id)
    for project in backend.projects.find_by("client_id", client_id):
        projects.delete(backend, project.id)
    for invoice in backend.invoices.find_by("client_id", client_id):
        invoices.delete(backend, invoice.id)
    for estimate in backend.estimates.find_by("client_id", client_id):
        estimates.delete(backend, estimate.id)
    for user in backend.users.find_by("client_id", client_id):
        backend.users.delete(user.id)
    backend.clients.delete(client_id)
    return client


def search_contacts(backend: GrowBackend, query: Query) -> PageResult[User]:
    """Return a page of contacts, by default sorted by first name in ascending order."""
    owner_filter = query["account_owner"]
    return paginate(
        backend.users,
        query,
        default_size=backend.settings.page_size,
        filters=("status", "client_id"),
        where={"kind": "contact"},
        predicate=all_of(
            (lambda user: account_owner_flag(backend, user) == owner_filter)
            if owner_filter
            else None,
            text_filter(
                query["search"],
                lambda user: user.first_name,
                lambda user: user.last_name,
                lambda user: user.email,
                lambda user: user.phone,
            ),
        ),
        sorts=("first_name", "last_name", "email", "created", "updated"),
        default_sort="first_name",
        default_ascending=True,
    )


def find_contact(backend: GrowBackend, contact_id: int) -> User:
    """Return the contact with this id. Raises ``NotFound``, also for a team member."""
    user = find(backend.users, contact_id)
    if user.in_team:
        raise NotFound
    return user


def check_contact(backend: GrowBackend, body: Body, contact_id: int | None = None) -> None:
    """Check client and e-mail of a new contact, or of an existing one. Raises ``Invalid``."""
    errors: Errors = {}
    if contact_id is None:
        check_references(body, {"clientid": backend.clients}, errors)
    _check_email(backend, body, errors, except_for=contact_id)
    raise_if_errors(errors)


def create_contact(backend: GrowBackend, body: Body) -> User:
    """Create a contact of a client. Raises ``Invalid``, also if the e-mail is taken."""
    check_contact(backend, body)
    return _add_user(backend, integer(body["clientid"]), body)


def update_contact(backend: GrowBackend, contact_id: int, body: Body) -> User:
    """Update a contact; its client cannot change. Raises ``Invalid``."""
    check_contact(backend, body, contact_id)
    contact = find_contact(backend, contact_id)
    return backend.users.put(
        replace(
            contact,
            first_name=body["first_name"],
            last_name=body["last_name"],
            email=body["email"],
            updated_at=backend.clock.now(),
            **text_changes(body, {"phone": "phone", "position": "position"}),
        )
    )


def delete_contact(backend: GrowBackend, contact_id: int) -> User:
    """Delete a contact. Documented: a soft deletion; later requests return 404.

    Assumed: an account owner can be deleted too, which leaves its client without one.
    """
    contact = find_contact(backend, contact_id)
    client = backend.clients.get(contact.client_id) if contact.client_id else None
    if client is not None and client.owner_id == contact_id:
        backend.clients.put(replace(client, owner_id=None))
    backend.users.delete(contact_id)
    return contact


def set_account_owner(backend: GrowBackend, contact_id: int) -> User:
    """Make a contact the account owner of its client. Raises ``ContactWithoutClient``."""
    contact = find_contact(backend, contact_id)
    if contact.client_id is None:
        raise ContactWithoutClient
    _save(backend, find(backend.clients, contact.client_id), owner_id=contact_id)
    return contact


def account_owner_flag(backend: GrowBackend, user: User) -> str:
    """Return ``yes`` if the user is the account owner of its client, else ``no``."""
    client = backend.clients.get(user.client_id) if user.client_id else None
    return "yes" if client and client.owner_id == user.id else "no"


def _add_user(backend: GrowBackend, client_id: int, body: Body) -> User:
    now = backend.clock.now()
    user = backend.users.put(
        User(
            id=backend.ids.next("user"),
            first_name=body["first_name"],
            last_name=body["last_name"],
            email=body["email"],
            created_at=now,
            updated_at=now,
            client_id=client_id,
            phone=body.get("phone"),
            position=body.get("position"),
        )
    )
    if body.get("send_email") == "yes":
        mail.send_welcome(backend, user)
    return user


def _check_email(
    backend: GrowBackend, body: Body, errors: Errors, except_for: int | None = None
) -> None:
    """Add an error if another user has this e-mail address. Assumed: case is ignored."""
    users = backend.users.find_by("email", (body.get("email") or "").lower())
    if any(user.id != except_for for user in users):
        errors["email"] = ["The email has already been taken."]


def _due_days(body: Body) -> int | None:
    days = body.get("client_billing_invoice_due_days")
    return None if days is None else integer(days)


def _save(backend: GrowBackend, client: Client, **changes: Any) -> Client:
    return backend.clients.put(replace(client, updated_at=backend.clock.now(), **changes))
