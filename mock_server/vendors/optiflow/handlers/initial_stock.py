"""The operation that sets the first stock of a product."""

from mock_server.vendors.optiflow import render
from mock_server.vendors.optiflow.auth import enter
from mock_server.vendors.optiflow.backend import OptiBackend
from mock_server.vendors.optiflow.rules import stock
from mock_server.vendors.optiflow.rules.records import Body


def create(
    backend: OptiBackend, caller: str, x_workspace_id: int | None, body: Body
) -> render.Json:
    row = stock.open_stock(backend, enter(backend, caller, x_workspace_id), body)
    return render.one(render.movement(backend, row))
