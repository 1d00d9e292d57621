"""Orders: totals, payments and overdue orders."""

from typing import TYPE_CHECKING

import pytest

from mockvoice_contracts.suite_api import Api, ServerClock, check_rows_equal_records

if TYPE_CHECKING:
    from toyshop_mock.suite.conftest import Factory


@pytest.mark.parametrize(("rate", "total"), [(0, "9.75"), (18, "11.51"), (10, "10.73")])
def test_the_total_is_the_lines_plus_tax(
    api: Api, factory: "Factory", rate: int, total: str
) -> None:
    order = factory.order(tax_rate=rate)

    assert (order["total"], order["open_amount"]) == (total, total)
    assert api.call("orders.get", expect=200, orderId=order["id"]) == order


def test_payments_reduce_the_open_amount_and_pay_the_order(api: Api, factory: "Factory") -> None:
    order = factory.order()
    for amount in (4, 5.75):
        api.call("payments.create", expect=201, orderId=order["id"], body={"amount": amount})

    paid = api.call("orders.get", expect=200, orderId=order["id"])
    assert (paid["status"], paid["open_amount"]) == ("paid", "0.00")
    api.call("payments.create", expect=409, orderId=order["id"], body={"amount": 0.25})
    api.call("orders.delete", expect=409, orderId=order["id"])


def test_an_order_without_payments_can_be_deleted(api: Api, factory: "Factory") -> None:
    order = factory.order()
    api.call("orders.delete", expect=204, orderId=order["id"])

    api.call("orders.get", expect=404, orderId=order["id"])


@pytest.mark.needs("clock")
def test_an_order_is_overdue_on_the_day_after_its_due_date(
    api: Api, factory: "Factory", clock: ServerClock
) -> None:
    order = factory.order()
    clock.advance(days=11)

    overdue = api.call("orders.search", expect=200, status="overdue")
    assert order["id"] in [row["id"] for row in overdue]


def test_the_rows_of_a_list_equal_the_orders(api: Api, factory: "Factory") -> None:
    factory.order()
    rows = api.call("orders.search", expect=200)

    assert check_rows_equal_records(api, rows, "orders.get", "orderId") == len(rows)


def test_an_order_needs_an_existing_customer(api: Api, factory: "Factory") -> None:
    body = {"customer_id": 9_007_199_254_740_991, "due_date": factory.day(),
            "lines": [{"toy": "Kite", "quantity": 1, "price": 1}]}  # fmt: skip

    api.call("orders.create", expect=404, body=body)


def test_customers_are_listed_and_payments_can_be_read(api: Api, factory: "Factory") -> None:
    order = factory.order()
    customers = api.call("customers.search", expect=200)
    assert api.call("customers.get", expect=200, customerId=order["customer_id"]) in customers

    payment = api.call("payments.create", expect=201, orderId=order["id"], body={"amount": 1})
    assert api.call("payments.get", expect=200, paymentId=payment["id"]) == payment
