"""Stock: sales, returns, transfers, adjustments, and rejection of insufficient stock."""

from decimal import Decimal

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


def sale_line(product: Record, quantity: float | str = 1, **fields: object) -> Record:
    """Return the fields of a line that sells a product."""
    return {"product_id": product["id"], "quantity": quantity, **fields}


def types_and_quantities(movements: list[Record]) -> list[tuple[str, str]]:
    return [(movement["type"], movement["quantity"]) for movement in movements]


@rule(
    "An invoice takes its quantity from the stock with a movement of type sale, which has the balances before and after and the document_number as reference.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/CreateInvoiceItemAction.php and ApplyInventoryMovementAction.php",
)
def test_a_sale_reduces_the_stock_and_adds_a_movement(factory: Factory) -> None:
    product = factory.product(10)
    invoice = factory.invoice(sale_line(product, "2.50"))
    movements = factory.movements(product_id=product["id"])

    assert factory.stock(product) == Decimal("7.50"), (
        "a sale reduces the stock by the quantity sold"
    )
    assert types_and_quantities(movements) == [("initial_stock", "10.00"), ("sale", "-2.50")]
    sale = movements[1]
    assert (sale["previous_quantity"], sale["current_quantity"]) == ("10.00", "7.50")
    assert (sale["reference"], sale["invoice_id"]) == (invoice["document_number"], invoice["id"])
    check_same(sale["product"], {name: product[name] for name in ("id", "name", "sku")})
    check_same(factory.movements(invoice_id=invoice["id"]), [sale])


@rule(
    "An item with more than the stock gets 422 on items.N.quantity, and no item of the invoice moves stock.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/CreateInvoiceItemAction.php",
)
def test_insufficient_stock_rejects_the_whole_invoice(factory: Factory) -> None:
    plenty, scarce = factory.product(10), factory.product(3)
    body = factory.invoice_body(sale_line(plenty), sale_line(scarce, "3.01"))

    assert factory.error_fields("invoices.create", body) == ["items.1.quantity"]
    assert (factory.stock(plenty), factory.stock(scarce)) == (10, 3)
    assert types_and_quantities(factory.movements(product_id=plenty["id"])) == [
        ("initial_stock", "10.00")
    ]
    factory.invoice(sale_line(scarce, 3))
    assert factory.stock(scarce) == 0


@rule(
    "Two items of one product, 3 and 3 of a stock of 5, get 422 on items.1.quantity.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/CreateInvoiceItemAction.php",
)
def test_lines_of_one_product_cannot_exceed_its_stock_together(factory: Factory) -> None:
    product = factory.product(5)

    body = factory.invoice_body(sale_line(product, 3), sale_line(product, 3))
    assert factory.error_fields("invoices.create", body) == ["items.1.quantity"]
    factory.invoice(sale_line(product, 3), sale_line(product, 2))
    assert factory.stock(product) == 0


@rule(
    "allow_negative_stock does not let an invoice take more than the stock: 422 on items.0.quantity.",
    source="Observed: github.com/luisscruza/optiflow, app/Models/Product.php",
)
@pytest.mark.parametrize("fields", [{"allow_negative_stock": True}, {"allow_negative_stock": 1}])
def test_a_sale_cannot_make_stock_negative(factory: Factory, fields: Record) -> None:
    product = factory.product(1, **fields)

    assert factory.error_fields("invoices.create", factory.invoice_body(sale_line(product, 2))) == [
        "items.0.quantity"
    ]


@rule(
    "An invoice of a product without track_stock moves no stock.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/invoices",
)
def test_only_tracked_products_move_stock(factory: Factory) -> None:
    for product in (
        factory.service(),
        factory.product(None, track_stock=False),
        factory.product(5, track_stock="0"),
    ):
        factory.invoice(sale_line(product, 100))

        assert factory.stock(product) == 0
        assert factory.movements(product_id=product["id"]) == []


