"""How an approved document with a discount changes the balances."""

from decimal import Decimal

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.count.factories import Factory, Record


def balances(api: Api) -> dict[str, Decimal]:
    query = {"includeBalances": True, "limit": 5000}
    rows: list[Record] = api.call("accounts.search", expect=200, query=query)["data"]["accounts"]
    return {row["id"]: row["balance"] for row in rows}


@rule(
    "A discount of {discount} on 100.00 lowers the total by {posted}, and this is what is posted.",
    source="Assumed: the vendor states that an approval is posted, not to which accounts",
)
@pytest.mark.assumed
@pytest.mark.parametrize(("discount", "posted"), [("12.34", "12.34"), ("0.005", "0.01")])
def test_a_discount_is_posted_as_it_lowers_the_total(
    api: Api, factory: Factory, discount: str, posted: str
) -> None:
    income = factory.account("Income")["id"]
    product = factory.product(categoryAccountUuid=income)
    before = balances(api)
    for _ in range(2):
        products = [factory.line(100, product=product, taxes=[])]
        invoice = factory.invoice(products=products, discount=discount, isDraft=False)
    after = balances(api)

    changes = {row: after[row] - before.get(row, 0) for row in after}
    rest = sorted(change for row, change in changes.items() if change and row != income)
    assert changes[income] == 200
    assert invoice["total"] == 100 - Decimal(posted)
    assert rest == [-2 * Decimal(posted), 200 - 2 * Decimal(posted)]
