"""What shows the faults of OptiFlow."""

from itertools import count
from typing import Any

from contract_tests.harness.client import Bearer
from contract_tests.mutants.asking import Ask, pick

API = "/api/v1"
CREDITO_FISCAL, CONSUMO, NOTA_DE_DEBITO, COTIZACION = 1, 2, 13, 10
ITBIS_18, ITBIS_16, PROPINA = 1, 2, 11
PESO_ACCOUNT, DOLLAR_ACCOUNT, DOLLAR = 1, 3, 2
_prefixes = count(100)


def made(ask: Ask, resource: str, **fields: Any) -> Any:
    return ask("POST", f"{API}/{resource}", fields)[1].get("data", {})


def product(ask: Ask, stock: int | None = None, **fields: Any) -> Any:
    kind = {"product_type": "service"}
    if stock is not None:
        kind = {"product_type": "physical", "initial_quantity": str(stock)}
    return made(ask, "products", name=ask.unique("Producto"), sku=ask.unique("SKU"), price="100",
                **kind, **fields)  # fmt: skip


def contact(ask: Ask) -> int:
    number: int = made(ask, "contacts", name=ask.unique("Cliente"), contact_type="customer")["id"]
    return number


def item(ask: Ask, price: Any = 100, quantity: Any = 1, **fields: Any) -> dict[str, Any]:
    product_id = fields.pop("product_id", None) or product(ask)["id"]
    return {
        "product_id": product_id,
        "unit_price": price,
        "quantity": quantity,
        "taxes": [],
        **fields,
    }


def body(ask: Ask, *items: Any, **fields: Any) -> dict[str, Any]:
    return {
        "contact_id": fields.get("contact_id") or contact(ask),
        "document_subtype_id": CREDITO_FISCAL,
        "issue_date": ask.day(),
        "items": list(items) or [item(ask)],
        **fields,
    }


def invoice(ask: Ask, *items: Any, **fields: Any) -> Any:
    return made(ask, "invoices", **body(ask, *items, **fields))


def read(ask: Ask, known: Any, resource: str = "invoices") -> Any:
    return ask("GET", f"{API}/{resource}/{known['id']}")[1].get("data")


def pay(ask: Ask, known: Any, amount: Any, account: int = PESO_ACCOUNT) -> tuple[int, Any]:
    sent = {
        "invoice_id": known["id"],
        "bank_account_id": account,
        "payment_date": ask.day(),
        "payment_method": "cash",
        "amount": amount,
    }
    return ask("POST", f"{API}/payments", sent)


def series(ask: Ask, **fields: Any) -> Any:
    return made(ask, "document-subtypes", name=ask.unique("Serie"), type="invoice",
                prefix=str(next(_prefixes)), start_number=1, **fields)  # fmt: skip


def totals(ask: Ask) -> Any:
    known = invoice(
        ask,
        item(ask, 0.25, taxes=[ITBIS_18]),
        item(ask, 0.25, taxes=[ITBIS_18]),
        item(ask, 480.50, 3, taxes=[ITBIS_18, PROPINA]),
        item(ask, 320, 5, discount_amount=150, taxes=[ITBIS_16]),
    )
    return pick(known, "subtotal_amount", "discount_amount", "tax_amount", "total_amount")


def discounts(ask: Ask) -> Any:
    known = invoice(ask, item(ask, discount_rate=10, discount_amount=25))
    return pick(known, "discount_amount", "total_amount")


def echoed(ask: Ask) -> Any:
    known = invoice(ask, total_amount="5.00", payment_term="30days", issue_date="2026-01-01")
    return pick(known, "total_amount", "due_date")


def taxes(ask: Ask) -> Any:
    tax = made(ask, "taxes", name=ask.unique("Otro"), type="other", rate=7)
    sold = product(ask, default_tax_id=tax["id"])["id"]
    known = made(
        ask, "invoices", **body(ask, {"product_id": sold, "quantity": 1, "unit_price": 100})
    )
    mixed = ask("POST", f"{API}/invoices", body(ask, item(ask, taxes=[ITBIS_18, ITBIS_16])))
    return [known.get("total_amount"), mixed[0], ask("DELETE", f"{API}/taxes/{tax['id']}")[0]]


def edited(ask: Ask) -> Any:
    known = invoice(ask, item(ask, taxes=[ITBIS_18]))
    path = f"{API}/invoices/{known['id']}"
    after = ask("PATCH", path, {"items": [{"id": known["items"][0]["id"], "quantity": 2}]})[1]
    pay(ask, known, 1)
    return [pick(after.get("data"), "total_amount"), ask("PATCH", path, {"notes": "late"})[0]]


