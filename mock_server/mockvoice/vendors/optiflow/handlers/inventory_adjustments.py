"""Operations on inventory adjustments."""

from mockvoice.vendors.optiflow import render
from mockvoice.vendors.optiflow.auth import resolve_actor
from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.rules import stock
from mockvoice.vendors.optiflow.rules.lists import Query
from mockvoice.vendors.optiflow.rules.records import Body
from mockvoice.web.request_context import RequestUrl


def search(
    backend: OptiBackend,
    principal: str,
    x_workspace_id: int | None,
    query: Query,
    address: RequestUrl,
) -> render.Json:
    render.check_query(address, query)
    result = stock.search_adjustments(
        backend, resolve_actor(backend, principal, x_workspace_id), query
    )
    return render.page(result, lambda row: render.movement(backend, row), address)


def create(
    backend: OptiBackend, principal: str, x_workspace_id: int | None, body: Body
) -> render.Json:
    movements = stock.adjust(backend, resolve_actor(backend, principal, x_workspace_id), body)
    return render.envelope([render.movement(backend, row) for row in movements])
