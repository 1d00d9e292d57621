"""Records with unique names for COUNT's probes."""

from typing import Any

from mockvoice_contracts.mutants.probe_client import ProbeClient

GST, QST, SALES_TAX, VAT = 8, 9, 7, 12


def create(api: ProbeClient, resource: str, **fields: Any) -> Any:
    return api("POST", f"/partners/{resource}", fields)[1].get("data", {})


def account(api: ProbeClient, kind: str) -> str:
    kinds = api("GET", "/partners/account-sub-types", query={"type": kind})[1]["data"]
    sub_type_id = next(
        account_sub_type["id"]
        for account_sub_type in kinds["accountSubTypes"]
        if account_sub_type["type"] == kind
    )
    uuid: str = create(api, "chart-of-accounts", name=api.unique(kind), subTypeId=sub_type_id)["id"]
    return uuid


def product(api: ProbeClient) -> str:
    income = account(api, "Income")
    uuid: str = create(api, "products", name=api.unique("Product"), categoryAccountUuid=income)[
        "id"
    ]
    return uuid


def customer(api: ProbeClient) -> str:
    uuid: str = create(api, "customers", customer=api.unique("Customer"))["id"]
    return uuid


def line(
    api: ProbeClient, price: Any = 100, quantity: Any = 1, taxes: Any = (), **fields: Any
) -> Any:
    return {
        "productUuid": fields.get("productUuid") or product(api),
        "quantity": quantity,
        "unitPrice": price,
        "taxes": list(taxes),
    }


def body(api: ProbeClient, *lines: Any, **fields: Any) -> dict[str, Any]:
    return {
        "customerUuid": fields.get("customerUuid") or customer(api),
        "invoiceNumber": api.unique("INV"),
        "date": api.day(),
        "dueDate": api.day(30),
        "isDraft": True,
        "invoiceType": "invoice",
        "products": list(lines) or [line(api)],
        **fields,
    }


def invoice(api: ProbeClient, *lines: Any, **fields: Any) -> Any:
    return create(api, "invoices", **body(api, *lines, **fields))


def approved_invoice(api: ProbeClient, *lines: Any, **fields: Any) -> Any:
    return invoice(api, *lines, isDraft=False, **fields)


def read(api: ProbeClient, record: Any) -> Any:
    return api("GET", f"/partners/invoices/{record['id']}")[1].get("data")


def invoice_action(
    api: ProbeClient, record: Any, method: str, action: str = "", payload: Any = None
) -> tuple[int, Any]:
    return api(method, f"/partners/invoices/{record['id']}{action}", payload)


def deposit(api: ProbeClient, amount: Any) -> str:
    bank = account(api, "Assets")
    uuid: str = create(
        api, "transactions", accUuid=bank, amount=amount, postedDate=api.day(), type="Income"
    )["id"]
    return uuid


def pay(api: ProbeClient, transaction_id: str, record: Any, amount: Any) -> int:
    payload = {
        "matchingType": "invoice",
        "records": [{"id": record["id"], "paymentAmount": amount}],
    }
    return api(
        "POST", f"/partners/transactions/{transaction_id}/assign-to-bills-invoices", payload
    )[0]
