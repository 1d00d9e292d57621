"""What COUNT's probes are made of: records with names that are nobody else's."""

from typing import Any

from mockvoice_contracts.mutants.asking import Ask

GST, QST, SALES_TAX, VAT = 8, 9, 7, 12


def made(ask: Ask, resource: str, **fields: Any) -> Any:
    return ask("POST", f"/partners/{resource}", fields)[1].get("data", {})


def account(ask: Ask, kind: str) -> str:
    kinds = ask("GET", "/partners/account-sub-types", query={"type": kind})[1]["data"]
    number = next(each["id"] for each in kinds["accountSubTypes"] if each["type"] == kind)
    found: str = made(ask, "chart-of-accounts", name=ask.unique(kind), subTypeId=number)["id"]
    return found


def product(ask: Ask) -> str:
    income = account(ask, "Income")
    found: str = made(ask, "products", name=ask.unique("Product"), categoryAccountUuid=income)["id"]
    return found


def customer(ask: Ask) -> str:
    found: str = made(ask, "customers", customer=ask.unique("Customer"))["id"]
    return found


def line(ask: Ask, price: Any = 100, quantity: Any = 1, taxes: Any = (), **fields: Any) -> Any:
    return {
        "productUuid": fields.get("productUuid") or product(ask),
        "quantity": quantity,
        "unitPrice": price,
        "taxes": list(taxes),
    }


def body(ask: Ask, *lines: Any, **fields: Any) -> dict[str, Any]:
    return {
        "customerUuid": fields.get("customerUuid") or customer(ask),
        "date": ask.day(),
        "dueDate": ask.day(30),
        "products": list(lines) or [line(ask)],
        **fields,
    }


def invoice(ask: Ask, *lines: Any, **fields: Any) -> Any:
    return made(ask, "invoices", **body(ask, *lines, **fields))


def approved(ask: Ask, *lines: Any, **fields: Any) -> Any:
    return invoice(ask, *lines, isDraft=False, **fields)


def read(ask: Ask, known: Any) -> Any:
    return ask("GET", f"/partners/invoices/{known['id']}")[1].get("data")


def act(ask: Ask, known: Any, method: str, action: str = "", sent: Any = None) -> tuple[int, Any]:
    return ask(method, f"/partners/invoices/{known['id']}{action}", sent)


def deposit(ask: Ask, amount: Any) -> str:
    bank = account(ask, "Assets")
    found: str = made(
        ask, "transactions", accUuid=bank, amount=amount, postedDate=ask.day(), type="Income"
    )["id"]
    return found


def pay(ask: Ask, money: str, known: Any, amount: Any) -> int:
    sent = {"matchingType": "invoice", "records": [{"id": known["id"], "paymentAmount": amount}]}
    return ask("POST", f"/partners/transactions/{money}/assign-to-bills-invoices", sent)[0]
