"""What OptiFlow's probes are made of: records with names that are nobody else's."""

from itertools import count
from typing import Any

from mockvoice_contracts.mutants.probe_client import ProbeClient

API = "/api/v1"
CREDITO_FISCAL, CONSUMO, NOTA_DE_DEBITO, COTIZACION = 1, 2, 13, 10
ITBIS_18, ITBIS_16, PROPINA = 1, 2, 11
PESO_ACCOUNT, DOLLAR_ACCOUNT, DOLLAR = 1, 3, 2
_prefixes = count(100)


def create(ask: ProbeClient, resource: str, **fields: Any) -> Any:
    return ask("POST", f"{API}/{resource}", fields)[1].get("data", {})


def product(ask: ProbeClient, stock: int | None = None, **fields: Any) -> Any:
    kind = {"product_type": "service"}
    if stock is not None:
        kind = {"product_type": "physical", "initial_quantity": str(stock)}
    return create(ask, "products", name=ask.unique("Producto"), sku=ask.unique("SKU"), price="100",
                **kind, **fields)  # fmt: skip


def contact(ask: ProbeClient) -> int:
    number: int = create(ask, "contacts", name=ask.unique("Cliente"), contact_type="customer")["id"]
    return number


def item(ask: ProbeClient, price: Any = 100, quantity: Any = 1, **fields: Any) -> dict[str, Any]:
    product_id = fields.pop("product_id", None) or product(ask)["id"]
    return {
        "product_id": product_id,
        "unit_price": price,
        "quantity": quantity,
        "taxes": [],
        **fields,
    }


def body(ask: ProbeClient, *items: Any, **fields: Any) -> dict[str, Any]:
    return {
        "contact_id": fields.get("contact_id") or contact(ask),
        "document_subtype_id": CREDITO_FISCAL,
        "issue_date": ask.day(),
        "items": list(items) or [item(ask)],
        **fields,
    }


def invoice(ask: ProbeClient, *items: Any, **fields: Any) -> Any:
    return create(ask, "invoices", **body(ask, *items, **fields))


def read(ask: ProbeClient, known: Any, resource: str = "invoices") -> Any:
    return ask("GET", f"{API}/{resource}/{known['id']}")[1].get("data")


def pay(ask: ProbeClient, known: Any, amount: Any, account: int = PESO_ACCOUNT) -> tuple[int, Any]:
    sent = {
        "invoice_id": known["id"],
        "bank_account_id": account,
        "payment_date": ask.day(),
        "payment_method": "cash",
        "amount": amount,
    }
    return ask("POST", f"{API}/payments", sent)


def series(ask: ProbeClient, **fields: Any) -> Any:
    return create(ask, "document-subtypes", name=ask.unique("Serie"), type="invoice",
                prefix=str(next(_prefixes)), start_number=1, **fields)  # fmt: skip
