"""The operation that lists every movement of stock."""

from mockvoice.vendors.optiflow import render
from mockvoice.vendors.optiflow.auth import enter
from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.rules import stock
from mockvoice.vendors.optiflow.rules.lists import Query
from mockvoice.web.request_context import Address


def search(
    backend: OptiBackend, principal: str, x_workspace_id: int | None, query: Query, address: Address
) -> render.Json:
    render.check_query(address, query)
    found = stock.search(backend, enter(backend, principal, x_workspace_id), query)
    return render.page(found, lambda row: render.movement(backend, row), address)
