"""Toyshop's records in the console: orders, customers and payments."""

from mockvoice.vendor_api import (
    BAD,
    GOOD,
    INFO,
    DocumentLayout,
    PartTable,
    RecordKind,
    RelatedRecords,
    Summary,
)
from toyshop_mock import render, rules
from toyshop_mock.backend import OPEN, OVERDUE, PAID, Customer, Order, Payment, ToyshopBackend


def _order(backend: ToyshopBackend, row: Order) -> Summary:
    customer = backend.customers.get(row.customer_id)
    amount = rules.order_total(row)
    return Summary(
        key=row.id,
        name=f"Order {row.id}",
        position=row.id,
        party=customer.name if customer else "",
        party_key=row.customer_id,
        due=row.due_date,
        status=row.status,
        amount=amount,
        open=amount - rules.paid_amount(backend, row),
        detail=row.reference or "",
    )


def _customer(_: ToyshopBackend, row: Customer) -> Summary:
    return Summary(key=row.id, name=row.name, position=row.id, detail=row.email)


def _payment(backend: ToyshopBackend, row: Payment) -> Summary:
    return Summary(
        key=row.id,
        name=f"Payment {row.id}",
        position=row.id,
        amount=row.amount,
        detail=f"Order {row.order_id}",
    )


def _orders(backend: ToyshopBackend, row: Customer) -> list[Order]:
    return backend.orders.find_by("customer", row.id)


def _payments(backend: ToyshopBackend, row: Order) -> list[Payment]:
    return backend.payments.find_by("order_id", row.id)


RECORD_KINDS = (
    RecordKind(
        key="orders",
        title="Orders",
        noun="order",
        table="orders",
        columns={
            "name": "Order",
            "party": "Customer",
            "due": "Due",
            "status": "Status",
            "amount": "Total",
            "open": "Open",
        },
        summarize=_order,
        render=render.order,
        tones={OPEN: INFO, OVERDUE: BAD, PAID: GOOD},
        clients="customers",
        receivable=True,
        on_due="becomes overdue",
        operations=("orders.",),
        mail_subject="orders",
        layout=DocumentLayout(
            facts={"Reference": "reference", "Due": "due_date", "Tax rate": "tax_rate"},
            tables=(
                PartTable(
                    "Lines",
                    "lines",
                    {"Toy": "toy", "Quantity": "quantity", "Price": "price"},
                    amounts=("Price",),
                ),
            ),
            totals={"Total": "total", "Open": "open_amount"},
            related=(RelatedRecords("Payments", "payments", _payments),),
        ),
    ),
    RecordKind(
        key="customers",
        title="Customers",
        noun="customer",
        table="customers",
        columns={"name": "Name", "detail": "E-mail"},
        summarize=_customer,
        render=render.customer,
        operations=("customers.",),
        layout=DocumentLayout(
            facts={"E-mail": "email"},
            related=(RelatedRecords("Orders", "orders", _orders),),
        ),
    ),
    RecordKind(
        key="payments",
        title="Payments",
        noun="payment",
        table="payments",
        columns={"name": "Payment", "detail": "Order", "amount": "Amount"},
        summarize=_payment,
        render=render.payment,
        layout=DocumentLayout(facts={"Order": "order_id"}, totals={"Amount": "amount"}),
    ),
)
