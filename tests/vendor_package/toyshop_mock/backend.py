"""Toyshop's rows and tables."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from mockvoice.vendor_api import Backend

OPEN, OVERDUE, PAID = "open", "overdue", "paid"


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer."""

    id: int
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an order: a number of toys at a price."""

    toy: str
    quantity: int
    price: Decimal


@dataclass(frozen=True, slots=True)
class Order:
    """An order. Its total is calculated from its lines and its tax rate (a percentage)."""

    id: int
    customer_id: int
    due_date: date
    tax_rate: Decimal
    lines: tuple[Line, ...]
    reference: str | None = None
    status: str = OPEN


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment of an order."""

    id: int
    order_id: int
    amount: Decimal


class ToyshopBackend(Backend):
    """Customers, orders and payments."""

    def define_tables(self) -> None:
        """Create the tables."""
        self.customers = self.add_table("customers", Customer, sequence="customer")
        self.orders = self.add_table(
            "orders",
            Order,
            indexes={
                "status": lambda order: order.status,
                "customer": lambda order: order.customer_id,
            },
            sort_orders={"due_date": lambda order: order.due_date},
            references={"customer_id": "customers"},
            sequence="order",
        )
        self.payments = self.add_table(
            "payments",
            Payment,
            indexes={"order_id": lambda payment: payment.order_id},
            references={"order_id": "orders"},
            sequence="payment",
        )
