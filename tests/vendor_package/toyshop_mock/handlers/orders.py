"""Orders."""

from typing import Any

from mockvoice.vendor_api import Response
from toyshop_mock import render, rules
from toyshop_mock.backend import ToyshopBackend


def search(backend: ToyshopBackend, query: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the orders with this status and this customer."""
    where = {name: value for name, value in query.items() if value is not None}
    return [render.order(backend, row) for row in backend.orders.select(where)]


def create(backend: ToyshopBackend, body: dict[str, Any]) -> dict[str, Any]:
    """Create an order."""
    return render.order(backend, rules.create_order(backend, body))


def get(backend: ToyshopBackend, order_id: int) -> dict[str, Any]:
    """Return an order."""
    return render.order(backend, rules.find_order(backend, order_id))


def delete(backend: ToyshopBackend, order_id: int) -> Response:
    """Delete an order."""
    rules.delete_order(backend, order_id)
    return Response(status=204)
