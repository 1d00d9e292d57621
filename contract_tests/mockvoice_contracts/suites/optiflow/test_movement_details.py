"""What a stock movement says about its cause, and which lists have it."""

from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.optiflow.factories import (
    UNKNOWN_ID,
    Factory,
    Record,
    id_parameter,
    workspace_header,
)
from mockvoice_contracts.suites.optiflow.same_records import check_same

COLUMNS = ("type", "quantity", "previous_quantity", "current_quantity", "reference", "invoice_id")


def details(movements: list[Record]) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in COLUMNS) for row in movements]


@rule(
    "The movements of updates of quantities, number and lines have invoice_id, balances, workspace and the document_number of their time, and earlier ones stay as they were.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/UpdateInvoiceItemAction.php",
)
def test_every_movement_of_an_invoice_names_it(factory: Factory) -> None:
    product, series = factory.product(10), factory.series()
    line = {"product_id": product["id"], "quantity": 4}
    invoice = factory.invoice(line, document_subtype_id=series["id"])
    kept = invoice["items"][0]["id"]
    seen = [factory.movements(product_id=product["id"])]
    new_number = f"{series['prefix']}00000007"
    for change in (
        {"items": [{"id": kept, "quantity": "6.50"}]},
        {"items": [{"id": kept, "quantity": 1}]},
        {"ncf": new_number},
        {"items": [{"id": kept}, factory.line(**line)]},
        {"items": [factory.line()]},
    ):
        factory.update("invoices", invoice, **change)
        seen.append(factory.movements(product_id=product["id"]))
    movements, number = seen[-1], invoice["document_number"]

    for earlier in seen:
        check_same(movements[: len(earlier)], earlier)
    assert [len(rows) for rows in seen] == [2, 3, 4, 4, 5, 7]
    assert details(movements[1:5]) == [
        ("sale", "-4.00", "10.00", "6.00", number, invoice["id"]),
        ("sale", "-2.50", "6.00", "3.50", number, invoice["id"]),
        ("return_in", "5.50", "3.50", "9.00", number, invoice["id"]),
        ("sale", "-4.00", "9.00", "5.00", new_number, invoice["id"]),
    ]
    assert {row["type"] for row in movements[5:]} == {"return_in"}
    assert movements[-1]["current_quantity"] == "10.00"
    assert {row["workspace_id"] for row in movements} == {invoice["workspace_id"]}
    assert {row["invoice_id"] for row in movements[1:]} == {invoice["id"]}


@rule(
    "The sale of a converted quotation has the invoice's document_number and id, and the quotation's number nowhere.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/CreateInvoiceItemAction.php",
)
def test_the_sale_of_a_conversion_names_the_invoice(factory: Factory) -> None:
    product = factory.product(3, product_type="digital")
    quotation = factory.quotation({"product_id": product["id"], "quantity": 3})
    body = {"document_subtype_id": factory.invoice_series_id}
    invoice = factory.create("quotations.convert", body, **id_parameter("quotations", quotation))
    (sale,) = factory.movements(invoice_id=invoice["id"])

    assert details([sale]) == [
        ("sale", "-3.00", "3.00", "0.00", invoice["document_number"], invoice["id"])
    ]


@rule(
    "initial_quantity of a new product adds one initial_stock in the workspace of the request, which has its initial stock then; 0, null and an update add none.",
    source="Observed: github.com/luisscruza/optiflow, app/Http/Requests/CreateProductRequest.php",
)
def test_initial_quantity_belongs_to_one_workspace(api: Api, factory: Factory) -> None:
    here, other = factory.workspace(), factory.workspace()
    body = {"name": factory.unique_name("P"), "sku": factory.unique_name("S"), "product_type": "digital", "price": 1}  # fmt: skip
    headers = workspace_header(here)
    created = factory.create("products.create", {**body, "initial_quantity": "2.50"}, headers=headers)  # fmt: skip
    factory.update("products", created, initial_quantity=9)
    initial = {"product_id": created["id"], "quantity": 4}
    again = factory.error_fields("initial_stock.create", initial, headers=headers)
    factory.create("initial_stock.create", initial, headers=workspace_header(other))
    empty = [factory.product(quantity)["id"] for quantity in (0, None)]

    assert created["stock_quantity"] == "2.50"
    assert again == ["product_id"]
    for workspace, quantity in ((here, "2.50"), (other, "4.00")):
        movements = factory.movements(workspace, product_id=created["id"])
        assert details(movements) == [("initial_stock", quantity, "0.00", quantity, None, None)]
    assert factory.movements(product_id=created["id"]) == []
    for product_id in empty:
        assert factory.movements(product_id=product_id) == []