@rule(
    "An update of a line moves the difference: more is a further sale, less a return_in; another product is a full return and a full sale.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/UpdateInvoiceItemAction.php",
)
def test_an_update_moves_the_difference_in_quantity(factory: Factory) -> None:
    product, other = factory.product(10), factory.product(10)
    invoice = factory.invoice(sale_line(product, 4))
    line = invoice["items"][0]["id"]
    stocks = []
    for item in (
        {"id": line, "quantity": 6},
        {"id": line, "quantity": 1},
        {"id": line, **sale_line(other, 2)},
    ):
        factory.update("invoices", invoice, items=[item])
        stocks.append((int(factory.stock(product)), int(factory.stock(other))))

    assert stocks == [(4, 10), (9, 10), (10, 8)]
    assert types_and_quantities(factory.movements(invoice_id=invoice["id"])) == [
        ("sale", "-4.00"), ("sale", "-2.00"), ("return_in", "5.00"), ("return_in", "1.00"), ("sale", "-2.00"),
    ]  # fmt: skip


@rule(
    "An update for more than the stock gets 422 on items.0.quantity and changes nothing; the line's own quantity counts as available.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/UpdateInvoiceItemAction.php",
)
def test_an_update_that_exceeds_the_stock_is_rejected_completely(factory: Factory) -> None:
    product = factory.product(5)
    invoice = factory.invoice(sale_line(product, 4))
    line = invoice["items"][0]["id"]
    body = {"notes": "Nunca", "items": [{"id": line, "quantity": 6}]}

    assert factory.error_fields("invoices.update", body, **id_parameter("invoices", invoice)) == [
        "items.0.quantity"
    ]
    check_same(factory.read("invoices", invoice), invoice)
    assert factory.stock(product) == 1
    factory.update("invoices", invoice, items=[{"id": line, "quantity": 5}])
    assert factory.stock(product) == 0


@rule(
    "A line that an update removes returns its stock, and one that it adds takes stock.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/UpdateInvoiceItemAction.php",
)
def test_a_removed_line_returns_stock_and_an_added_line_takes_stock(factory: Factory) -> None:
    product, other = factory.product(10), factory.product(10)
    invoice = factory.invoice(sale_line(product, 4), sale_line(other, 1))
    factory.update(
        "invoices",
        invoice,
        items=[{"id": invoice["items"][1]["id"]}, factory.line(**sale_line(other, 2))],
    )

    assert (factory.stock(product), factory.stock(other)) == (10, 7)


@rule(
    "An update without items moves no stock.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/UpdateInvoiceAction.php",
)
def test_an_update_without_lines_moves_no_stock(factory: Factory) -> None:
    product = factory.product(10)
    invoice = factory.invoice(sale_line(product, 4))
    factory.update("invoices", invoice, notes="Igual")

    assert len(factory.movements(invoice_id=invoice["id"])) == 1


@rule(
    "DELETE of an invoice returns the stock of each of its lines.",
    source="Documented: mintlify.com/luisscruza/optiflow/features/invoicing",
)
def test_a_deletion_returns_the_stock(api: Api, factory: Factory) -> None:
    product = factory.product(10)
    invoice = factory.invoice(sale_line(product, 4), sale_line(product, 1))
    api.call("invoices.delete", expect=204, **id_parameter("invoices", invoice))

    assert factory.stock(product) == 10
    returned = factory.movements(product_id=product["id"])[-2:]
    assert types_and_quantities(returned) == [("return_in", "4.00"), ("return_in", "1.00")]


@rule(
    "Cancelling an invoice returns its stock; deleting it afterwards returns nothing more.",
    source="Assumed: no documented operation cancels an invoice",
)
@pytest.mark.assumed
def test_a_cancellation_returns_the_stock_once(api: Api, factory: Factory) -> None:
    product = factory.product(10)
    invoice = factory.invoice(sale_line(product, 4))
    factory.update("invoices", invoice, status="cancelled")
    assert factory.stock(product) == 10
    api.call("invoices.delete", expect=204, **id_parameter("invoices", invoice))

    assert factory.stock(product) == 10


