"""Sets of records of one kind that a query can select, so a test knows the whole list."""

from typing import Any

from mockvoice_contracts.suites.growcrm.factories import Factory, Record

KINDS = (
    "invoices",
    "estimates",
    "clients",
    "contacts",
    "projects",
    "categories",
    "payments",
    "refunds",
    "items",
)


def record_set(make: Factory, kind: str, size: int) -> tuple[list[Record], dict[str, Any]]:
    """Create ``size`` records; return them by ascending id, and a query that selects only them."""
    if kind in ("clients", "categories"):
        stem = make.name("Stem").replace("-", "x")
        name = "client_company_name" if kind == "clients" else "category_name"
        create = make.client if kind == "clients" else make.category
        return [create(**{name: f"{stem} {number}"}) for number in range(size)], {"search": stem}
    if kind == "items":
        category = make.category("item")
        items = [make.item(item_categoryid=category["id"]) for _ in range(size)]
        return items, {"category_id": category["id"]}
    client = make.client()
    query = {"client_id": client["id"]}
    if kind == "contacts":
        owner = make.read("contacts", {"id": client["owner"]["id"]})
        return [owner, *(make.contact(client) for _ in range(size - 1))], query
    if kind in ("payments", "refunds"):
        invoice = make.published_invoice(client)
        payments = [make.payment(invoice, 1) for _ in range(size)]
        return payments if kind == "payments" else [
            make.refund(payment) for payment in payments
        ], query
    create = getattr(make, kind[:-1])
    return [create(client) for _ in range(size)], query
