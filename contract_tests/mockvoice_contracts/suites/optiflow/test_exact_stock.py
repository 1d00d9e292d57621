"""Stock at its bounds, and other income as a payment without an invoice."""

from decimal import Decimal

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.optiflow.factories import (
    Factory,
    Record,
    id_parameter,
    workspace_header,
)
from mockvoice_contracts.suites.optiflow.same_records import check_same


@rule(
    "Quantities with hundredths move stock exactly: 0.75 and 0.25 of 1.00 are accepted, 0.01 more gets 422.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/CreateInvoiceItemAction.php",
)
def test_hundredths_move_stock_exactly(api: Api, factory: Factory) -> None:
    product = factory.product(1)

    def sold(quantity: str) -> Record:
        return {"product_id": product["id"], "quantity": quantity}

    invoice = factory.invoice(sold("0.75"))
    too_much = factory.invoice_body(sold("0.26"))
    assert factory.error_fields("invoices.create", too_much) == ["items.0.quantity"]
    factory.invoice(sold("0.25"))
    body = factory.invoice_body(sold("0.01"))
    assert factory.error_fields("invoices.create", body) == ["items.0.quantity"]
    api.call("invoices.delete", expect=204, **id_parameter("invoices", invoice))

    assert factory.stock(product) == Decimal("0.75")
    quantities = [row["quantity"] for row in factory.movements(product_id=product["id"])]
    assert quantities == ["1.00", "-0.75", "-0.25", "0.75"]


@rule(
    "A transfer of the whole stock and an adjustment down to 0 are accepted, and a cent of quantity more gets 422.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/StockTransferAction.php",
)
def test_the_whole_stock_can_be_transferred_or_adjusted_away(factory: Factory) -> None:
    source, target = factory.workspace(), factory.workspace()
    product, headers = factory.product(None), workspace_header(source)
    first = {"product_id": product["id"], "quantity": "2.50"}
    factory.create("initial_stock.create", first, headers=headers)
    transfer = {
        "product_id": product["id"],
        "from_workspace_id": source["id"],
        "to_workspace_id": target["id"],
    }
    over = {**transfer, "quantity": "2.51"}
    assert factory.error_fields("stock_transfers.create", over) == ["quantity"]
    factory.create("stock_transfers.create", {**transfer, "quantity": "2.50"})
    stocks = factory.stock(product, source), factory.stock(product, target)

    def adjustment(quantity: str) -> Record:
        return {"reason": "lost", "items": [{"product_id": product["id"], "quantity": quantity}]}

    there = workspace_header(target)
    rejected = factory.error_fields(
        "inventory_adjustments.create", adjustment("-2.51"), headers=there
    )
    factory.create("inventory_adjustments.create", adjustment("-2.50"), headers=there)

    assert (stocks, rejected) == ((0, Decimal("2.50")), ["items.0.quantity"])
    assert (factory.stock(product, source), factory.stock(product, target)) == (0, 0)


@rule(
    "The invoice of a quotation and its line updates take stock of the workspace of both, and a quotation takes none when it is updated or deleted.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/quotations",
)
def test_only_the_invoice_of_a_quotation_moves_stock(api: Api, factory: Factory) -> None:
    product = factory.product(5)
    quotation, other = (
        factory.quotation({"product_id": product["id"], "quantity": 4}) for _ in range(2)
    )
    items = [{"id": other["items"][0]["id"], "quantity": 9}]
    factory.update("quotations", other, items=items)
    api.call("quotations.delete", expect=204, **id_parameter("quotations", other))
    untouched = factory.stock(product)
    path = id_parameter("quotations", quotation)
    body = {"document_subtype_id": factory.invoice_series_id}
    invoice = factory.create("quotations.convert", body, **path)
    taken = factory.stock(product)
    api.call("invoices.delete", expect=204, **id_parameter("invoices", invoice))

    assert (untouched, taken, factory.stock(product)) == (5, 1, 5)
    movements = factory.movements(product_id=product["id"])
    assert [(row["type"], row["quantity"]) for row in movements[1:]] == [
        ("sale", "-4.00"),
        ("return_in", "4.00"),
    ]


@rule(
    "Other income counts in the balance of its account after each change and until it is voided, and changes no invoice of its contact.",
    source="Assumed: the formula is the source's; the fields of the API are inferred",
)
@pytest.mark.assumed
def test_other_income_counts_in_its_account_only(api: Api, factory: Factory) -> None:
    account, other = factory.bank_account(initial_balance=5), factory.bank_account()
    invoice = factory.invoice()
    line = {"chart_account_id": 1, "description": "Alquiler", "quantity": 2, "unit_price": "10.00"}
    body = {
        "payment_type": "other_income",
        "contact_id": invoice["contact_id"],
        "bank_account_id": account["id"],
        "payment_date": factory.day(),
        "payment_method": "cash",
        "lines": [line],
    }
    income = factory.create("payments.create", body)

    def balances() -> list[str]:
        return [factory.read("bank_accounts", row)["balance"] for row in (account, other)]

    seen = [balances()]
    factory.update("payments", income, lines=[{**line, "quantity": 3}])
    seen.append(balances())
    kept = factory.update("payments", income, bank_account_id=other["id"], note="Nota")
    seen.append(balances())
    api.call("payments.delete", expect=204, **id_parameter("payments", income))
    seen.append(balances())

    assert seen == [["25.00", "0.00"], ["35.00", "0.00"], ["5.00", "30.00"], ["5.00", "0.00"]]
    assert (kept["amount"], kept["note"], len(kept["lines"])) == ("30.00", "Nota", 1)
    check_same(factory.read("invoices", invoice), invoice)
