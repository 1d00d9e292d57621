"""What a request leaves behind elsewhere: nothing if it is rejected, a trail if it is undone."""

from collections.abc import Callable
from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.optiflow.factories import UNKNOWN_ID, Factory, Record, id_parameter
from mockvoice_contracts.suites.optiflow.same_records import check_same, instant


def check_nothing_changes(read: Callable[[], Any], *rejections: Callable[[], list[str]]) -> None:
    """Send requests that must be rejected, and check that the records stay as they were."""
    before = read()
    for rejection in rejections:
        assert rejection(), "the response names no field"
        check_same(read(), before)


@rule(
    "POST /invoices that gets 422 for its last item, its payment or its dates changes no stock, movement, series, quotation or account balance.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/CreateInvoiceAction.php (one transaction)",
)
def test_a_rejected_invoice_changes_nothing_elsewhere(factory: Factory) -> None:
    product, series, quotation = factory.product(5), factory.series(), factory.quotation()
    account = factory.bank_account()
    sale = {"product_id": product["id"], "quantity": 2}
    payment = {
        "register_payment": True, "payment_amount": "200.01", "payment_method": "cash",
        "payment_bank_account_id": account["id"],
    }  # fmt: skip

    def rejected(*items: Record, **fields: object) -> Callable[[], list[str]]:
        body = factory.invoice_body(
            sale, *items, document_subtype_id=series["id"], quotation_id=quotation["id"], **fields
        )
        return lambda: factory.error_fields("invoices.create", body)

    check_nothing_changes(
        lambda: {
            "stock": factory.stock(product),
            "movements": factory.movements(product_id=product["id"]),
            "series": factory.read("document_subtypes", series),
            "quotation": factory.read("quotations", quotation),
            "account": factory.read("bank_accounts", account),
        },
        rejected({"product_id": product["id"], "quantity": "3.01"}),
        rejected({"taxes": [UNKNOWN_ID]}),
        rejected(due_date="2000-01-01"),
        rejected(**payment),
        rejected(salesmen_ids=[UNKNOWN_ID]),
    )


@rule(
    "An update or a deletion of an invoice that gets 422 changes no stock, movement or series.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/UpdateInvoiceAction.php and DeleteInvoiceAction.php",
)
def test_a_rejected_change_of_an_invoice_changes_nothing_elsewhere(factory: Factory) -> None:
    product, series = factory.product(5), factory.series()
    sale = {"product_id": product["id"], "quantity": 2, "unit_price": 100, "taxes": []}
    open_invoice = factory.invoice(sale, document_subtype_id=series["id"])
    paid_invoice = factory.invoice(sale)
    factory.payment(paid_invoice, 1)
    first = open_invoice["items"][0]["id"]
    too_much = [{"id": first, "quantity": 1}, {**sale, "quantity": 3}]
    number = f"{series['prefix']}00000030"

    def rejected(operation: str, invoice: Record, body: Any) -> Callable[[], list[str]]:
        path_params = id_parameter("invoices", invoice)
        return lambda: factory.error_fields(f"invoices.{operation}", body, **path_params)

    check_nothing_changes(
        lambda: {
            "stock": factory.stock(product),
            "movements": factory.movements(product_id=product["id"]),
            "series": factory.read("document_subtypes", series),
            "open invoice": factory.read("invoices", open_invoice),
            "paid invoice": factory.read("invoices", paid_invoice),
        },
        rejected("update", open_invoice, {"items": too_much, "ncf": number}),
        rejected("update", open_invoice, {"ncf": number, "contact_id": UNKNOWN_ID}),
        rejected(
            "update",
            paid_invoice,
            {"items": [{"id": paid_invoice["items"][0]["id"], "quantity": 1}]},
        ),
        rejected("update", paid_invoice, {"status": "cancelled"}),
        rejected("delete", paid_invoice, None),
    )


@rule(
    "A payment, or a change of one, that gets 422 changes no invoice, payment or account balance.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/CreatePaymentAction.php and UpdatePaymentAction.php",
)
def test_a_rejected_payment_changes_nothing_elsewhere(factory: Factory) -> None:
    invoice, account, other = factory.invoice(), factory.bank_account(), factory.bank_account()
    to_account = {"bank_account_id": account["id"]}
    payment = factory.payment(invoice, 40, **to_account)
    path_params = id_parameter("payments", payment)
    too_much = {"amount": "100.01", "bank_account_id": other["id"], "note": "Nunca"}

    def rejected_update(**body: object) -> Callable[[], list[str]]:
        return lambda: factory.error_fields("payments.update", body, **path_params)

    check_nothing_changes(
        lambda: {
            "invoice": factory.read("invoices", invoice),
            "payment": factory.read("payments", payment),
            "account": factory.read("bank_accounts", account),
            "other account": factory.read("bank_accounts", other),
        },
        lambda: factory.error_fields(
            "payments.create", factory.payment_body(invoice, "60.01", **to_account)
        ),
        rejected_update(**too_much),
        rejected_update(amount=0, note="Nunca"),
        rejected_update(bank_account_id=UNKNOWN_ID, note="Nunca"),
        rejected_update(payment_method="debit_card", note="Nunca"),
    )


