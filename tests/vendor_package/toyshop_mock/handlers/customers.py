"""Customers."""

from typing import Any

from toyshop_mock import render
from toyshop_mock.backend import Customer, ToyshopBackend
from toyshop_mock.errors import NotFound


def search(backend: ToyshopBackend) -> list[dict[str, Any]]:
    """Return all customers."""
    return [render.customer(backend, row) for row in backend.customers]


def create(backend: ToyshopBackend, body: dict[str, Any]) -> dict[str, Any]:
    """Create a customer."""
    row = Customer(backend.ids.next("customer"), body["name"], body["email"])
    return render.customer(backend, backend.customers.put(row))


def get(backend: ToyshopBackend, customer_id: int) -> dict[str, Any]:
    """Return a customer."""
    row = backend.customers.get(customer_id)
    if row is None:
        raise NotFound("customer", customer_id)
    return render.customer(backend, row)
