"""Ids of unknown and deleted records, in paths and in bodies, for every resource."""

from collections.abc import Callable
from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.count.factories import UNKNOWN_ID, Factory, Record

PAYMENT = {"matchingType": "invoice", "records": [{"id": UNKNOWN_ID, "paymentAmount": 1}]}
CREDIT = [{"id": UNKNOWN_ID, "amount": 1}]

# Every operation on one record, with a body that is valid by the schema.
OPERATIONS: dict[str, Record | None] = {
    "invoices.get": None,
    "invoices.update": {"notes": "x"},
    "invoices.delete": None,
    "invoices.approve": {},
    "invoices.send": {},
    "invoices.public_link": None,
    "invoices.audit_log": None,
    "invoices.add_attachments": {"attachments": [{"url": "https://files.example.com/a"}]},
    "invoices.apply_multiple_credit_to_invoice": {"creditMemos": CREDIT},
    "invoices.apply_credit_to_multiple_invoices": {"invoices": CREDIT},
    "invoices.remove_credit": {"memoId": UNKNOWN_ID},
    "invoices.remove_transaction": {"transactionId": UNKNOWN_ID},
    "recurring_invoice_templates.get": None,
    "recurring_invoice_templates.update": {"notes": "x"},
    "recurring_invoice_templates.delete": None,
    "recurring_invoice_templates.pause": {},
    "recurring_invoice_templates.resume": {},
    "customers.get": None,
    "customers.update": {"notes": "x"},
    "customers.delete": None,
    "products.get": None,
    "products.update": {"description": "x"},
    "products.delete": None,
    "tags.get": None,
    "tags.update": {"name": "x"},
    "tags.delete": None,
    "tag_groups.get": None,
    "tag_groups.update": {"color": "x"},
    "tag_groups.delete": None,
    "accounts.update": {"description": "x"},
    "accounts.delete": None,
    "transactions.get": None,
    "transactions.update": {"notes": "x"},
    "transactions.delete": None,
    "transactions.change_category": {"categoryAccountUuid": None},
    "transactions.split": {"splits": []},
    "transactions.assign_to_bills_invoices": PAYMENT,
    "webhooks.update": {"status": "paused"},
    "webhooks.delete": None,
}

Create = Callable[[Factory], Record]
RESOURCES: dict[str, Create] = {
    "customers": Factory.customer,
    "products": Factory.product,
    "tags": Factory.tag,
    "tag_groups": Factory.tag_group,
    "accounts": Factory.account,
    "transactions": Factory.transaction,
    "invoices": Factory.invoice,
    "recurring_invoice_templates": Factory.template,
}


@rule(
    "{operation} with an unknown id returns 404, and with an id that is not a UUID 400.",
    source="Documented: developers.getcount.com/api-reference/customers/get-customer",
)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_unknown_id_is_not_found(api: Api, operation: str) -> None:
    (parameter,) = api.contract.find(operation).path_parameters
    request = {"body": OPERATIONS[operation]}

    error = api.call(operation, expect=404, **request, **{parameter: UNKNOWN_ID})
    assert error["code"] == "not_found"
    error = api.call(operation, expect=400, **request, **{parameter: "7"})
    assert error["code"] == "invalid_uuid"