@rule(
    "A stock transfer, an adjustment or a new product that gets 422 changes no stock and adds no movement.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/StockTransferAction.php and ApplyInventoryMovementAction.php",
)
def test_a_rejected_stock_change_changes_nothing(api: Api, factory: Factory) -> None:
    first, second = factory.product(3), factory.product(1)
    source, target = factory.current_workspace(), factory.workspace()
    transfer = {
        "product_id": first["id"], "quantity": "3.01", "from_workspace_id": source["id"],
        "to_workspace_id": target["id"],
    }  # fmt: skip
    items = [{"product_id": row["id"], "quantity": -2} for row in (first, second)]
    adjustment = {"reason": "lost", "items": items}
    taken = {"name": "P", "sku": first["sku"], "product_type": "physical", "price": 1}

    check_nothing_changes(
        lambda: {
            "stock": [
                factory.stock(row, place) for row in (first, second) for place in (source, target)
            ],
            "movements": [
                factory.movements(place, product_id=first["id"]) for place in (source, target)
            ],
        },
        lambda: factory.error_fields("stock_transfers.create", transfer),
        lambda: factory.error_fields("inventory_adjustments.create", adjustment),
        lambda: factory.error_fields("products.create", {**taken, "initial_quantity": 9}),
        lambda: factory.error_fields(
            "initial_stock.create", {"product_id": first["id"], "quantity": 9}
        ),
    )


@rule(
    "After DELETE, an invoice's sales stay among the movements, followed by one return_in for each line with its quantity, balances, reference and invoice_id.",
    source="Observed: github.com/luisscruza/optiflow, UpdateInvoiceItemActionTest (movements are only added)",
)
def test_the_movements_of_a_deleted_invoice_stay(api: Api, factory: Factory) -> None:
    product = factory.product(10)
    invoice = factory.invoice(
        {"product_id": product["id"], "quantity": 4}, {"product_id": product["id"], "quantity": 1}
    )
    before = factory.movements(product_id=product["id"])
    api.call("invoices.delete", expect=204, **id_parameter("invoices", invoice))
    movements = factory.movements(product_id=product["id"])
    returned = movements[3:]

    check_same(movements[:3], before)
    columns = ("type", "quantity", "previous_quantity", "current_quantity")
    assert [[row[name] for name in columns] for row in returned] == [
        ["return_in", "4.00", "5.00", "9.00"],
        ["return_in", "1.00", "9.00", "10.00"],
    ]
    for row in returned:
        assert (row["invoice_id"], row["reference"]) == (invoice["id"], invoice["document_number"])
    of_invoice = factory.movements(invoice_id=invoice["id"])
    assert [row["id"] for row in of_invoice] == [row["id"] for row in movements[1:]]


@rule(
    "A voided payment leaves amount_paid and payments of its invoice and the account's balance, also after it was changed.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/DeletePaymentAction.php",
)
def test_a_voided_payment_leaves_all_sums(api: Api, factory: Factory) -> None:
    invoice, account = factory.invoice(), factory.bank_account(initial_balance="5.00")
    to_account = {"bank_account_id": account["id"]}
    kept, voided = (factory.payment(invoice, amount, **to_account) for amount in (10, 20))
    factory.update("payments", voided, amount=50)
    api.call("payments.delete", expect=204, **id_parameter("payments", voided))
    after = factory.read("invoices", invoice)

    assert (after["amount_paid"], after["amount_due"]) == ("10.00", "90.00")
    assert [row["id"] for row in after["payments"]] == [kept["id"]]
    assert factory.read("bank_accounts", account)["balance"] == "15.00"
    factory.payment(invoice, 90, **to_account)
    assert factory.read("invoices", invoice)["status"] == "paid"


@rule(
    "A voided payment has status voided and a deleted_at not before its created_at, and keeps its number, which the next payment does not get.",
    source="Assumed: in the source it is a soft deletion; the visible status has no source",
)
@pytest.mark.assumed
def test_a_voided_payment_keeps_its_number(api: Api, factory: Factory) -> None:
    invoice = factory.invoice()
    payment = factory.payment(invoice)
    api.call("payments.delete", expect=204, **id_parameter("payments", payment))
    voided, following = factory.read("payments", payment), factory.payment(invoice)

    assert voided["payment_number"] == payment["payment_number"]
    assert following["payment_number"] != payment["payment_number"]
    assert voided["amount"] == "10.00"
    assert instant(voided["deleted_at"]) >= instant(voided["created_at"])