@rule(
    "An invoice takes stock of its own workspace only; stock elsewhere does not help: 422 on items.0.quantity.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/workspaces",
)
def test_stock_is_counted_for_each_workspace(factory: Factory) -> None:
    workspace, product = factory.workspace(), factory.product(10)
    body = factory.invoice_body(sale_line(product))

    assert factory.stock(product, workspace) == 0
    errors = factory.error_fields("invoices.create", body, headers=workspace_header(workspace))
    assert errors == ["items.0.quantity"]
    assert factory.stock(product) == 10


def transfer_body(
    factory: Factory, product: Record, start: Record, end: Record, quantity: float = 4
) -> Record:
    return {
        "product_id": product["id"], "from_workspace_id": start["id"], "to_workspace_id": end["id"],
        "quantity": quantity, "reference": factory.unique_name("TR"), "notes": "Reposición",
    }  # fmt: skip


@rule(
    "A stock transfer adds a transfer_out with a negative quantity in one workspace and a transfer_in in the other, and both see both.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/inventory",
)
def test_a_transfer_moves_stock_between_workspaces(api: Api, factory: Factory) -> None:
    source, destination, product = factory.workspace(), factory.workspace(), factory.product(None)
    factory.create(
        "initial_stock.create",
        {"product_id": product["id"], "quantity": 10},
        headers=workspace_header(source),
    )
    body = transfer_body(factory, product, source, destination)
    outgoing = factory.create("stock_transfers.create", body)
    incoming = factory.movements(destination, product_id=product["id"])[0]

    assert (factory.stock(product, source), factory.stock(product, destination)) == (6, 4)
    assert (outgoing["type"], outgoing["quantity"], outgoing["workspace_id"]) == (
        "transfer_out",
        "-4.00",
        source["id"],
    )
    assert (incoming["type"], incoming["quantity"]) == ("transfer_in", "4.00")
    for movement in (outgoing, incoming):
        assert (movement["from_workspace_id"], movement["to_workspace_id"]) == (
            source["id"],
            destination["id"],
        )
        assert (movement["reference"], movement["notes"]) == (body["reference"], "Reposición")
    for workspace in (source, destination):
        result = api.call(
            "stock_transfers.search", expect=200, headers=workspace_header(workspace)
        )["data"]
        assert sorted(row["id"] for row in result) == sorted([incoming["id"], outgoing["id"]])
        query = {"filter[type]": "transfer_in", "filter[product_id]": product["id"]}
        result = api.call(
            "stock_transfers.search", expect=200, query=query, headers=workspace_header(workspace)
        )
        check_same(result["data"], [incoming])
        path_params = id_parameter("stock_transfers", outgoing)
        read = api.call(
            "stock_transfers.get", expect=200, headers=workspace_header(workspace), **path_params
        )
        check_same(read["data"], outgoing)
    api.call("stock_transfers.get", expect=404, **id_parameter("stock_transfers", outgoing))


@rule(
    "A transfer of more than the stock, of nothing, within one workspace, from an unknown one, or of an untracked product gets 422 on that field.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/StockTransferAction.php",
)
def test_an_invalid_transfer_is_rejected(factory: Factory) -> None:
    source, destination, product = factory.workspace(), factory.workspace(), factory.product(None)
    factory.create(
        "initial_stock.create",
        {"product_id": product["id"], "quantity": 3},
        headers=workspace_header(source),
    )
    body = transfer_body(factory, product, source, destination)

    invalid_bodies = {
        "quantity": body,
        "to_workspace_id": {**body, "to_workspace_id": source["id"]},
        "from_workspace_id": {**body, "from_workspace_id": UNKNOWN_ID},
        "product_id": {**body, "product_id": factory.service_id},
    }
    for field, invalid_body in invalid_bodies.items():
        assert factory.error_fields("stock_transfers.create", invalid_body) == [field]
    assert factory.error_fields("stock_transfers.create", {**body, "quantity": 0}) == ["quantity"]
    assert factory.stock(product, source) == 3


