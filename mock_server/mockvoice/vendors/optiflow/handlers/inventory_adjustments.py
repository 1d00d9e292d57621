"""Operations on corrections of stock."""

from mockvoice.vendors.optiflow import render
from mockvoice.vendors.optiflow.auth import enter
from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.rules import stock
from mockvoice.vendors.optiflow.rules.lists import Query
from mockvoice.vendors.optiflow.rules.records import Body
from mockvoice.web.request_context import Address


def search(
    backend: OptiBackend, principal: str, x_workspace_id: int | None, query: Query, address: Address
) -> render.Json:
    render.check_query(address, query)
    found = stock.search_adjustments(backend, enter(backend, principal, x_workspace_id), query)
    return render.page(found, lambda row: render.movement(backend, row), address)


def create(
    backend: OptiBackend, principal: str, x_workspace_id: int | None, body: Body
) -> render.Json:
    made = stock.adjust(backend, enter(backend, principal, x_workspace_id), body)
    return render.one([render.movement(backend, row) for row in made])
