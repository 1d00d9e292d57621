"""Operations on contacts."""

from mockvoice.vendors.optiflow import render
from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.rules import contacts
from mockvoice.vendors.optiflow.rules.lists import Query
from mockvoice.vendors.optiflow.rules.records import Body, find
from mockvoice.web.request_context import RequestUrl


def search(backend: OptiBackend, query: Query, address: RequestUrl) -> render.Json:
    render.check_query(address, query)
    result = contacts.search(backend, query)
    return render.page(result, lambda row: render.contact(backend, row), address)


def get(backend: OptiBackend, contact_id: int) -> render.Json:
    return render.envelope(render.contact(backend, find(backend.contacts, contact_id)))


def create(backend: OptiBackend, body: Body) -> render.Json:
    return render.envelope(render.contact(backend, contacts.create(backend, body)))


def update(backend: OptiBackend, contact_id: int, body: Body) -> render.Json:
    return render.envelope(render.contact(backend, contacts.update(backend, contact_id, body)))


replace = update


def delete(backend: OptiBackend, contact_id: int) -> None:
    contacts.delete(backend, contact_id)