def payments(ask: Ask) -> Any:
    known = invoice(ask)
    seen = []
    for amount in (101, 99.99, 0.01):
        status = pay(ask, known, amount)[0]
        seen.append([status, *pick(read(ask, known), "amount_due", "status")])
    return seen


def voided(ask: Ask) -> Any:
    known = invoice(ask)
    path = f"{API}/payments/{pay(ask, known, 40)[1]['data']['id']}"
    first = ask("DELETE", path)[0]
    now = pick(read(ask, known), "amount_paid", "status")
    return [first, now, ask("DELETE", path)[0]]


def numbers(ask: Ask) -> Any:
    own = series(ask)
    chosen = f"{own['prefix']}00000007"
    asked = {"document_subtype_id": own["id"], "ncf": chosen}
    first = invoice(ask, **asked)
    counter = read(ask, own, "document-subtypes")["next_number"]
    again = ask("POST", f"{API}/invoices", body(ask, **asked))[0]
    foreign = body(ask, **asked | {"ncf": "B0299999999"})
    return [
        first.get("document_number") == chosen,
        counter,
        again,
        ask("POST", f"{API}/invoices/validate-ncf", {"ncf": chosen})[1]["valid"],
        ask("POST", f"{API}/invoices", foreign)[0],
    ]


def gaps(ask: Ask) -> Any:
    own = series(ask)
    scarce = product(ask, 1)["id"]
    asked = body(ask, item(ask, quantity=5, product_id=scarce), document_subtype_id=own["id"])
    refused = ask("POST", f"{API}/invoices", asked)[0]
    return [refused, read(ask, own, "document-subtypes")["next_number"]]


def series_ends(ask: Ask) -> Any:
    short = series(ask, end_number=2)["id"]
    used = [ask("POST", f"{API}/invoices", body(ask, document_subtype_id=short))[0] for _ in "abc"]
    expired = body(ask, document_subtype_id=NOTA_DE_DEBITO)
    return [used, ask("POST", f"{API}/invoices", expired)[0]]


def stock(ask: Ask) -> Any:
    sold = product(ask, 5)
    seen = [
        ask("POST", f"{API}/invoices", body(ask, item(ask, quantity=9, product_id=sold["id"])))[0]
    ]
    known = invoice(ask, item(ask, quantity=2, product_id=sold["id"]))
    seen.append(read(ask, sold, "products")["stock_quantity"])
    seen.append(ask("DELETE", f"{API}/invoices/{known['id']}")[0])
    seen.append(read(ask, sold, "products")["stock_quantity"])
    return [*seen, ask("GET", f"{API}/invoices/{known['id']}")[0]]


def rights(ask: Ask) -> Any:
    other = {"X-Workspace-ID": "2"}
    viewer = Bearer(ask.target.credentials["viewer"])
    known = invoice(ask)
    there = ask("GET", f"{API}/invoices/{known['id']}", headers=other)[0]
    total = ask("GET", f"{API}/invoices", headers=other)[1]["meta"]["total"]
    here = ask("GET", f"{API}/invoices")[1]["meta"]["total"]
    return [there, total == here, ask("POST", f"{API}/invoices", body(ask), auth=viewer)[0]]


def lists(ask: Ask) -> Any:
    owner = contact(ask)
    for days in (-3, -1, -2):
        invoice(ask, contact_id=owner, issue_date=ask.day(days))

    def found(**query: Any) -> Any:
        return ask("GET", f"{API}/invoices", query={"filter[contact_id]": owner, **query})

    rows = found()[1]["data"]
    paid = found(**{"filter[status]": "paid"})[1]["meta"]["total"]
    return [
        [each["issue_date"] for each in rows],
        ["contact_id" in each for each in rows],
        paid,
        found(**{"filter[colour]": "red"})[0],
    ]


def many(ask: Ask) -> Any:
    owner, known = contact(ask), item(ask)
    for _ in range(101):
        made(ask, "invoices", **body(ask, known, contact_id=owner))
    query = {"filter[contact_id]": owner, "per_page": 150}
    return len(ask("GET", f"{API}/invoices", query=query)[1]["data"])


def quotations(ask: Ask) -> Any:
    known = made(ask, "quotations", **body(ask, document_subtype_id=COTIZACION))
    path = f"{API}/quotations/{known['id']}/convert-to-invoice"
    return [ask("POST", path, {})[0], ask("POST", path, {})[0]]


def currency(ask: Ask) -> Any:
    return pay(ask, invoice(ask), 5, DOLLAR_ACCOUNT)[0]


def refusals(ask: Ask) -> Any:
    wrong = ask.exchange("DELETE", f"{API}/invoices")
    return [wrong.headers.get("Allow"), ask("POST", f"{API}/invoices", {})[0]]
