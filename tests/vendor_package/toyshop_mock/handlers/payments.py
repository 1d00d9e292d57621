"""Payments."""

from typing import Any

from mockvoice.vendor_api import decimal
from toyshop_mock import render, rules
from toyshop_mock.backend import ToyshopBackend
from toyshop_mock.errors import NotFound


def create(backend: ToyshopBackend, order_id: int, body: dict[str, Any]) -> dict[str, Any]:
    """Record a payment of an order."""
    return render.payment(backend, rules.pay(backend, order_id, decimal(body["amount"])))


def get(backend: ToyshopBackend, payment_id: int) -> dict[str, Any]:
    """Return a payment."""
    row = backend.payments.get(payment_id)
    if row is None:
        raise NotFound("payment", payment_id)
    return render.payment(backend, row)
