"""Records with unique names for OptiFlow's probes."""

from itertools import count
from typing import Any

from mockvoice_contracts.mutants.probe_client import ProbeClient

API = "/api/v1"
CREDITO_FISCAL, CONSUMO, NOTA_DE_DEBITO, COTIZACION = 1, 2, 13, 10
ITBIS_18, ITBIS_16, PROPINA = 1, 2, 11
PESO_ACCOUNT, DOLLAR_ACCOUNT, DOLLAR = 1, 3, 2
_prefixes = count(100)


def create(client: ProbeClient, resource: str, **fields: Any) -> Any:
    return client("POST", f"{API}/{resource}", fields)[1].get("data", {})


def product(client: ProbeClient, stock: int | None = None, **fields: Any) -> Any:
    kind = {"product_type": "service"}
    if stock is not None:
        kind = {"product_type": "physical", "initial_quantity": str(stock)}
    return create(client, "products", name=client.unique("Producto"), sku=client.unique("SKU"), price="100",
                **kind, **fields)  # fmt: skip


def contact(client: ProbeClient) -> int:
    contact_id: int = create(
        client, "contacts", name=client.unique("Cliente"), contact_type="customer"
    )["id"]
    return contact_id


def item(client: ProbeClient, price: Any = 100, quantity: Any = 1, **fields: Any) -> dict[str, Any]:
    product_id = fields.pop("product_id", None) or product(client)["id"]
    return {
        "product_id": product_id,
        "unit_price": price,
        "quantity": quantity,
        "taxes": [],
        **fields,
    }


def body(client: ProbeClient, *items: Any, **fields: Any) -> dict[str, Any]:
    return {
        "contact_id": fields.get("contact_id") or contact(client),
        "document_subtype_id": CREDITO_FISCAL,
        "issue_date": client.day(),
        "items": list(items) or [item(client)],
        **fields,
    }


def invoice(client: ProbeClient, *items: Any, **fields: Any) -> Any:
    return create(client, "invoices", **body(client, *items, **fields))


def read(client: ProbeClient, created: Any, resource: str = "invoices") -> Any:
    return client("GET", f"{API}/{resource}/{created['id']}")[1].get("data")


def pay(
    client: ProbeClient, created: Any, amount: Any, account: int = PESO_ACCOUNT
) -> tuple[int, Any]:
    request_body = {
        "invoice_id": created["id"],
        "bank_account_id": account,
        "payment_date": client.day(),
        "payment_method": "cash",
        "amount": amount,
    }
    return client("POST", f"{API}/payments", request_body)


def series(client: ProbeClient, **fields: Any) -> Any:
    return create(client, "document-subtypes", name=client.unique("Serie"), type="invoice",
                prefix=str(next(_prefixes)), start_number=1, **fields)  # fmt: skip
