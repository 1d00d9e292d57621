"""Rejected requests leave side records unchanged: balances, memos, templates, tags and e-mails."""

from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.harness.targets import Target
from mockvoice_contracts.suites.count.comparison import shared_members
from mockvoice_contracts.suites.count.factories import UNKNOWN_ID, Factory, Record


def total_of(api: Api, resource: str, **query: Any) -> int:
    page = api.call(f"{resource}.search", expect=200, query={"limit": 1, **query})["data"]
    total: int = page["totalRecords"]
    return total


@rule(
    "A rejected new invoice creates no invoice and no template, uses no credit and posts nothing.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
@pytest.mark.parametrize("reason", ["credit", "reference", "number"])
def test_a_rejected_invoice_leaves_nothing(api: Api, factory: Factory, reason: str) -> None:
    income, customer = factory.account("Income")["id"], factory.customer()["id"]
    product = factory.product(categoryAccountUuid=income)
    memo = factory.memo(10, customerUuid=customer)
    taken = factory.invoice(customerUuid=customer)["invoiceNumber"]
    counts = (
        total_of(api, "invoices", customerUuid=customer),
        total_of(api, "recurring_invoice_templates", isDraft="all"),
    )
    fields: Record = {
        "credit": {"creditMemo": {"id": memo["id"], "amount": 10.01}},
        "reference": {"creditMemo": {"id": UNKNOWN_ID, "amount": 1}},
        "number": {"creditMemo": {"id": memo["id"], "amount": 10}, "invoiceNumber": taken},
    }[reason]
    body = factory.invoice_body(
        customerUuid=customer, isDraft=False, applyCredit=True, recurrencePattern="monthly",
        products=[factory.line(product=product)], **fields,
    )  # fmt: skip
    api.call("invoices.create", expect=[400, 404, 409], body=body)

    after = (
        total_of(api, "invoices", customerUuid=customer),
        total_of(api, "recurring_invoice_templates", isDraft="all"),
    )
    assert after == counts
    assert factory.get_invoice(memo)["amountDue"] == 10
    assert factory.balances(income) == [0]


@rule(
    "A rejected payment posts nothing and keeps the category of the transaction.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_a_rejected_payment_posts_nothing(api: Api, factory: Factory) -> None:
    bank, income, category = (
        factory.account(kind)["id"] for kind in ("Assets", "Income", "Income")
    )
    invoice = factory.invoice(50, isDraft=False)
    deposit = factory.transaction(90, accUuid=bank, categoryAccountUuid=category)
    before = factory.balances(bank, income, category)
    for amounts in (((invoice, 50.01),), ((invoice, 30), (invoice, 30))):
        factory.pay(deposit, *amounts, expect=400, parentCategoryAccountUuid=income)

    assert factory.balances(bank, income, category) == before
    after = factory.get_transaction(deposit)
    assert shared_members(after, deposit) == shared_members(deposit, after)


@rule(
    "remove-transaction takes the payment out of the balances again.",
    source="Assumed: the vendor states that an approval is posted, not the accounts of payments",
)
@pytest.mark.assumed
def test_a_removed_payment_is_posted_to_its_category_again(api: Api, factory: Factory) -> None:
    bank, category = (factory.account(kind)["id"] for kind in ("Assets", "Income"))
    invoice = factory.invoice(50, isDraft=False)
    deposit = factory.transaction(90, accUuid=bank, categoryAccountUuid=category)
    assert factory.balances(bank, category) == [90, 90]
    factory.pay(deposit, (invoice, 50))
    assert factory.balances(bank, category) == [90, 40]
    body = {"transactionId": deposit["id"]}
    api.call("invoices.remove_transaction", expect=200, body=body, invoiceId=invoice["id"])

    assert factory.balances(bank, category) == [90, 90]


@rule(
    "Balances follow a changed amount, a split, an exclusion and the deletion of a transaction.",
    source="Assumed: the vendor's client has the routes, not what they post",
)
@pytest.mark.assumed
def test_balances_follow_changes_of_a_transaction(api: Api, factory: Factory) -> None:
    bank, first, second = (factory.account(kind)["id"] for kind in ("Assets", "Income", "Income"))
    transaction = factory.transaction(100, accUuid=bank, categoryAccountUuid=first)
    path = {"transactionId": transaction["id"]}
    seen = [factory.balances(bank, first, second)]
    api.call("transactions.update", expect=200, body={"amount": 80}, **path)
    seen.append(factory.balances(bank, first, second))
    body: Record = {"splits": [{"amount": 30, "categoryAccountUuid": second}]}
    api.call("transactions.split", expect=200, body=body, **path)
    seen.append(factory.balances(bank, first, second))
    body = {"transactionUuids": [transaction["id"]], "excluded": True}
    api.call("transactions.exclude_bulk", expect=200, body=body)
    seen.append(factory.balances(bank, first, second))
    api.call("transactions.delete", expect=200, **path)
    seen.append(factory.balances(bank, first, second))

    assert seen == [[100, 100, 0], [80, 80, 0], [80, 50, 30], [30, 0, 30], [0, 0, 0]]


@rule(
    "A draft, a quote and an estimate post nothing; an approved invoice posts its net amount once.",
    source="Documented: developers.getcount.com/api-reference/invoices",
)
def test_only_approved_invoices_are_posted(api: Api, factory: Factory) -> None:
    income = factory.account("Income")["id"]
    lines = [factory.line(100, product=factory.product(categoryAccountUuid=income))]
    draft = factory.invoice(products=lines)
    for kind in ("quote", "estimate"):
        factory.invoice(invoiceType=kind, isDraft=False, products=lines)
    assert factory.balances(income) == [0]
    body = {"products": [{**lines[0], "unitPrice": 40}]}
    api.call("invoices.update", expect=200, body=body, invoiceId=draft["id"])
    api.call("invoices.approve", expect=200, invoiceId=draft["id"])
    api.call("invoices.approve", expect=400, body={}, invoiceId=draft["id"])
    api.call("invoices.send", expect=200, body={}, invoiceId=draft["id"])

    assert factory.balances(income) == [40]


@rule(
    "A rejected split keeps the parts of the previous split.",
    source="Assumed: the vendor's client has the route, not its bounds",
)
@pytest.mark.assumed
def test_a_rejected_split_keeps_the_parts(api: Api, factory: Factory) -> None:
    transaction = factory.transaction(50)
    path = {"transactionId": transaction["id"]}
    body: Record = {"splits": [{"amount": 20}, {"amount": 5}]}
    before = api.call("transactions.split", expect=200, body=body, **path)["data"]
    for status, splits in (
        (400, [{"amount": 60}]),
        (400, [{"amount": 10}, {}]),
        (404, [{"amount": 10, "categoryAccountUuid": UNKNOWN_ID}]),
    ):
        api.call("transactions.split", expect=status, body={"splits": splits}, **path)

    after = factory.get_transaction(transaction)
    assert shared_members(after, before) == shared_members(before, after)
    assert [factory.get_transaction(part)["amount"] for part in before["splits"]] == [-20, -5]


@rule(
    "A rejected PATCH or PUT changes no field of a record of {resource}.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
@pytest.mark.parametrize(
    ("resource", "parameter", "status", "fields"),
    [
        ("products", "productId", 404, {"name": "Changed", "taxUuids": [UNKNOWN_ID]}),
        ("tag_groups", "tagGroupId", 404, {"name": "Changed", "tagUuids": [UNKNOWN_ID]}),
        ("tags", "tagId", 400, {"color": "#ffffff", "name": ""}),
        ("customers", "customerId", 400, {"notes": "Changed", "email": "nobody"}),
        ("customers", "customerId", 404, {"notes": "Changed", "taxes": [2147483647]}),
        ("transactions", "transactionId", 404, {"notes": "Changed", "tagUuids": [UNKNOWN_ID]}),
        ("transactions", "transactionId", 400, {"notes": "Changed", "amount": 0}),
    ],
)  # fmt: skip
def test_a_rejected_update_changes_nothing(
    api: Api, factory: Factory, resource: str, parameter: str, status: int, fields: Record
) -> None:
    record = getattr(factory, resource.removesuffix("s"))()
    path = {parameter: record["id"]}
    api.call(f"{resource}.update", expect=status, body=fields, **path)

    after = api.call(f"{resource}.get", expect=200, **path)["data"]
    assert shared_members(after, record) == shared_members(record, after)


@rule(
    "A rejected PATCH changes no field of a template, nextRunDate and status included.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
@pytest.mark.parametrize(
    ("status", "fields"),
    [
        (404, {"notes": "Changed", "tagUuids": [UNKNOWN_ID]}),
        (400, {"isDraft": False, "dueDate": "2000-01-01"}),
        (400, {"notes": "Changed", "discount": 100.01}),
        (400, {"notes": "Changed", "invoiceType": "memo"}),
    ],
)
def test_a_rejected_update_of_a_template_changes_nothing(
    api: Api, factory: Factory, status: int, fields: Record
) -> None:
    template = factory.template()
    path = {"templateId": template["id"]}
    api.call("recurring_invoice_templates.update", expect=status, body=fields, **path)

    after = factory.get_template(template)
    assert shared_members(after, template) == shared_members(template, after)


@rule(
    "A tag that another group has rejects a PATCH of tagUuids with 400, and both groups keep their tags.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_a_grouped_tag_rejects_the_update_of_another_group(api: Api, factory: Factory) -> None:
    tag, free = factory.tag()["id"], factory.tag()["id"]
    first, second = factory.tag_group(tagUuids=[tag]), factory.tag_group()
    path = {"tagGroupId": second["id"]}
    body = {"tagUuids": [free, tag]}
    error = api.call("tag_groups.update", expect=400, body=body, **path)
    assert error["code"] == "tag_already_grouped"
    taken_name = {"name": first["name"].upper(), "tagUuids": [free]}
    api.call("tag_groups.update", expect=409, body=taken_name, **path)

    groups = [
        api.call("tag_groups.get", expect=200, tagGroupId=group["id"])["data"]
        for group in (first, second)
    ]
    assert [group["tagUuids"] for group in groups] == [[tag], []]
    assert api.call("tags.get", expect=200, tagId=free)["data"]["groups"] == []
    own_name = {"name": second["name"].upper(), "tagUuids": [free, free]}
    changed = api.call("tag_groups.update", expect=200, body=own_name, **path)["data"]
    assert changed["tagUuids"] == [free]


@rule(
    "A taken email rejects its row of customers/bulk, and the row changes nothing; the other rows are applied in order.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_a_rejected_row_of_a_bulk_update_changes_nothing(api: Api, factory: Factory) -> None:
    taken = factory.email()
    factory.customer(email=taken)
    first, second = factory.customer(), factory.customer()
    rows = [
        {"uuid": first["id"], "notes": "Lost", "email": taken.upper()},
        {"uuid": second["id"], "notes": "One"},
        {"uuid": second["id"], "notes": "Two", "contacts": [{"email": "nobody"}]},
        {"uuid": second["id"], "website": "two.example"},
    ]
    result = api.call("customers.bulk_update", expect=201, body={"customers": rows})["data"]

    assert [row["success"] for row in result["results"]] == [False, True, False, True]
    read = [
        api.call("customers.get", expect=200, customerId=row["id"])["data"]
        for row in (first, second)
    ]
    assert [(row["notes"], row["email"]) for row in read] == [(None, None), ("One", None)]
    assert (read[1]["website"], read[1]["contacts"]) == ("two.example", [])


@rule(
    "{operation} accepts exactly 100 rows and returns 201 even if all rows fail.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
@pytest.mark.parametrize(
    ("operation", "name"),
    [
        ("transactions.bulk_create", "transactions"), ("customers.bulk_create", "customers"),
        ("customers.bulk_update", "customers"), ("accounts.bulk_create", "accounts"),
    ],
)  # fmt: skip
def test_a_hundred_rows_are_accepted(api: Api, operation: str, name: str) -> None:
    result = api.call(operation, expect=201, body={name: [{}] * 100})["data"]

    assert (result["successCount"], result["errorCount"]) == (0, 100)
    assert [row["index"] for row in result["results"]] == list(range(100))


@rule(
    "exclude-bulk and change-category-bulk count a repeated transaction once.",
    source="Assumed: the vendor's client does not say what a repeated UUID does",
)
@pytest.mark.assumed
def test_a_repeated_transaction_is_changed_once(api: Api, factory: Factory) -> None:
    transaction = factory.transaction()["id"]
    uuids = [transaction, transaction.upper(), UNKNOWN_ID, UNKNOWN_ID]
    for operation, field in (
        ("exclude_bulk", {"excluded": False}),
        ("change_category_bulk", {"categoryAccountUuid": factory.income_account_id}),
    ):
        body = {"transactionUuids": uuids, **field}
        result = api.call(f"transactions.{operation}", expect=200, body=body)["data"]
        assert (result["successCount"], result["failedCount"]) == (1, 1)
        assert [row["id"] for row in result["updatedTransactions"]] == [transaction]


@rule(
    "A tag or tax that is named twice is stored once.",
    source="Assumed: the vendor does not say what a repeated UUID does",
)
@pytest.mark.assumed
def test_repeated_references_are_stored_once(api: Api, factory: Factory) -> None:
    tag, tax = factory.tag()["id"], factory.taxes[0]
    tags = [tag, tag.upper()]
    draft = factory.invoice(tagUuids=tags)
    path = {"invoiceId": draft["id"]}
    body = {"tagUuids": tags}
    changed = api.call("invoices.update", expect=200, body=body, **path)["data"]

    assert draft["tagUuids"] == [tag] == changed["tagUuids"]
    assert factory.transaction(tagUuids=tags)["tagUuids"] == [tag]
    assert factory.tag_group(tagUuids=tags)["tagUuids"] == [tag]
    assert factory.template(tagUuids=tags)["tagUuids"] == [tag]
    assert factory.product(taxUuids=[tax["uuid"], tax["uuid"].upper()])["taxUuids"] == [tax["uuid"]]
    assert len(factory.customer(taxes=[tax["id"], tax["uuid"]])["taxes"]) == 1


@rule(
    "A rejected send writes no e-mail and leaves the document as it was.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
@pytest.mark.needs("outbox")
def test_a_rejected_send_writes_no_email(
    api: Api, factory: Factory, target: Target, approved: Record, draft: Record
) -> None:
    without_email = factory.invoice(customerUuid=factory.customer()["id"], isDraft=False)
    documents = (draft, approved, without_email)
    for document, body in zip(documents, ({}, {"recipients": ["nobody"]}, {}), strict=True):
        api.call("invoices.send", expect=400, body=body, invoiceId=document["id"])

    assert target.control is not None
    about = {f"invoices/{document['id']}" for document in documents}
    assert [mail for mail in target.control.outbox() if mail["about"] in about] == []
    for document in documents:
        after = factory.get_invoice(document)
        assert shared_members(after, document) == shared_members(document, after)
