"""How approvals, payments and splits change the balances of accounts."""

from decimal import Decimal

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.count.factories import Factory, to_decimal


@rule(
    "An approved {kind} posts the net amount of each line to its account: discount does not lower it, inclusive taxes of three rates do.",
    source="Assumed: the vendor states that an approval is posted; the reference has the accounts",
)
@pytest.mark.assumed
@pytest.mark.parametrize(("kind", "sign"), [("invoice", 1), ("memo", -1)])
def test_discount_and_three_rates_are_posted(factory: Factory, kind: str, sign: int) -> None:
    first, second = factory.account("Income")["id"], factory.account("Income")["id"]
    rates = [factory.tax(rate)["uuid"] for rate in (5, 8.25, 10)]
    products = [factory.product(categoryAccountUuid=account) for account in (first, second)]
    document = factory.invoice(
        invoiceType=kind, isDraft=False, discount=15, taxSetting="inclusive",
        products=[
            factory.line(110, product=products[0], taxes=rates),
            factory.line(30, product=products[1]),
        ],
    )  # fmt: skip

    assert (to_decimal(document["taxTotal"]), document["total"]) == (Decimal("20.75"), 125)
    balances = [to_decimal(balance) for balance in factory.balances(first, second)]
    assert balances == [sign * Decimal("89.25"), sign * 30]


@rule(
    "Debits and credits of all accounts stay equal after an approval with tax and a discount of {discount}, a payment, a payment back and a split.",
    source="Assumed: the vendor states that an approval is posted; the reference has the accounts",
)
@pytest.mark.assumed
@pytest.mark.parametrize(("discount", "total"), [("15", "205.00"), ("0.005", "219.99")])
def test_the_postings_are_balanced(api: Api, factory: Factory, discount: str, total: str) -> None:
    lines = [factory.line(200, taxes=[factory.tax(10)["uuid"]])]
    draft = factory.invoice(products=lines, discount=discount)
    deposit, refund = factory.transaction(300), factory.transaction(300, type="Expense")

    def balance() -> Decimal:
        """Return the sum of all debits minus that of all credits."""
        query = {"includeBalances": True, "limit": 5000}
        rows = api.call("accounts.search", expect=200, query=query)["data"]["accounts"]
        debits = ("Assets", "Expenses")
        signed = ((1 if row["type"] in debits else -1, row["balance"]) for row in rows)
        return sum((sign * to_decimal(amount) for sign, amount in signed), Decimal())

    balances = [balance()]
    api.call("invoices.approve", expect=200, invoiceId=draft["id"])
    balances.append(balance())
    factory.pay(deposit, (draft, total))
    balances.append(balance())
    memo = factory.memo(products=lines, discount=discount)
    factory.pay(refund, (memo, total))
    balances.append(balance())
    path = {"transactionId": factory.transaction(50)["id"]}
    api.call("transactions.split", expect=200, body={"splits": [{"amount": 20}]}, **path)
    balances.append(balance())

    assert to_decimal(draft["total"]) == Decimal(total)
    assert balances == balances[:1] * len(balances)
