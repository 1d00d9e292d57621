"""Which requests send events, one for each changed record, and with which values."""

import time
from collections.abc import Callable

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.count.factories import UNKNOWN_ID, Factory, Record
from mockvoice_contracts.suites.count.webhook_receiver import Receiver

Subscribe = Callable[..., Record]


def payloads(receiver: Receiver, number: int, *, more: bool = False) -> list[Record]:
    """Return the payloads of exactly this number of deliveries; fail if there are more."""
    receiver.wait(number)
    if not more:
        time.sleep(0.2)
    received = [payload for _, payload in receiver.wait(number)]
    assert more or len(received) == number
    return received


@rule(
    "PATCH, change-category, exclude-bulk and DELETE of a transaction each send transaction.updated with the old values.",
    source="Documented: developers.getcount.com/api-reference/webhooks/outbound-deliveries",
)
def test_every_change_of_a_transaction_is_delivered(
    api: Api, factory: Factory, receiver: Receiver, subscribe: Subscribe
) -> None:
    transaction = factory.transaction(50, notes="Old")
    path = {"transactionId": transaction["id"]}
    for event in ("created", "updated", "deleted"):
        subscribe(f"transaction.{event}")
    category = factory.income_account_id
    changes: list[tuple[str, Record, Record, Record]] = [
        ("update", {"notes": "New", "amount": 60}, path, {"notes": "Old", "amount": -50}),
        ("change_category", {"categoryAccountUuid": category}, path, {"categoryAccountUuid": None}),
        ("change_category_bulk", {"categoryAccountUuid": None, "transactionUuids": [transaction["id"]]},
         {}, {"categoryAccountUuid": category}),
        ("exclude_bulk", {"excluded": True, "transactionUuids": [transaction["id"], UNKNOWN_ID]},
         {}, {"excluded": False}),
    ]  # fmt: skip
    for number, (operation, body, parameters, previous) in enumerate(changes, 1):
        api.call(f"transactions.{operation}", expect=200, body=body, **parameters)
        payload = payloads(receiver, number, more=True)[-1]

        assert payload["event"] == "transaction.updated"
        assert payload["data"]["id"] == transaction["id"]
        seen = {name: payload["previousData"].get(name) for name in previous}
        assert seen == previous, operation
        assert payload["data"]["amount"] == -60
    api.call("transactions.delete", expect=200, **path)

    deletion = payloads(receiver, len(changes) + 1)[-1]
    assert (deletion["event"], deletion["data"]["id"]) == ("transaction.updated", transaction["id"])


@rule(
    "A split sends transaction.updated for the transaction and transaction.created for each part.",
    source="Assumed: the vendor's trigger matrix is not public",
)
@pytest.mark.assumed
def test_a_split_is_delivered_for_the_transaction_and_its_parts(
    api: Api, factory: Factory, receiver: Receiver, subscribe: Subscribe
) -> None:
    transaction = factory.transaction(50)
    subscribe("transaction.created")
    subscribe("transaction.updated")
    body = {"splits": [{"amount": 20}, {"amount": 5}]}
    path = {"transactionId": transaction["id"]}
    parent = api.call("transactions.split", expect=200, body=body, **path)["data"]
    received = payloads(receiver, 3)

    created = [row["data"] for row in received if row["event"] == "transaction.created"]
    (updated,) = [row for row in received if row["event"] == "transaction.updated"]
    assert {row["id"] for row in created} == {row["id"] for row in parent["splits"]}
    assert {(row["amount"], row["parentTransactionId"]) for row in created} == {
        (-20, transaction["id"]), (-5, transaction["id"]),
    }  # fmt: skip
    assert (updated["data"]["id"], updated["data"]["amount"]) == (transaction["id"], -25)
    assert updated["previousData"]["amount"] == -50


@rule(
    "Each successful row of a bulk request sends an event, and a rejected row sends none.",
    source="Assumed: the vendor states that some bulk operations send nothing, not which",
)
@pytest.mark.assumed
def test_the_rows_of_bulk_requests_are_delivered(
    api: Api, factory: Factory, receiver: Receiver, subscribe: Subscribe
) -> None:
    for event in ("customer.created", "customer.updated", "transaction.created"):
        subscribe(event)
    name = factory.unique_name("Bulk")
    rows: list[Record] = [{"customer": name}, {"email": "nobody"}]
    body: Record = {"customers": rows}
    created = api.call("customers.bulk_create", expect=201, body=body)["data"]["results"][0]
    customer_id = created["customer"]["id"]
    (payload,) = payloads(receiver, 1, more=True)
    assert (payload["event"], payload["data"]["id"]) == ("customer.created", customer_id)
    body = {"customers": [{"uuid": customer_id, "notes": "New"}, {"uuid": UNKNOWN_ID}]}
    api.call("customers.bulk_update", expect=201, body=body)
    payload = payloads(receiver, 2, more=True)[1]
    assert (payload["event"], payload["previousData"]) == ("customer.updated", {"notes": None})
    row = {"accUuid": factory.bank_account_id, "amount": 7, "date": factory.day()}
    body = {"transactions": [row, {**row, "accUuid": UNKNOWN_ID}]}
    result = api.call("transactions.bulk_create", expect=201, body=body)["data"]["results"][0]

    payload = payloads(receiver, 3)[2]
    transaction_id = result["transaction"]["id"]
    assert (payload["event"], payload["data"]["id"]) == ("transaction.created", transaction_id)


