"""Requests that arrive at once: only one of two may use up what both need."""

import pytest

from mockvoice_contracts.harness.client import Api, Response
from mockvoice_contracts.harness.concurrent_requests import send_concurrently
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.count.factories import Factory, Record

three_times = pytest.mark.parametrize("attempt", range(3))


def send_pair(api: Api, operation: str, *requests: Record) -> list[int]:
    """Send requests at once and return their statuses, sorted. Each is a body and path values."""

    def send(request: Record, client: Api) -> Response:
        return client.exchange(operation, expect=[200, 201, 400, 404, 409], **request)

    responses = send_concurrently(
        api, *[lambda client, request=request: send(request, client) for request in requests]
    )
    return sorted(response.status for response in responses)


def payment(transaction: Record, document: Record, amount: float) -> Record:
    records = [{"id": document["id"], "paymentAmount": amount}]
    return {
        "body": {"matchingType": "invoice", "records": records},
        "transactionId": transaction["id"],
    }


@rule(
    "Of two payments sent at once, each of the whole amountDue, one returns 200 and the other 400.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
@three_times
def test_two_payments_at_once_pay_an_invoice_once(
    api: Api, factory: Factory, approved: Record, attempt: int
) -> None:
    deposits = [factory.transaction(100), factory.transaction(100)]
    requests = [payment(deposit, approved, 100) for deposit in deposits]

    statuses = send_pair(api, "transactions.assign_to_bills_invoices", *requests)
    assert statuses == [200, 400]
    invoice = factory.get_invoice(approved)
    assert (invoice["paidAmount"], invoice["amountDue"]) == (100, 0)
    assert sum(factory.get_transaction(row)["assignedAmount"] for row in deposits) == 100


@rule(
    "Of two payments of one transaction sent at once, which together exceed its amount, one returns 400.",
    source="Assumed: the vendor states only the bound of the document",
)
@pytest.mark.assumed
@three_times
def test_one_transaction_is_not_spent_twice_at_once(
    api: Api, factory: Factory, attempt: int
) -> None:
    deposit = factory.transaction(100)
    invoices = [factory.invoice(80, isDraft=False), factory.invoice(80, isDraft=False)]
    requests = [payment(deposit, invoice, 80) for invoice in invoices]

    statuses = send_pair(api, "transactions.assign_to_bills_invoices", *requests)
    assert statuses == [200, 400]
    assert factory.get_transaction(deposit)["assignedAmount"] == 80
    assert sum(factory.get_invoice(row)["paidAmount"] for row in invoices) == 80


@rule(
    "Of two requests sent at once that apply the whole amount of one memo, one returns 200 and the other 400.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
@three_times
def test_one_memo_is_not_applied_twice_at_once(api: Api, factory: Factory, attempt: int) -> None:
    memo = factory.memo(100)
    invoices = [factory.invoice(isDraft=False), factory.invoice(isDraft=False)]
    body = {"creditMemos": [{"id": memo["id"], "amount": 100}]}
    requests = [{"body": body, "invoiceId": invoice["id"]} for invoice in invoices]

    statuses = send_pair(api, "invoices.apply_multiple_credit_to_invoice", *requests)
    assert statuses == [200, 400]
    assert factory.get_invoice(memo)["creditedAmount"] == 100
    assert sum(factory.get_invoice(row)["creditedAmount"] for row in invoices) == 100


@rule(
    "Of two equal {operation} requests sent at once, one returns 200 and the other {status}.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
@three_times
@pytest.mark.parametrize(
    ("operation", "status"),
    [("approve", 400), ("delete", 404), ("remove_transaction", 404), ("remove_credit", 404)],
)
def test_an_action_succeeds_once_at_once(
    api: Api, factory: Factory, operation: str, status: int, attempt: int
) -> None:
    document = factory.invoice(isDraft=operation in ("approve", "delete"))
    request: Record = {"invoiceId": document["id"]}
    if operation == "remove_transaction":
        deposit = factory.transaction(100)
        factory.pay(deposit, (document, 60))
        request["body"] = {"transactionId": deposit["id"]}
    elif operation == "remove_credit":
        memo = factory.memo(100)
        body = {"creditMemos": [{"id": memo["id"], "amount": 60}]}
        api.call("invoices.apply_multiple_credit_to_invoice", expect=200, body=body, **request)
        request["body"] = {"memoId": memo["id"]}

    statuses = send_pair(api, f"invoices.{operation}", request, request)
    assert statuses == [200, status]
    if operation != "delete":
        after = factory.get_invoice(document)
        assert (after["status"], after["amountDue"]) == ("approved", 100)


@rule(
    "Of two new customers sent at once with one email, one returns 201 and the other 409.",
    source="Documented: developers.getcount.com/rest-api-reference/customers/create-customer",
)
@three_times
def test_an_email_is_unique_at_once(api: Api, factory: Factory, attempt: int) -> None:
    email = factory.email()
    bodies = [{"customer": factory.unique_name("At once"), "email": email} for _ in range(2)]

    statuses = send_pair(api, "customers.create", *[{"body": body} for body in bodies])
    assert statuses == [201, 409]


@rule(
    "Of two new tag groups sent at once with one name, one returns 201 and the other 409.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
@three_times
def test_the_name_of_a_group_is_unique_at_once(api: Api, factory: Factory, attempt: int) -> None:
    body = {"name": factory.unique_name("At once")}

    statuses = send_pair(api, "tag_groups.create", {"body": body}, {"body": body})
    assert statuses == [201, 409]


@rule(
    "Of two new invoices sent at once with one invoiceNumber, one returns 200 and the other 409.",
    source="Assumed: the vendor does not state that numbers are unique",
)
@pytest.mark.assumed
@three_times
def test_a_number_is_unique_at_once(api: Api, factory: Factory, attempt: int) -> None:
    body = factory.invoice_body()

    statuses = send_pair(api, "invoices.create", {"body": body}, {"body": body})
    assert statuses == [200, 409]


@rule(
    "Of two requests sent at once that put one tag into two groups, one returns 201 and the other 400.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
@three_times
def test_a_tag_is_in_one_group_at_once(api: Api, factory: Factory, attempt: int) -> None:
    tag = factory.tag()["id"]
    requests = [
        {"body": {"name": factory.unique_name("At once"), "tagUuids": [tag]}} for _ in range(2)
    ]

    statuses = send_pair(api, "tag_groups.create", *requests)
    assert statuses == [201, 400]


@rule(
    "Two PATCH requests sent at once that change different fields of a draft both take effect.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
@three_times
def test_no_update_is_lost_at_once(api: Api, factory: Factory, draft: Record, attempt: int) -> None:
    path = {"invoiceId": draft["id"]}
    requests = [
        {"body": {"notes": "First"}, **path},
        {"body": {"products": [factory.line(70)]}, **path},
    ]

    statuses = send_pair(api, "invoices.update", *requests)
    assert statuses == [200, 200]
    after = factory.get_invoice(draft)
    assert (after["notes"], after["total"]) == ("First", 70)