@rule(
    "A deleted record of {resource} returns 404 on get, update and delete, and is in no list.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
@pytest.mark.parametrize("resource", RESOURCES)
def test_a_deleted_record_is_gone(api: Api, factory: Factory, resource: str) -> None:
    record = RESOURCES[resource](factory)
    (parameter,) = api.contract.find(f"{resource}.delete").path_parameters
    path = {parameter: record["id"]}
    api.call(f"{resource}.delete", expect=200, **path)

    for action in ("get", "update", "delete"):
        operation = f"{resource}.{action}"
        if operation in OPERATIONS:
            error = api.call(operation, expect=404, body=OPERATIONS[operation], **path)
            assert error["code"] == "not_found"
    query: Record = {"limit": 100}
    if "name" in record:
        query["search"] = record["name"]
    if resource == "recurring_invoice_templates":
        query["isDraft"] = "all"
    page = api.call(f"{resource}.search", expect=200, query=query)["data"]
    assert record["id"] not in [row["id"] for row in page["records"]]


def _transaction(factory: Factory) -> Record:
    return {"accUuid": factory.bank_account_id, "amount": 1, "postedDate": factory.day()}


def _named(factory: Factory) -> Record:
    return {"name": factory.unique_name("Refers")}


def _account(factory: Factory) -> Record:
    return {**_named(factory), "subTypeId": factory.account()["subTypeId"]}


def _template(factory: Factory) -> Record:
    return {**factory.invoice_body(), "recurrencePattern": "monthly"}


# The operation, its body without the reference, the property, and the resource that it refers to.
REFERENCES: list[tuple[str, Create, str, str]] = [
    ("transactions.create", _transaction, "accUuid", "accounts"),
    ("transactions.create", _transaction, "categoryAccountUuid", "accounts"),
    ("transactions.create", _transaction, "customerUuid", "customers"),
    ("transactions.create", _transaction, "tagUuids", "tags"),
    ("transactions.update", lambda factory: {}, "customerUuid", "customers"),
    ("transactions.update", lambda factory: {}, "tagUuids", "tags"),
    ("transactions.change_category", lambda factory: {}, "categoryAccountUuid", "accounts"),
    ("products.create", _named, "categoryAccountUuid", "accounts"),
    ("products.create", _named, "purchaseCategoryAccountUuid", "accounts"),
    ("products.update", lambda factory: {}, "categoryAccountUuid", "accounts"),
    ("tag_groups.create", _named, "tagUuids", "tags"),
    ("tag_groups.update", lambda factory: {}, "tagUuids", "tags"),
    ("accounts.create", _account, "parentAccountId", "accounts"),
    ("accounts.update", lambda factory: {}, "parentAccountId", "accounts"),
    ("recurring_invoice_templates.create", _template, "customerUuid", "customers"),
    ("recurring_invoice_templates.create", _template, "tagUuids", "tags"),
    ("recurring_invoice_templates.create", _template, "products", "products"),
    ("recurring_invoice_templates.update", lambda factory: {}, "customerUuid", "customers"),
    ("recurring_invoice_templates.update", lambda factory: {}, "tagUuids", "tags"),
    ("recurring_invoice_templates.update", lambda factory: {}, "products", "products"),
    ("invoices.update", lambda factory: {}, "customerUuid", "customers"),
    ("invoices.update", lambda factory: {}, "tagUuids", "tags"),
    ("invoices.update", lambda factory: {}, "products", "products"),
]

REFERENCE_IDS = [f"{row[0]}.{row[2]}" for row in REFERENCES]


def check_reference(
    api: Api, factory: Factory, operation: str, body: Record, property_name: str, record_id: str
) -> None:
    """Send a reference to a missing record and check the error."""
    value: Any = record_id
    if property_name == "tagUuids":
        value = [record_id]
    elif property_name == "products":
        value = [factory.line(), factory.line(product={"id": record_id})]
    path = {}
    for parameter in api.contract.find(operation).path_parameters:
        path[parameter] = RESOURCES[operation.partition(".")[0]](factory)["id"]

    error = api.call(operation, expect=404, body={**body, property_name: value}, **path)
    assert error["code"] == "reference_not_found"
    assert error["details"]["uuid"] == record_id
    assert error["details"]["field"].startswith(property_name)


@rule(
    "{operation} with an unknown UUID in {property_name} returns 404.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
@pytest.mark.parametrize(
    ("operation", "body", "property_name", "resource"), REFERENCES, ids=REFERENCE_IDS
)
def test_an_unknown_reference_is_not_found(
    api: Api, factory: Factory, operation: str, body: Create, property_name: str, resource: str
) -> None:
    check_reference(api, factory, operation, body(factory), property_name, UNKNOWN_ID)


@rule(
    "{operation} with the UUID of a deleted record of {resource} in {property_name} returns 404.",
    source="Assumed: the vendor states no rule for references to deleted records",
)
@pytest.mark.assumed
@pytest.mark.parametrize(
    ("operation", "body", "property_name", "resource"), REFERENCES, ids=REFERENCE_IDS
)
def test_a_deleted_record_cannot_be_referenced(
    api: Api, factory: Factory, operation: str, body: Create, property_name: str, resource: str
) -> None:
    record = RESOURCES[resource](factory)
    (parameter,) = api.contract.find(f"{resource}.delete").path_parameters
    api.call(f"{resource}.delete", expect=200, **{parameter: record["id"]})

    check_reference(api, factory, operation, body(factory), property_name, record["id"])
