"""Requests with two errors: which of them is reported, and that nothing changes."""

from typing import Any

import pytest

from mockvoice_contracts.harness.client import Anonymous, Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.harness.targets import Target
from mockvoice_contracts.suites.count.comparison import shared_members
from mockvoice_contracts.suites.count.factories import UNKNOWN_ID, Factory, Record
from mockvoice_contracts.suites.count.request_signer import signed_auth

pytestmark = pytest.mark.assumed

UNKNOWN_TAX = 2147483647

# Operations on one record, with a body that is invalid and one with an unknown reference.
OPERATIONS: dict[str, tuple[Record, Record | None]] = {
    "invoices.update": ({"date": "today"}, {"customerUuid": UNKNOWN_ID}),
    "recurring_invoice_templates.update": ({"date": "today"}, {"customerUuid": UNKNOWN_ID}),
    "customers.update": ({"email": "nobody"}, {"taxes": [UNKNOWN_TAX]}),
    "products.update": ({"price": -1}, {"categoryAccountUuid": UNKNOWN_ID}),
    "tags.update": ({"name": 7}, None),
    "tag_groups.update": ({"name": 7}, {"tagUuids": [UNKNOWN_ID]}),
    "accounts.update": ({"name": 7}, {"subTypeId": UNKNOWN_TAX}),
    "transactions.update": ({"amount": -5}, {"customerUuid": UNKNOWN_ID}),
    "transactions.change_category": (
        {"categoryAccountUuid": "x"},
        {"categoryAccountUuid": UNKNOWN_ID},
    ),
    "transactions.split": (
        {"splits": [{"amount": -1}]},
        {"splits": [{"amount": 1, "categoryAccountUuid": UNKNOWN_ID}]},
    ),
    "transactions.assign_to_bills_invoices": (
        {"matchingType": "invoice", "records": [{"id": UNKNOWN_ID, "paymentAmount": 0}]},
        {"matchingType": "invoice", "records": [{"id": UNKNOWN_ID, "paymentAmount": 1}]},
    ),
    "invoices.apply_multiple_credit_to_invoice": (
        {"creditMemos": [{"id": UNKNOWN_ID, "amount": 0}]},
        {"creditMemos": [{"id": UNKNOWN_ID, "amount": 1}]},
    ),
    "invoices.remove_credit": ({}, {"memoId": UNKNOWN_ID}),
    "invoices.remove_transaction": ({}, {"transactionId": UNKNOWN_ID}),
    "invoices.send": ({"recipients": ["nobody"]}, None),
}


@rule(
    "{operation}: the id in the path is checked first, then the form of the body, then the record, then its references.",
    source="Assumed: the vendor publishes no order of checks",
)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_id_is_checked_before_the_body_and_the_record(api: Api, operation: str) -> None:
    invalid, unknown = OPERATIONS[operation]
    (parameter,) = api.contract.find(operation).path_parameters

    error = api.call(operation, expect=400, body=invalid, **{parameter: "7"})
    assert error["code"] == "invalid_uuid"
    error = api.call(operation, expect=400, body=invalid, **{parameter: UNKNOWN_ID})
    assert error["code"] == "validation_error"
    if unknown is not None:
        error = api.call(operation, expect=404, body=unknown, **{parameter: UNKNOWN_ID})
        assert error["code"] == "not_found"


@rule(
    "PATCH of a locked document returns invoice_locked even if a reference is unknown or the number is taken, and changes nothing.",
    source="Assumed: the vendor publishes no order of checks",
)
def test_a_locked_document_is_reported_before_references(
    api: Api, factory: Factory, approved: Record, draft: Record
) -> None:
    before = factory.get_invoice(approved)
    for body in (
        {"customerUuid": UNKNOWN_ID},
        {"tagUuids": [UNKNOWN_ID]},
        {"products": [{**factory.line(), "productUuid": UNKNOWN_ID}]},
        {"invoiceNumber": draft["invoiceNumber"]},
    ):
        error = api.call("invoices.update", expect=400, body=body, invoiceId=approved["id"])
        assert error["code"] == "invoice_locked", body

    after = factory.get_invoice(approved)
    assert shared_members(after, before) == shared_members(before, after)