@rule(
    "send and both ways to attach a file send invoice.updated with the old values of the changed fields.",
    source="Assumed: the vendor's trigger matrix is not public",
)
@pytest.mark.assumed
def test_sending_and_attachments_are_delivered(
    api: Api, factory: Factory, receiver: Receiver, subscribe: Subscribe, approved: Record
) -> None:
    subscribe("invoice.updated")
    path = {"invoiceId": approved["id"]}
    api.call("invoices.send", expect=200, body={}, **path)
    sent = payloads(receiver, 1, more=True)[0]
    body = {"attachments": [{"url": "https://files.example.com/a.pdf"}]}
    api.call("invoices.add_attachments", expect=201, body=body, **path)
    attached = payloads(receiver, 2, more=True)[1]
    files = {"file": ("b.txt", b"b", "text/plain")}
    api.call("invoices.upload_attachments", expect=201, files=files, **path)
    uploaded = payloads(receiver, 3)[2]

    assert sent["previousData"] == {"isSent": False, "sentAt": None, "status": "approved"}
    assert (sent["data"]["status"], sent["data"]["isSent"]) == ("sent", True)
    assert attached["previousData"] == {"attachments": []}
    assert [row["title"] for row in attached["data"]["attachments"]] == ["a.pdf"]
    assert [len(row) for row in uploaded["previousData"].values()] == [1]
    assert [row["title"] for row in uploaded["data"]["attachments"]] == ["a.pdf", "b.txt"]


@rule(
    "A memo that is applied by a new invoice sends one invoice.updated with its new balance.",
    source="Assumed: the vendor's trigger matrix is not public",
)
@pytest.mark.assumed
def test_credit_on_creation_is_delivered_for_the_memo(
    factory: Factory, receiver: Receiver, subscribe: Subscribe
) -> None:
    memo = factory.memo(60)
    subscribe("invoice.updated")
    credit = {"applyCredit": True, "creditMemo": {"id": memo["id"], "amount": 25}}
    factory.invoice(isDraft=False, **credit)
    receiver.wait(1)
    time.sleep(0.2)

    received = [payload for _, payload in receiver.wait(1)]
    (change,) = [payload for payload in received if payload["data"]["id"] == memo["id"]]
    assert (change["previousData"]["amountDue"], change["data"]["amountDue"]) == (60, 35)


@rule(
    "invoice.created of an invoice has the amounts before the credit that its creation applies, invoice.updated those after it.",
    source="Assumed: the vendor's trigger matrix is not public",
)
@pytest.mark.assumed
def test_a_document_is_created_before_its_credit_is_applied(
    factory: Factory, receiver: Receiver, subscribe: Subscribe
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


@rule(
    "A PATCH that is empty or has only ignored fields sends no event.",
    source="Assumed: the vendor states only that such a request changes nothing",
)
@pytest.mark.assumed
def test_a_request_without_effect_sends_no_event(
    api: Api, factory: Factory, receiver: Receiver, subscribe: Subscribe, draft: Record
) -> None:
    transaction, customer = factory.transaction(), factory.customer()
    for event in ("invoice.updated", "transaction.updated", "customer.updated"):
        subscribe(event)
    for body in ({}, {"total": 5, "colour": 1}):
        api.call("invoices.update", expect=200, body=body, invoiceId=draft["id"])
    for body in ({}, {"invoiceId": UNKNOWN_ID}):
        path = {"transactionId": transaction["id"]}
        api.call("transactions.update", expect=200, body=body, **path)
    path = {"customerId": customer["id"]}
    api.call("customers.update", expect=200, body={}, **path)
    api.call("customers.update", expect=200, body={"notes": "New"}, **path)

    (payload,) = payloads(receiver, 1)
    assert (payload["data"]["id"], payload["data"]["notes"]) == (customer["id"], "New")