@rule(
    "GET /stock-transfers has transfers only and GET /inventory-adjustments adjustments only, each with the values of GET /stock-movements; filter[product_id] selects a product's.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/inventory",
)
def test_each_list_has_its_kind_of_movements(api: Api, factory: Factory) -> None:
    here, other = factory.workspace(), factory.workspace()
    headers, products = workspace_header(here), [factory.product(None) for _ in range(2)]
    for product in products:
        initial = {"product_id": product["id"], "quantity": 10}
        factory.create("initial_stock.create", initial, headers=headers)
        item = {"product_id": product["id"], "quantity": -1}
        adjustment = {"reason": "lost", "reference": "R", "items": [item]}
        factory.create("inventory_adjustments.create", adjustment, headers=headers)
        places = {"from_workspace_id": here["id"], "to_workspace_id": other["id"]}
        transfer = {"product_id": product["id"], "quantity": 2, **places}
        factory.create("stock_transfers.create", transfer, headers=headers)
        invoice = factory.invoice_body({"product_id": product["id"]})
        factory.create("invoices.create", invoice, headers=headers)
    everything = {row["id"]: row for row in factory.movements(here)}

    def listed(kind: str, product: Record | None = None) -> list[Record]:
        query: dict[str, Any] = {"per_page": 100}
        if product:
            query["filter[product_id]"] = product["id"]
        found = api.call(f"{kind}.search", expect=200, query=query, headers=headers)["data"]
        return sorted(found, key=lambda row: row["id"])

    transfer_types = ["transfer_out", "transfer_in"]
    assert [row["type"] for row in listed("stock_transfers")] == transfer_types * 2
    assert [row["type"] for row in listed("inventory_adjustments")] == ["adjustment"] * 2
    for kind in ("stock_transfers", "inventory_adjustments"):
        for row in listed(kind):
            assert row["workspace_id"] == other["id"] or row["id"] in everything
            if row["id"] in everything:
                check_same(row, everything[row["id"]])
        for product in products:
            assert {row["product_id"] for row in listed(kind, product)} == {product["id"]}
    assert [row["type"] for row in everything.values()].count("sale") == 2


@rule(
    "A transfer of 0.01 and one of exactly the stock are accepted; an unknown product or target gets 422 on its field, and stock in the target does not count.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/StockTransferAction.php",
)
def test_a_transfer_may_take_all(factory: Factory) -> None:
    source, target, product = factory.workspace(), factory.workspace(), factory.product(None)
    for workspace, quantity in ((source, "2.50"), (target, 100)):
        initial = {"product_id": product["id"], "quantity": quantity}
        factory.create("initial_stock.create", initial, headers=workspace_header(workspace))
    body = {
        "product_id": product["id"], "quantity": "0.01", "from_workspace_id": source["id"],
        "to_workspace_id": target["id"],
    }  # fmt: skip
    for field in ("product_id", "to_workspace_id"):
        invalid = {**body, field: UNKNOWN_ID}
        assert factory.error_fields("stock_transfers.create", invalid) == [field]
    factory.create("stock_transfers.create", body)
    too_much = {**body, "quantity": "2.50"}

    assert factory.error_fields("stock_transfers.create", too_much) == ["quantity"]
    factory.create("stock_transfers.create", {**body, "quantity": "2.49"})
    assert (factory.stock(product, source), factory.stock(product, target)) == (0, 102.5)


@rule(
    "reason {reason} of an adjustment is kept; another word, no items and an empty list get 422 on their field.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/inventory",
)
@pytest.mark.parametrize("reason", ["damaged", "lost", "found", "recount", "other"])
def test_each_reason_of_an_adjustment_is_kept(factory: Factory, reason: str) -> None:
    product = factory.product(5)
    body = {"reason": reason, "items": [{"product_id": product["id"], "quantity": "-0.01"}]}
    (movement,) = factory.create("inventory_adjustments.create", body)

    assert (movement["reason"], movement["current_quantity"]) == (reason, "4.99")
    check_same(factory.movements(product_id=product["id"])[-1], movement)
    for field, value in (("reason", "stolen"), ("reason", None), ("items", []), ("items", None)):
        invalid = {**body, field: value}
        assert factory.error_fields("inventory_adjustments.create", invalid) == [field]


@rule(
    "A product keeps its stock while track_stock is false; sales move it only while it is true.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/products",
)
def test_stock_stays_while_it_is_not_tracked(factory: Factory) -> None:
    product = factory.product(5)
    line = {"product_id": product["id"], "quantity": 4}
    factory.update("products", product, track_stock=False)
    factory.invoice({**line, "quantity": 9})
    factory.update("products", product, track_stock=True)
    before = factory.stock(product)
    factory.invoice(line)

    assert (before, factory.stock(product)) == (5, 1)
    body = factory.invoice_body(line)
    assert factory.error_fields("invoices.create", body) == ["items.0.quantity"]
