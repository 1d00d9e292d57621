"""The order of the events of one request."""

from collections.abc import Callable

import pytest

from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.count.factories import Factory, Record
from mockvoice_contracts.suites.count.webhook_receiver import Receiver


@rule(
    "invoice.created of an invoice has the amounts before the credit that its creation applies, invoice.updated those after it.",
    source="Assumed: the vendor's trigger matrix is not public",
)
@pytest.mark.assumed
def test_a_document_is_created_before_its_credit_is_applied(
    factory: Factory, receiver: Receiver, subscribe: Callable[..., Record]
) -> None:
    memo = factory.memo(50, isDraft=False)
    subscribe("invoice.created")
    subscribe("invoice.updated")
    invoice = factory.invoice(
        100, isDraft=False, applyCredit=True, creditMemo={"id": memo["id"], "amount": 10}
    )
    received = [payload for _, payload in receiver.wait(3)]

    due = {
        row["event"]: row["data"]["amountDue"]
        for row in received
        if row["data"]["id"] == invoice["id"]
    }
    assert due == {"invoice.created": 100, "invoice.updated": 90}
