"""Records for COUNT's probes, with unique names."""

from typing import Any

from mockvoice_contracts.mutants.probe_client import ProbeClient

GST, QST, SALES_TAX, VAT = 8, 9, 7, 12


def create(client: ProbeClient, resource: str, **fields: Any) -> Any:
    return client("POST", f"/partners/{resource}", fields)[1].get("data", {})


def account(client: ProbeClient, kind: str) -> str:
    kinds = client("GET", "/partners/account-sub-types", query={"type": kind})[1]["data"]
    number = next(row["id"] for row in kinds["accountSubTypes"] if row["type"] == kind)
    result: str = create(client, "chart-of-accounts", name=client.unique(kind), subTypeId=number)[
        "id"
    ]
    return result


def product(client: ProbeClient) -> str:
    income = account(client, "Income")
    result: str = create(
        client, "products", name=client.unique("Product"), categoryAccountUuid=income
    )["id"]
    return result


def customer(client: ProbeClient) -> str:
    result: str = create(client, "customers", customer=client.unique("Customer"))["id"]
    return result


def line(
    client: ProbeClient, price: Any = 100, quantity: Any = 1, taxes: Any = (), **fields: Any
) -> Any:
    return {
        "productUuid": fields.get("productUuid") or product(client),
        "quantity": quantity,
        "unitPrice": price,
        "taxes": list(taxes),
    }


def invoice_body(client: ProbeClient, *lines: Any, **fields: Any) -> dict[str, Any]:
    return {
        "customerUuid": fields.get("customerUuid") or customer(client),
        "date": client.day(),
        "dueDate": client.day(30),
        "products": list(lines) or [line(client)],
        **fields,
    }


def invoice(client: ProbeClient, *lines: Any, **fields: Any) -> Any:
    return create(client, "invoices", **invoice_body(client, *lines, **fields))


def approved(client: ProbeClient, *lines: Any, **fields: Any) -> Any:
    return invoice(client, *lines, isDraft=False, **fields)


def get_invoice(client: ProbeClient, record: Any) -> Any:
    return client("GET", f"/partners/invoices/{record['id']}")[1].get("data")


def invoice_action(
    client: ProbeClient, record: Any, method: str, action: str = "", sent: Any = None
) -> tuple[int, Any]:
    return client(method, f"/partners/invoices/{record['id']}{action}", sent)


def deposit(client: ProbeClient, amount: Any) -> str:
    bank = account(client, "Assets")
    result: str = create(
        client, "transactions", accUuid=bank, amount=amount, postedDate=client.day(), type="Income"
    )["id"]
    return result


def pay(client: ProbeClient, money: str, record: Any, amount: Any) -> int:
    sent = {"matchingType": "invoice", "records": [{"id": record["id"], "paymentAmount": amount}]}
    return client("POST", f"/partners/transactions/{money}/assign-to-bills-invoices", sent)[0]
