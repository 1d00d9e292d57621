"""Parts of a split transaction: what they have in common with it."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.count.factories import Factory, Record

pytestmark = pytest.mark.assumed

COMMON = ("accUuid", "postedDate", "type", "currency")


def split(api: Api, transaction: Record, **fields: object) -> Record:
    """Split off a part of 20 and return it."""
    body = {"splits": [{"amount": 20}], **fields}
    parent = api.call("transactions.split", expect=200, body=body, transactionId=transaction["id"])
    part_id = parent["data"]["splits"][0]["id"]
    part: Record = api.call("transactions.get", expect=200, transactionId=part_id)["data"]
    return part


def common(transaction: Record) -> Record:
    return {name: transaction[name] for name in COMMON}


@rule(
    "The parts of an earlier {kind} have its account, postedDate, type and currency, and it keeps them.",
    source="Assumed: the vendor's client has the route, not its details",
)
@pytest.mark.parametrize("kind", ["Income", "Expense", "Transfer"])
def test_parts_have_the_account_date_and_type_of_the_transaction(
    api: Api, factory: Factory, kind: str
) -> None:
    bank = factory.account("Assets")["id"]
    transaction = factory.transaction(
        50, accUuid=bank, type=kind, postedDate=factory.day(-20), currency="EUR"
    )
    part = split(api, transaction)

    assert common(part) == common(transaction)
    assert common(factory.get_transaction(transaction)) == common(transaction)


@rule(
    "A part of a part also has the account, postedDate and type of the first transaction.",
    source="Assumed: the vendor's client has the option splitASplit, not its details",
)
def test_a_part_of_a_part_has_the_account_date_and_type(api: Api, factory: Factory) -> None:
    bank = factory.account("Assets")["id"]
    transaction = factory.transaction(90, accUuid=bank, postedDate=factory.day(-20))
    part = split(api, transaction, splits=[{"amount": 50}])

    assert common(split(api, part, splitASplit=True)) == common(transaction)


@rule(
    "Parts have the postedDate that the transaction has at the time of the split, and are listed by it.",
    source="Assumed: the vendor's client has the route, not its details",
)
def test_parts_have_the_changed_date_of_the_transaction(api: Api, factory: Factory) -> None:
    bank = factory.account("Assets")["id"]
    transaction, day = factory.transaction(50, accUuid=bank), factory.day(-7)
    path = {"transactionId": transaction["id"]}
    api.call("transactions.update", expect=200, body={"postedDate": day}, **path)
    part = split(api, transaction)

    query = {"accUuid": bank, "startDate": day, "endDate": day, "limit": 100}
    rows = api.call("transactions.search", expect=200, query=query)["data"]["records"]
    assert {row["id"] for row in rows} == {transaction["id"], part["id"]}
