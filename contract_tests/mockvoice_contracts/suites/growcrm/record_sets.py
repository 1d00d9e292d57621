"""Sets of new records, each with a query that returns only them."""

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


def record_set(factory: Factory, kind: str, size: int) -> tuple[list[Record], dict[str, Any]]:
    """Create ``size`` records; return them by ascending id, and a query that selects only them."""
    if kind in ("clients", "categories"):
        prefix = factory.unique_name("Prefix").replace("-", "x")
        name = "client_company_name" if kind == "clients" else "category_name"
        create = factory.client if kind == "clients" else factory.category
        records = [create(**{name: f"{prefix} {number}"}) for number in range(size)]
        return records, {"search": prefix}
    if kind == "items":
        category = factory.category("item")
        items = [factory.item(item_categoryid=category["id"]) for _ in range(size)]
        return items, {"category_id": category["id"]}
    client = factory.client()
    query = {"client_id": client["id"]}
    if kind == "contacts":
        owner = factory.read("contacts", {"id": client["owner"]["id"]})
        return [owner, *(factory.contact(client) for _ in range(size - 1))], query
    if kind in ("payments", "refunds"):
        invoice = factory.published_invoice(client)
        payments = [factory.payment(invoice, 1) for _ in range(size)]
        return payments if kind == "payments" else [
            factory.refund(payment) for payment in payments
        ], query
    create = getattr(factory, kind[:-1])
    return [create(client) for _ in range(size)], query
