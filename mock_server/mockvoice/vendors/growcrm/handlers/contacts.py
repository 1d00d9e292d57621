"""Operations on contacts."""

from mockvoice.vendors.growcrm import render
from mockvoice.vendors.growcrm.backend import GrowBackend
from mockvoice.vendors.growcrm.rules import clients
from mockvoice.vendors.growcrm.rules.lists import Query
from mockvoice.vendors.growcrm.rules.records import Body


def search(backend: GrowBackend, query: Query) -> render.Json:
    result = clients.search_contacts(backend, query)
    return render.page(backend, result, render.contact, "Contacts retrieved successfully.")


def get(backend: GrowBackend, contact_id: int) -> render.Json:
    row = clients.find_contact(backend, contact_id)
    return render.envelope(render.contact(backend, row), "Contact retrieved successfully.")


def create(backend: GrowBackend, body: Body) -> render.Json:
    row = clients.create_contact(backend, body)
    return render.envelope(render.contact(backend, row), "Contact created successfully.")


def update(backend: GrowBackend, contact_id: int, body: Body) -> render.Json:
    row = clients.update_contact(backend, contact_id, body)
    return render.envelope(render.contact(backend, row), "Contact updated successfully.")


def delete(backend: GrowBackend, contact_id: int) -> render.Json:
    row = clients.delete_contact(backend, contact_id)
    return render.id_envelope(row.id, "Contact deleted successfully.")


def set_account_owner(backend: GrowBackend, contact_id: int) -> render.Json:
    row = clients.set_account_owner(backend, contact_id)
    return render.envelope(
        render.contact(backend, row), "Contact set as account owner successfully."
    )
