"""Operations on salesmen."""

from mockvoice.vendors.optiflow import render
from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.rules import salesmen
from mockvoice.vendors.optiflow.rules.lists import Query, paginate
from mockvoice.vendors.optiflow.rules.records import Body, find
from mockvoice.web.request_context import RequestUrl


def search(backend: OptiBackend, query: Query, address: RequestUrl) -> render.Json:
    render.check_query(address, query)
    result = paginate(backend.salesmen, query)
    return render.page(result, lambda row: render.salesman(backend, row), address)


def get(backend: OptiBackend, salesman_id: int) -> render.Json:
    return render.envelope(render.salesman(backend, find(backend.salesmen, salesman_id)))


def create(backend: OptiBackend, body: Body) -> render.Json:
    return render.envelope(render.salesman(backend, salesmen.create(backend, body)))


def update(backend: OptiBackend, salesman_id: int, body: Body) -> render.Json:
    return render.envelope(render.salesman(backend, salesmen.update(backend, salesman_id, body)))


replace = update


def delete(backend: OptiBackend, salesman_id: int) -> None:
    salesmen.delete(backend, salesman_id)
