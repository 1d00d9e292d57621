"""Records with unique names for OptiFlow's probes."""

from itertools import count
from typing import Any

from mockvoice_contracts.mutants.probe_client import ProbeClient

API = "/api/v1"
CREDITO_FISCAL, CONSUMO, NOTA_DE_DEBITO, COTIZACION = 1, 2, 13, 10
ITBIS_18, ITBIS_16, PROPINA = 1, 2, 11
PESO_ACCOUNT, DOLLAR_ACCOUNT, DOLLAR = 1, 3, 2
_prefixes = count(100)


def create(api: ProbeClient, resource: str, **fields: Any) -> Any:
    return api("POST", f"{API}/{resource}", fields)[1].get("data", {})


def product(api: ProbeClient, stock: int | None = None, **fields: Any) -> Any:
    kind = {"product_type": "service"}
    if stock is not None:
        kind = {"product_type": "physical", "initial_quantity": str(stock)}
    return create(api, "products", name=api.unique("Producto"), sku=api.unique("SKU"), price="100",
                **kind, **fields)  # fmt: skip


def contact(api: ProbeClient) -> int:
    number: int = create(api, "contacts", name=api.unique("Cliente"), contact_type="customer")["id"]
    return number


def item(api: ProbeClient, price: Any = 100, quantity: Any = 1, **fields: Any) -> dict[str, Any]:
    product_id = fields.pop("product_id", None) or product(api)["id"]
    return {
        "product_id": product_id,
        "unit_price": price,
        "quantity": quantity,
        "taxes": [],
        **fields,
    }


def body(api: ProbeClient, *items: Any, **fields: Any) -> dict[str, Any]:
    return {
        "contact_id": fields.get("contact_id") or contact(api),
        "document_subtype_id": CREDITO_FISCAL,
        "issue_date": api.day(),
        "items": list(items) or [item(api)],
        **fields,
    }


def invoice(api: ProbeClient, *items: Any, **fields: Any) -> Any:
    return create(api, "invoices", **body(api, *items, **fields))


def read(api: ProbeClient, record: Any, resource: str = "invoices") -> Any:
    return api("GET", f"{API}/{resource}/{record['id']}")[1].get("data")


def pay(api: ProbeClient, record: Any, amount: Any, account: int = PESO_ACCOUNT) -> tuple[int, Any]:
    payload = {
        "invoice_id": record["id"],
        "bank_account_id": account,
        "payment_date": api.day(),
        "payment_method": "cash",
        "amount": amount,
    }
    return api("POST", f"{API}/payments", payload)


def series(api: ProbeClient, **fields: Any) -> Any:
    return create(api, "document-subtypes", name=api.unique("Serie"), type="invoice",
                prefix=str(next(_prefixes)), start_number=1, **fields)  # fmt: skip
