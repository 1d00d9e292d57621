"""The operation that sets the first stock of a product."""

from mockvoice.vendors.optiflow import render
from mockvoice.vendors.optiflow.auth import enter
from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.rules import stock
from mockvoice.vendors.optiflow.rules.records import Body


def create(
    backend: OptiBackend, principal: str, x_workspace_id: int | None, body: Body
) -> render.Json:
    row = stock.open_stock(backend, enter(backend, principal, x_workspace_id), body)
    return render.one(render.movement(backend, row))