@rule(
    "An unknown reference (404) is reported before a taken value (409), and an invalid one (400) before both, on creation and update.",
    source="Assumed: the vendor publishes no order of checks",
)
@pytest.mark.parametrize("resource", ["customers", "products", "tag_groups"])
def test_an_unknown_reference_is_reported_before_a_taken_value(
    api: Api, factory: Factory, resource: str
) -> None:
    taken: Record
    create, taken, unknown, invalid = {
        "customers": (
            factory.customer,
            {"email": factory.customer(email=factory.email())["email"]},
            {"taxes": [UNKNOWN_TAX]},
            {"mainPhone": "1" * 60},
        ),
        "products": (
            factory.product,
            {"name": factory.product()["name"]},
            {"categoryAccountUuid": UNKNOWN_ID},
            {"price": -1},
        ),
        "tag_groups": (
            factory.tag_group,
            {"name": factory.tag_group()["name"]},
            {"tagUuids": [UNKNOWN_ID]},
            {"color": 7},
        ),
    }[resource]
    name = {"customer": factory.unique_name("New")} if resource == "customers" else {}
    record: Record = create()
    (parameter,) = api.contract.find(f"{resource}.update").path_parameters
    path = {parameter: record["id"]}

    for operation, parameters in ((f"{resource}.create", {}), (f"{resource}.update", path)):
        for status, body in (
            (409, taken), (404, {**taken, **unknown}), (400, {**taken, **unknown, **invalid}),
        ):  # fmt: skip
            api.call(operation, expect=status, body={**name, **body}, **parameters)


@rule(
    "An unknown reference of a draft is reported before its taken invoiceNumber, an invalid date before both.",
    source="Assumed: the vendor publishes no order of checks",
)
def test_an_unknown_reference_of_a_draft_is_reported_before_its_number(
    api: Api, approved: Record, draft: Record
) -> None:
    body: Record = {"invoiceNumber": approved["invoiceNumber"]}
    path = {"invoiceId": draft["id"]}
    assert api.call("invoices.update", expect=409, body=body, **path)["code"] == (
        "invoice_number_exists"
    )
    body["tagUuids"] = [UNKNOWN_ID]
    error = api.call("invoices.update", expect=404, body=body, **path)
    assert error["details"]["field"] == "tagUuids.0"
    body["dueDate"] = "soon"
    error = api.call("invoices.update", expect=400, body=body, **path)
    assert [row["field"] for row in error["errors"]] == ["dueDate"]


@rule(
    "For credit and payments, an unknown reference is reported before a draft, and a draft before a mismatch or a balance.",
    source="Assumed: the vendor publishes no order of checks",
)
def test_references_are_reported_before_the_state_of_a_document(
    api: Api, factory: Factory, draft: Record
) -> None:
    memo, expense = factory.memo(10), factory.transaction(5, type="Expense")
    path = {"invoiceId": draft["id"]}

    def credit(memo_id: str, expect: int) -> Any:
        body = {"creditMemos": [{"id": memo_id, "amount": 500}]}
        operation = "invoices.apply_multiple_credit_to_invoice"
        return api.call(operation, expect=expect, body=body, **path)["code"]

    assert credit(UNKNOWN_ID, 404) == "reference_not_found"
    assert credit(memo["id"], 400) == "invoice_not_approved"
    error = factory.pay(expense, (draft, 1), ({"id": UNKNOWN_ID}, 1), expect=404)
    assert error["details"]["field"] == "records.1.id"
    assert factory.pay(expense, (draft, 500), expect=400)["code"] == "invoice_not_approved"


@rule(
    "A document that does not match is reported before an amount above its balance.",
    source="Assumed: the vendor publishes no order of checks",
)
def test_a_mismatch_is_reported_before_the_balance(
    api: Api, factory: Factory, approved: Record
) -> None:
    foreign = factory.memo(10, customerUuid=factory.customer()["id"])
    expense = factory.transaction(5, type="Expense")
    body = {"creditMemos": [{"id": foreign["id"], "amount": 500}]}
    path = {"invoiceId": approved["id"]}
    operation = "invoices.apply_multiple_credit_to_invoice"

    assert api.call(operation, expect=400, body=body, **path)["code"] == "credit_mismatch"
    assert factory.pay(expense, (approved, 500), expect=400)["code"] == "payment_mismatch"


@rule(
    "{operation} returns the 401 of a missing signature, a missing or an unknown bearer token, whatever its id and body.",
    source="Assumed: the vendor publishes no order of checks",
)
@pytest.mark.parametrize(
    ("operation", "body"),
    [
        ("tags.create", {}), ("tags.update", {"name": 7}), ("tags.delete", None),
        ("customers.update", {"email": "nobody"}), ("invoices.approve", {}),
        ("transactions.split", {"splits": 7}), ("webhooks.update", {"status": "off"}),
    ],
)  # fmt: skip
def test_credentials_are_checked_before_the_request(
    api: Api, target: Target, operation: str, body: Record | None
) -> None:
    path = dict.fromkeys(api.contract.find(operation).path_parameters, "7")
    for auth, code in (
        (Anonymous(), "missing_credentials"),
        (signed_auth(target), "missing_token"),
        (signed_auth(target, "guessed"), "invalid_token"),
    ):
        client = api.with_auth(auth)
        assert client.call(operation, expect=401, body=body, **path)["code"] == code
