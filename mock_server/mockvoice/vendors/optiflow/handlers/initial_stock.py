"""The operation that records the initial stock of a product."""

from mockvoice.vendors.optiflow import render
from mockvoice.vendors.optiflow.auth import resolve_actor
from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.rules import stock
from mockvoice.vendors.optiflow.rules.records import Body


def create(
    backend: OptiBackend, principal: str, x_workspace_id: int | None, body: Body
) -> render.Json:
    row = stock.set_initial_stock(backend, resolve_actor(backend, principal, x_workspace_id), body)
    return render.envelope(render.movement(backend, row))
