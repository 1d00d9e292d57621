"""Operations on currencies and their rates."""

from mockvoice.vendors.optiflow import render
from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.rules import currencies
from mockvoice.vendors.optiflow.rules.lists import Query, paginate
from mockvoice.vendors.optiflow.rules.records import Body, find
from mockvoice.web.request_context import RequestUrl


def search(backend: OptiBackend, query: Query, address: RequestUrl) -> render.Json:
    render.check_query(address, query)
    result = paginate(backend.currencies, query)
    return render.page(result, lambda row: render.currency(backend, row), address)


def get(backend: OptiBackend, currency_id: int) -> render.Json:
    return render.envelope(render.currency(backend, find(backend.currencies, currency_id)))


def create(backend: OptiBackend, body: Body) -> render.Json:
    return render.envelope(render.currency(backend, currencies.create(backend, body)))


def update(backend: OptiBackend, currency_id: int, body: Body) -> render.Json:
    return render.envelope(render.currency(backend, currencies.update(backend, currency_id, body)))


replace = update


def delete(backend: OptiBackend, currency_id: int) -> None:
    currencies.delete(backend, currency_id)


def add_rate(backend: OptiBackend, currency_id: int, body: Body) -> render.Json:
    rate = currencies.add_rate(backend, currency_id, body)
    return render.envelope(render.currency_rate(backend, rate))
