"""What COUNT's probes are made of: records with names that are nobody else's."""

from typing import Any

from mockvoice_contracts.mutants.probe_client import ProbeClient

GST, QST, SALES_TAX, VAT = 8, 9, 7, 12


def made(ask: ProbeClient, resource: str, **fields: Any) -> Any:
    return ask("POST", f"/partners/{resource}", fields)[1].get("data", {})


def account(ask: ProbeClient, kind: str) -> str:
    kinds = ask("GET", "/partners/account-sub-types", query={"type": kind})[1]["data"]
    number = next(each["id"] for each in kinds["accountSubTypes"] if each["type"] == kind)
    found: str = made(ask, "chart-of-accounts", name=ask.unique(kind), subTypeId=number)["id"]
    return found


def product(ask: ProbeClient) -> str:
    income = account(ask, "Income")
    found: str = made(ask, "products", name=ask.unique("Product"), categoryAccountUuid=income)["id"]
    return found


def customer(ask: ProbeClient) -> str:
    found: str = made(ask, "customers", customer=ask.unique("Customer"))["id"]
    return found


def line(
    ask: ProbeClient, price: Any = 100, quantity: Any = 1, taxes: Any = (), **fields: Any
) -> Any:
    return {
        "productUuid": fields.get("productUuid") or product(ask),
        "quantity": quantity,
        "unitPrice": price,
        "taxes": list(taxes),
    }


def body(ask: ProbeClient, *lines: Any, **fields: Any) -> dict[str, Any]:
    return {
        "customerUuid": fields.get("customerUuid") or customer(ask),
        "date": ask.day(),
        "dueDate": ask.day(30),
        "products": list(lines) or [line(ask)],
        **fields,
    }


def invoice(ask: ProbeClient, *lines: Any, **fields: Any) -> Any:
    return made(ask, "invoices", **body(ask, *lines, **fields))


def approved(ask: ProbeClient, *lines: Any, **fields: Any) -> Any:
    return invoice(ask, *lines, isDraft=False, **fields)


def read(ask: ProbeClient, known: Any) -> Any:
    return ask("GET", f"/partners/invoices/{known['id']}")[1].get("data")


def act(
    ask: ProbeClient, known: Any, method: str, action: str = "", sent: Any = None
) -> tuple[int, Any]:
    return ask(method, f"/partners/invoices/{known['id']}{action}", sent)


def deposit(ask: ProbeClient, amount: Any) -> str:
    bank = account(ask, "Assets")
    found: str = made(
        ask, "transactions", accUuid=bank, amount=amount, postedDate=ask.day(), type="Income"
    )["id"]
    return found


def pay(ask: ProbeClient, money: str, known: Any, amount: Any) -> int:
    sent = {"matchingType": "invoice", "records": [{"id": known["id"], "paymentAmount": amount}]}
    return ask("POST", f"/partners/transactions/{money}/assign-to-bills-invoices", sent)[0]