@rule(
    "An adjustment changes the stock of each product by its signed quantity, and keeps reason and notes.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/inventory",
)
def test_adjustments_increase_and_decrease_the_stock(api: Api, factory: Factory) -> None:
    workspace, first, second = factory.workspace(), factory.product(None), factory.product(None)
    headers = workspace_header(workspace)
    items = [
        {"product_id": first["id"], "quantity": 5},
        {"product_id": second["id"], "quantity": "2.50"},
    ]
    increased = factory.create(
        "inventory_adjustments.create", {"reason": "found", "items": items}, headers=headers
    )
    decrease = {
        "reason": "damaged",
        "notes": "Rotura",
        "items": [{"product_id": first["id"], "quantity": -2}],
    }
    decreased = factory.create("inventory_adjustments.create", decrease, headers=headers)

    assert types_and_quantities(increased) == [("adjustment", "5.00"), ("adjustment", "2.50")]
    assert (decreased[0]["reason"], decreased[0]["notes"], decreased[0]["current_quantity"]) == (
        "damaged",
        "Rotura",
        "3.00",
    )
    assert (factory.stock(first, workspace), factory.stock(second, workspace)) == (
        3,
        Decimal("2.50"),
    )
    result = api.call("inventory_adjustments.search", expect=200, headers=headers)["data"]
    expected = sorted([*decreased, *increased], key=lambda row: row["id"])
    check_same(sorted(result, key=lambda row: row["id"]), expected)
    if api.target.is_mock:  # The order of this list is not documented.
        assert result[0]["id"] == decreased[0]["id"]


@rule(
    "An adjustment below 0 gets 422 on items.N.quantity unless the product has allow_negative_stock, and then changes no product.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/ApplyInventoryMovementAction.php",
)
def test_an_adjustment_below_zero_requires_a_product_that_allows_it(factory: Factory) -> None:
    strict, lenient = factory.product(1), factory.product(1, allow_negative_stock=True)
    items = [{"product_id": row["id"], "quantity": -2} for row in (lenient, strict)]

    body = {"reason": "lost", "items": items}
    assert factory.error_fields("inventory_adjustments.create", body) == ["items.1.quantity"]
    assert factory.stock(lenient) == 1
    factory.create("inventory_adjustments.create", {"reason": "lost", "items": items[:1]})
    assert factory.stock(lenient) == -1


@rule(
    "An adjustment by {quantity} gets 422 on items.0.quantity.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize("quantity", [0, "0", "0.00", 0.001])
def test_an_adjustment_of_zero_is_rejected(factory: Factory, quantity: object) -> None:
    items = [{"product_id": factory.product(1)["id"], "quantity": quantity}]

    body = {"reason": "recount", "items": items}
    assert factory.error_fields("inventory_adjustments.create", body) == ["items.0.quantity"]


@rule(
    "An adjustment that names a product twice, or one without track_stock, gets 422 on items.1.product_id.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_an_adjustment_accepts_each_product_once_and_only_tracked_ones(factory: Factory) -> None:
    item = {"product_id": factory.product(1)["id"], "quantity": 1}

    for items in ([item, item], [item, {**item, "product_id": factory.service_id}]):
        body = {"reason": "recount", "items": items}
        assert factory.error_fields("inventory_adjustments.create", body) == ["items.1.product_id"]


@rule(
    "The initial stock of a product is set once in a workspace, also to 0; again, for a service or an unknown product it gets 422 on product_id.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/SetInitialStockAction.php",
)
def test_the_initial_stock_is_set_only_once(factory: Factory) -> None:
    product, stocked = factory.product(None), factory.product(1)
    body = {"product_id": product["id"], "quantity": 0, "unit_cost": 5, "notes": "Conteo"}
    created = factory.create("initial_stock.create", body)

    assert (created["type"], created["quantity"], created["notes"]) == (
        "initial_stock",
        "0.00",
        "Conteo",
    )
    for record in (product, stocked, {"id": factory.service_id}, {"id": UNKNOWN_ID}):
        assert factory.error_fields(
            "initial_stock.create", {**body, "product_id": record["id"]}
        ) == ["product_id"]
