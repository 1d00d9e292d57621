"""Operations on products."""

from mockvoice.vendors.optiflow import render
from mockvoice.vendors.optiflow.auth import enter
from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.rules import products
from mockvoice.vendors.optiflow.rules.lists import Query
from mockvoice.vendors.optiflow.rules.records import Body, find
from mockvoice.web.request_context import Address


def search(
    backend: OptiBackend, principal: str, x_workspace_id: int | None, query: Query, address: Address
) -> render.Json:
    render.check_query(address, query)
    visit = enter(backend, principal, x_workspace_id)
    found = products.search(backend, query)
    return render.page(found, lambda row: render.product(backend, visit, row), address)


def get(
    backend: OptiBackend, principal: str, x_workspace_id: int | None, product_id: int
) -> render.Json:
    visit = enter(backend, principal, x_workspace_id)
    return render.one(render.product(backend, visit, find(backend.products, product_id)))


def create(
    backend: OptiBackend, principal: str, x_workspace_id: int | None, body: Body
) -> render.Json:
    visit = enter(backend, principal, x_workspace_id)
    return render.one(render.product(backend, visit, products.create(backend, visit, body)))


def update(
    backend: OptiBackend, principal: str, x_workspace_id: int | None, product_id: int, body: Body
) -> render.Json:
    visit = enter(backend, principal, x_workspace_id)
    return render.one(render.product(backend, visit, products.update(backend, product_id, body)))


replace = update


def delete(backend: OptiBackend, product_id: int) -> None:
    products.delete(backend, product_id)


def activate(
    backend: OptiBackend, principal: str, x_workspace_id: int | None, product_id: int
) -> render.Json:
    visit = enter(backend, principal, x_workspace_id)
    row = products.set_active(backend, product_id, active=True)
    return render.one(render.product(backend, visit, row))


def deactivate(
    backend: OptiBackend, principal: str, x_workspace_id: int | None, product_id: int
) -> render.Json:
    visit = enter(backend, principal, x_workspace_id)
    row = products.set_active(backend, product_id, active=False)
    return render.one(render.product(backend, visit, row))
