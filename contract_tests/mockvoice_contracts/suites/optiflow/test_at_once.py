"""Pairs of requests that arrive at the same time and of which only one may succeed."""

from collections.abc import Callable, Sequence

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.concurrent_requests import send_concurrently
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.optiflow.factories import Factory, Record, id_parameter

ROUNDS = 3
Sender = Callable[[Api], int]


def sender(operation: str, *statuses: int, body: object = None, **path: int) -> Sender:
    """Return a sender of one request, which may get one of the statuses."""
    return lambda client: client.exchange(operation, expect=statuses, body=body, **path).status


def numbered(body: Record) -> Callable[[Api], Record]:
    """Return a sender of a new invoice, which returns the response."""
    return lambda client: client.call("invoices.create", expect=201, body=body)


def statuses_at_once(api: Api, *senders: Sender) -> Sequence[int]:
    return sorted(send_concurrently(api, *senders))


@rule(
    "Two payments of 60.00 at once of an invoice over 100.00: one is recorded, the other gets 422, and amount_paid is 60.00.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/CreatePaymentAction.php (one transaction)",
)
def test_a_balance_is_not_paid_twice(api: Api, factory: Factory) -> None:
    account = factory.bank_account()
    for number in range(1, ROUNDS + 1):
        invoice = factory.invoice()
        body = factory.payment_body(invoice, 60, bank_account_id=account["id"])
        pay = sender("payments.create", 201, 422, body=body)

        assert statuses_at_once(api, pay, pay) == [201, 422]
        assert factory.read("invoices", invoice)["amount_paid"] == "60.00"
        assert factory.read("bank_accounts", account)["balance"] == f"{60 * number}.00"


@rule(
    "Two payments of one invoice that are raised at once cannot exceed its total together.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/UpdatePaymentAction.php",
)
def test_two_payments_are_not_raised_above_the_total(api: Api, factory: Factory) -> None:
    for _ in range(ROUNDS):
        invoice = factory.invoice()
        raises = [
            sender("payments.update", 200, 422, body={"amount": 60}, paymentId=payment["id"])
            for payment in (factory.payment(invoice, 30), factory.payment(invoice, 30))
        ]

        assert statuses_at_once(api, *raises) == [200, 422]
        assert factory.read("invoices", invoice)["amount_paid"] == "90.00"


@rule(
    "Two invoices at once with the same ncf: one gets it, the other 422 on ncf; without ncf both get numbers of their own.",
    source="Observed: github.com/luisscruza/optiflow, app/Support/NCFValidator.php and the unique column of the number",
)
def test_a_number_is_not_used_twice(api: Api, factory: Factory) -> None:
    series = factory.series()
    for number in range(1, ROUNDS + 1):
        body = factory.invoice_body(document_subtype_id=series["id"])
        chosen = {**body, "ncf": f"{series['prefix']}{10 * number:08d}"}
        create = sender("invoices.create", 201, 422, body=chosen)
        assert statuses_at_once(api, create, create) == [201, 422]

        responses = send_concurrently(api, *[numbered(body)] * 2)
        numbers = sorted(response["data"]["document_number"] for response in responses)
        assert numbers == [f"{series['prefix']}{10 * number + step:08d}" for step in (1, 2)]


@rule(
    "The last unit of a product that two invoices sell at once is sold once: the other invoice gets 422.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/CreateInvoiceItemAction.php",
)
def test_the_last_unit_is_sold_once(api: Api, factory: Factory) -> None:
    for _ in range(ROUNDS):
        product = factory.product(1)
        sell = sender(
            "invoices.create", 201, 422, body=factory.invoice_body({"product_id": product["id"]})
        )

        assert statuses_at_once(api, sell, sell) == [201, 422]
        assert factory.stock(product) == 0


@rule(
    "A stock that two transfers, or a transfer and an invoice, take at once is moved once; the other request gets 422.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/StockTransferAction.php",
)
def test_stock_is_not_moved_twice(api: Api, factory: Factory) -> None:
    source, target = factory.current_workspace(), factory.workspace()
    for _ in range(ROUNDS):
        product = factory.product(4)
        transfer_body = {
            "product_id": product["id"], "quantity": 4, "from_workspace_id": source["id"],
            "to_workspace_id": target["id"],
        }  # fmt: skip
        transfer = sender("stock_transfers.create", 201, 422, body=transfer_body)

        assert statuses_at_once(api, transfer, transfer) == [201, 422]
        assert (factory.stock(product, source), factory.stock(product, target)) == (0, 4)


