"""Operations on products."""

from mockvoice.vendors.optiflow import render
from mockvoice.vendors.optiflow.auth import resolve_actor
from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.rules import products
from mockvoice.vendors.optiflow.rules.lists import Query
from mockvoice.vendors.optiflow.rules.records import Body, find
from mockvoice.web.request_context import RequestUrl


def search(
    backend: OptiBackend,
    principal: str,
    x_workspace_id: int | None,
    query: Query,
    address: RequestUrl,
) -> render.Json:
    render.check_query(address, query)
    actor = resolve_actor(backend, principal, x_workspace_id)
    result = products.search(backend, query)
    return render.page(result, lambda row: render.product(backend, actor, row), address)


def get(
    backend: OptiBackend, principal: str, x_workspace_id: int | None, product_id: int
) -> render.Json:
    actor = resolve_actor(backend, principal, x_workspace_id)
    return render.envelope(render.product(backend, actor, find(backend.products, product_id)))


def create(
    backend: OptiBackend, principal: str, x_workspace_id: int | None, body: Body
) -> render.Json:
    actor = resolve_actor(backend, principal, x_workspace_id)
    return render.envelope(render.product(backend, actor, products.create(backend, actor, body)))


def update(
    backend: OptiBackend, principal: str, x_workspace_id: int | None, product_id: int, body: Body
) -> render.Json:
    actor = resolve_actor(backend, principal, x_workspace_id)
    return render.envelope(
        render.product(backend, actor, products.update(backend, product_id, body))
    )


replace = update


def delete(backend: OptiBackend, product_id: int) -> None:
    products.delete(backend, product_id)


def activate(
    backend: OptiBackend, principal: str, x_workspace_id: int | None, product_id: int
) -> render.Json:
    actor = resolve_actor(backend, principal, x_workspace_id)
    row = products.set_active(backend, product_id, active=True)
    return render.envelope(render.product(backend, actor, row))


def deactivate(
    backend: OptiBackend, principal: str, x_workspace_id: int | None, product_id: int
) -> render.Json:
    actor = resolve_actor(backend, principal, x_workspace_id)
    row = products.set_active(backend, product_id, active=False)
    return render.envelope(render.product(backend, actor, row))
