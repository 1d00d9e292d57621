"""Toyshop's rules: totals, payments, and orders that become overdue."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from mockvoice.vendor_api import decimal, percent, quantize, total
from toyshop_mock.backend import OPEN, OVERDUE, PAID, Line, Order, Payment, ToyshopBackend
from toyshop_mock.errors import NotFound, Rejected


def order_total(order: Order) -> Decimal:
    """Return the total: the lines plus tax, which is rounded once, half up."""
    subtotal = total(line.quantity * line.price for line in order.lines)
    return subtotal + quantize(percent(subtotal, order.tax_rate))


def paid_amount(backend: ToyshopBackend, order: Order) -> Decimal:
    """Return the sum of an order's payments."""
    return total(payment.amount for payment in backend.payments.find_by("order_id", order.id))


def find_order(backend: ToyshopBackend, order_id: int) -> Order:
    """Return an order. Raises ``NotFound``."""
    order = backend.orders.get(order_id)
    if order is None:
        raise NotFound("order", order_id)
    return order


def create_order(backend: ToyshopBackend, body: dict[str, Any]) -> Order:
    """Create an order. Raises ``NotFound`` if its customer does not exist."""
    if body["customer_id"] not in backend.customers:
        raise NotFound("customer", body["customer_id"])
    order = Order(
        backend.ids.next("order"),
        body["customer_id"],
        date.fromisoformat(body["due_date"]),
        decimal(body.get("tax_rate", 0)),
        tuple(
            Line(line["toy"], line["quantity"], quantize(decimal(line["price"])))
            for line in body["lines"]
        ),
        body.get("reference"),
    )
    return backend.orders.put(_with_status(backend, order))


def delete_order(backend: ToyshopBackend, order_id: int) -> None:
    """Delete an order. Raises ``Rejected`` if it has payments."""
    order = find_order(backend, order_id)
    if paid_amount(backend, order):
        raise Rejected("An order with payments cannot be deleted.")
    backend.orders.delete(order_id)


def pay(backend: ToyshopBackend, order_id: int, amount: Decimal) -> Payment:
    """Record a payment of an order. Raises ``Rejected`` if it exceeds the open amount."""
    order, amount = find_order(backend, order_id), quantize(amount)
    if amount > order_total(order) - paid_amount(backend, order):
        raise Rejected("The payment exceeds the open amount.")
    payment = backend.payments.put(Payment(backend.ids.next("payment"), order_id, amount))
    backend.orders.put(_with_status(backend, order))
    return payment


def next_overdue_at(backend: ToyshopBackend) -> datetime | None:
    """Return the time when the next order becomes overdue."""
    order = backend.orders.select({"status": OPEN}, order="due_date").first()
    if order is None:
        return None
    return datetime.combine(order.due_date + timedelta(days=1), time(), UTC)


def mark_overdue(backend: ToyshopBackend) -> None:
    """Mark the open orders whose due date has passed, and e-mail their customers."""
    yesterday = backend.clock.today() - timedelta(days=1)
    for order in list(
        backend.orders.select({"status": OPEN}, between={"due_date": (None, yesterday)})
    ):
        backend.orders.put(replace(order, status=OVERDUE))
        customer = backend.customers.get(order.customer_id)
        if customer is not None:
            text = f"Please pay {order_total(order) - paid_amount(backend, order):.2f}."
            backend.queue_email(customer.email, "Reminder", text, f"orders/{order.id}")


def _with_status(backend: ToyshopBackend, order: Order) -> Order:
    if paid_amount(backend, order) == order_total(order):
        return replace(order, status=PAID)
    overdue = order.due_date < backend.clock.today()
    return replace(order, status=OVERDUE if overdue else OPEN)
