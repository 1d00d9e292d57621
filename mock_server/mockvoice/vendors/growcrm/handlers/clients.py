"""Operations on clients."""

from mockvoice.vendors.growcrm import render
from mockvoice.vendors.growcrm.backend import GrowBackend
from mockvoice.vendors.growcrm.rules import clients
from mockvoice.vendors.growcrm.rules.lists import Query
from mockvoice.vendors.growcrm.rules.records import Body, find


def search(backend: GrowBackend, query: Query) -> render.Json:
    result = clients.search(backend, query)
    return render.page(backend, result, render.client, "Clients retrieved successfully.")


def get(backend: GrowBackend, client_id: int) -> render.Json:
    row = find(backend.clients, client_id)
    return render.envelope(render.client(backend, row), "Client retrieved successfully.")


def create(backend: GrowBackend, body: Body) -> render.Json:
    row = clients.create(backend, body)
    return render.envelope(render.client(backend, row), "Client created successfully.")


def update(backend: GrowBackend, client_id: int, body: Body) -> render.Json:
    row = clients.update(backend, client_id, body)
    return render.envelope(render.client(backend, row), "Client updated successfully.")


def delete(backend: GrowBackend, client_id: int) -> render.Json:
    row = clients.delete(backend, client_id)
    return render.id_envelope(row.id, "Client deleted successfully.")


def set_tags(backend: GrowBackend, client_id: int, body: Body) -> render.Json:
    row = clients.set_tags(backend, client_id, body)
    return render.envelope(render.client(backend, row), "Client tags updated successfully.")


def set_status(backend: GrowBackend, client_id: int, body: Body) -> render.Json:
    row = clients.set_status(backend, client_id, body)
    return render.envelope(render.client(backend, row), "Client status updated successfully.")


def set_owner(backend: GrowBackend, client_id: int, body: Body) -> render.Json:
    row = clients.set_owner(backend, client_id, body)
    return render.envelope(
        render.client(backend, row), "Client account owner updated successfully."
    )
