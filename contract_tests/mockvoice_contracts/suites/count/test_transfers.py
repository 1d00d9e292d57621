"""The two halves of a transfer between accounts."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.count.factories import Factory, Record

pytestmark = pytest.mark.assumed
LINK = "linkedTransferTransactionUuid"


def link(api: Api, one: Record, other: Record) -> None:
    api.call(
        "transactions.change_category",
        expect=200,
        body={"categoryAccountUuid": None, LINK: other["id"]},
        transactionId=one["id"],
    )


def links(factory: Factory, *transactions: Record) -> list[str | None]:
    return [factory.get_transaction(row)[LINK] for row in transactions]


@rule(
    "A half that becomes part of another transfer leaves the former other half without a link.",
    source="Assumed: the vendor's client sends the link, its effect is not documented",
)
def test_a_half_that_is_linked_again_leaves_its_former_half(api: Api, factory: Factory) -> None:
    first, second, third = (factory.transaction() for _ in range(3))
    link(api, first, second)
    link(api, third, second)

    assert links(factory, first, second, third) == [None, third["id"], second["id"]]


@rule(
    "A transfer whose other half is deleted has no link.",
    source="Assumed: the vendor's client sends the link, its effect is not documented",
)
def test_a_half_has_no_link_to_a_deleted_transaction(api: Api, factory: Factory) -> None:
    one, other = factory.transaction(), factory.transaction()
    link(api, one, other)
    api.call("transactions.delete", expect=(200, 204), transactionId=other["id"])

    assert links(factory, one) == [None]