@rule(
    "Two adjustments of +1 at once both count, and an initial stock that is set twice at once counts once (422).",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/ApplyInventoryMovementAction.php and SetInitialStockAction.php",
)
def test_no_change_of_stock_is_lost(api: Api, factory: Factory) -> None:
    for _ in range(ROUNDS):
        product = factory.product(None)
        initial = sender(
            "initial_stock.create", 201, 422, body={"product_id": product["id"], "quantity": 5}
        )
        assert statuses_at_once(api, initial, initial) == [201, 422]
        items = [{"product_id": product["id"], "quantity": 1}]
        add = sender("inventory_adjustments.create", 201, body={"reason": "found", "items": items})
        assert statuses_at_once(api, add, add) == [201, 201]

        assert factory.stock(product) == 7


@rule(
    "A quotation that is converted twice at once becomes one invoice; the other request gets 422 and uses no number.",
    source="Observed: github.com/luisscruza/optiflow, app/Http/Controllers/ConvertQuotationToInvoiceController.php",
)
def test_a_quotation_becomes_one_invoice(api: Api, factory: Factory) -> None:
    series = factory.series()
    for number in range(1, ROUNDS + 1):
        quotation = factory.quotation()
        body = {"document_subtype_id": series["id"]}
        convert = sender("quotations.convert", 201, 422, body=body, quotationId=quotation["id"])
        with_its_id = factory.invoice_body(
            document_subtype_id=series["id"], quotation_id=quotation["id"]
        )
        create = sender("invoices.create", 201, 422, body=with_its_id)

        assert statuses_at_once(api, convert, create if number == 2 else convert) == [201, 422]
        assert factory.read("document_subtypes", series)["next_number"] == number + 1


@rule(
    "An invoice that is deleted twice at once returns its stock once; the other request gets 404.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/overview (404) and features/invoicing (stock)",
)
def test_a_deletion_at_once_returns_the_stock_once(api: Api, factory: Factory) -> None:
    for _ in range(ROUNDS):
        product = factory.product(3)
        invoice = factory.invoice({"product_id": product["id"], "quantity": 2})
        delete = sender("invoices.delete", 204, 404, **id_parameter("invoices", invoice))

        assert statuses_at_once(api, delete, delete) == [204, 404]
        assert factory.stock(product) == 3


@rule(
    "An invoice that is paid and deleted at once is either paid or deleted.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/DeleteInvoiceAction.php and CreatePaymentAction.php",
)
def test_an_invoice_is_paid_or_deleted(api: Api, factory: Factory) -> None:
    for _ in range(ROUNDS):
        product, account = factory.product(1), factory.bank_account()
        invoice = factory.invoice({"product_id": product["id"]})
        body = factory.payment_body(invoice, 1, bank_account_id=account["id"])
        paid, deleted = send_concurrently(
            api,
            sender("payments.create", 201, 422, body=body),
            sender("invoices.delete", 204, 422, **id_parameter("invoices", invoice)),
        )

        assert (paid, deleted) in ((201, 422), (422, 204))
        assert factory.stock(product) == (1 if deleted == 204 else 0)
        balance = factory.read("bank_accounts", account)["balance"]
        assert balance == ("1.00" if paid == 201 else "0.00")


@rule(
    "A payment that is voided twice at once leaves the invoice and the account's balance once; the other request gets 404.",
    source="Assumed: 404 for a voided payment has no source",
)
@pytest.mark.assumed
def test_a_payment_is_voided_once(api: Api, factory: Factory) -> None:
    account = factory.bank_account(initial_balance=100)
    for _ in range(ROUNDS):
        invoice = factory.invoice()
        payment = factory.payment(invoice, 30, bank_account_id=account["id"])
        void = sender("payments.delete", 204, 404, **id_parameter("payments", payment))

        assert statuses_at_once(api, void, void) == [204, 404]
        assert factory.read("invoices", invoice)["amount_due"] == "100.00"
        assert factory.read("bank_accounts", account)["balance"] == "100.00"


@rule(
    "Of two products with one sku, and of two series with one prefix, that are created at once, one gets 422.",
    source="Observed: github.com/luisscruza/optiflow, app/Http/Requests (unique rules)",
)
def test_unique_values_stay_unique(api: Api, factory: Factory) -> None:
    for _ in range(ROUNDS):
        product: Record = {
            "name": "P",
            "sku": factory.unique_name("SKU"),
            "product_type": "service",
        }
        series = {
            "name": "S",
            "type": "invoice",
            "prefix": factory.unused_prefix(),
            "start_number": 1,
        }
        for operation, body in (
            ("products.create", {**product, "price": 1}),
            ("document_subtypes.create", series),
        ):
            create = sender(operation, 201, 422, body=body)
            assert statuses_at_once(api, create, create) == [201, 422]
