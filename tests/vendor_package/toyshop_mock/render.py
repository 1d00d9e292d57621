"""Toyshop's JSON."""

from typing import Any

from mockvoice.vendor_api import InvalidRequest, RequestError, Response
from toyshop_mock.backend import Customer, Order, Payment, ToyshopBackend
from toyshop_mock.rules import order_total, paid_amount


def customer(backend: ToyshopBackend, row: Customer) -> dict[str, Any]:
    """Render a customer."""
    return {"id": row.id, "name": row.name, "email": row.email}


def order(backend: ToyshopBackend, row: Order) -> dict[str, Any]:
    """Render an order with its total and the open amount."""
    amount = order_total(row)
    return {
        "id": row.id,
        "customer_id": row.customer_id,
        "reference": row.reference,
        "due_date": row.due_date.isoformat(),
        "tax_rate": row.tax_rate,
        "lines": [
            {"toy": line.toy, "quantity": line.quantity, "price": f"{line.price:.2f}"}
            for line in row.lines
        ],
        "status": row.status,
        "total": f"{amount:.2f}",
        "open_amount": f"{amount - paid_amount(backend, row):.2f}",
    }


def payment(backend: ToyshopBackend, row: Payment) -> dict[str, Any]:
    """Render a payment."""
    return {"id": row.id, "order_id": row.order_id, "amount": f"{row.amount:.2f}"}


def error_response(error: Exception) -> Response:
    """Render any error as ``{"error": …}``."""
    match error:
        case InvalidRequest() if all(v.location == "path" for v in error.violations):
            return Response({"error": "There is no such record."}, 404)
        case RequestError():
            return Response({"error": str(error)}, error.status, error.headers)
        case _:
            return Response({"error": "Internal error"}, 500)
