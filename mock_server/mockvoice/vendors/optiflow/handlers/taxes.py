"""Operations on taxes."""

from mockvoice.vendors.optiflow import render
from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.rules import taxes
from mockvoice.vendors.optiflow.rules.lists import Query, paginate
from mockvoice.vendors.optiflow.rules.records import Body, find
from mockvoice.web.request_context import RequestUrl


def search(backend: OptiBackend, query: Query, address: RequestUrl) -> render.Json:
    render.check_query(address, query)
    result = paginate(backend.taxes, query)
    return render.page(result, lambda row: render.tax(backend, row), address)


def get(backend: OptiBackend, tax_id: int) -> render.Json:
    return render.envelope(render.tax(backend, find(backend.taxes, tax_id)))


def create(backend: OptiBackend, body: Body) -> render.Json:
    return render.envelope(render.tax(backend, taxes.create(backend, body)))


def update(backend: OptiBackend, tax_id: int, body: Body) -> render.Json:
    return render.envelope(render.tax(backend, taxes.update(backend, tax_id, body)))


replace = update


def delete(backend: OptiBackend, tax_id: int) -> None:
    taxes.delete(backend, tax_id)
