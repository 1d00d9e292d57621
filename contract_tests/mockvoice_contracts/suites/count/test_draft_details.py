"""Drafts in detail: links of memos, lines of an update, and numbers after a changed type."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.harness.targets import Target
from mockvoice_contracts.suites.count.factories import UNKNOWN_ID, Factory, Record


def update(api: Api, document: Record, expect: int = 200, **body: object) -> Record:
    path = {"invoiceId": document["id"]}
    response: Record = api.call("invoices.update", expect=expect, body=body, **path)
    return response["data"] if expect == 200 else response


@rule(
    "PATCH of a draft memo changes and clears appliedToInvoiceUuid; an unknown one returns 404, and other fields keep it.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_the_link_of_a_memo_is_changed_and_cleared(
    api: Api, factory: Factory, approved: Record
) -> None:
    other = factory.invoice(isDraft=False)
    memo = factory.memo(isDraft=True, appliedToInvoiceUuid=approved["id"])
    assert update(api, memo, notes="New")["appliedToInvoiceUuid"] == approved["id"]
    update(api, memo, appliedToInvoiceUuid=other["id"])
    assert factory.get_invoice(memo)["appliedToInvoiceUuid"] == other["id"]
    error = update(api, memo, 404, appliedToInvoiceUuid=UNKNOWN_ID)
    assert error["details"]["field"] == "appliedToInvoiceUuid"
    assert factory.get_invoice(memo)["appliedToInvoiceUuid"] == other["id"]
    update(api, memo, appliedToInvoiceUuid=None)

    assert factory.get_invoice(memo)["appliedToInvoiceUuid"] is None
    for document in (approved, other):
        after = factory.get_invoice(document)
        assert (after["amountDue"], after["appliedCredits"]) == (100, [])


@rule(
    "The link of a memo changes no amounts, whether it is finalised by its creation, by an update or by sending.",
    source="Assumed: the vendor states the link, not its effect",
)
@pytest.mark.assumed
@pytest.mark.parametrize("way", ["creation", "update", "send"])
def test_a_linked_memo_is_not_applied(
    api: Api, factory: Factory, approved: Record, way: str
) -> None:
    customer = {"customerUuid": approved["customerUuid"]}
    link = {"appliedToInvoiceUuid": approved["id"], "isDraft": way != "creation", **customer}
    memo = factory.memo(30, **link)
    if way == "update":
        update(api, memo, isDraft=False)
    elif way == "send":
        body = {"recipients": ["to@contract.example"]}
        api.call("invoices.send", expect=200, body=body, invoiceId=memo["id"])

    after = factory.get_invoice(memo)
    assert (after["isDraft"], after["amountDue"], after["appliedCredits"]) == (False, 30, [])
    invoice = factory.get_invoice(approved)
    assert (invoice["amountDue"], invoice["creditedAmount"]) == (100, 0)


@rule(
    "appliedToInvoiceUuid of a document that is no memo is ignored.",
    source="Assumed: the vendor states that it is for memos only",
)
@pytest.mark.assumed
@pytest.mark.parametrize("kind", ["invoice", "estimate"])
def test_only_memos_have_a_link(api: Api, factory: Factory, approved: Record, kind: str) -> None:
    link = {"appliedToInvoiceUuid": approved["id"]}
    document = factory.invoice(invoiceType=kind, **link)
    assert document["appliedToInvoiceUuid"] is None

    assert update(api, document, **link)["appliedToInvoiceUuid"] is None


@rule(
    "A line of POST and PATCH without description has that of its product, else the product's name; its own is kept.",
    source="Assumed: the vendor states that the field is optional",
)
@pytest.mark.assumed
@pytest.mark.parametrize("action", ["create", "update"])
def test_a_line_has_the_description_of_its_product(api: Api, factory: Factory, action: str) -> None:
    described, named = factory.product(description="Beans, roasted"), factory.product()
    lines = [
        factory.line(product=described),
        factory.line(product=named),
        factory.line(product=described, description="Mine"),
    ]
    if action == "create":
        document = factory.invoice(products=lines)
    else:
        document = update(api, factory.invoice(), products=lines)
    path = {"productId": described["id"]}
    api.call("products.update", expect=200, body={"description": "Changed"}, **path)

    rows = factory.get_invoice(document)["products"]
    assert [row["description"] for row in rows] == ["Beans, roasted", named["name"], "Mine"]
    assert [row["productUuid"] for row in rows] == [line["productUuid"] for line in lines]
    assert len({row["id"] for row in rows}) == len(rows)


@rule(
    "{operation} accepts price or unitPrice and returns both; two different values return 400 and change nothing.",
    source="Assumed: the vendor's page says price, its client unitPrice",
)
@pytest.mark.assumed
@pytest.mark.parametrize(
    "operation",
    [
        "invoices.update", "recurring_invoice_templates.create",
        "recurring_invoice_templates.update",
    ],
)  # fmt: skip
def test_price_and_unit_price_are_one_value_everywhere(
    api: Api, factory: Factory, operation: str
) -> None:
    by_unit_price = factory.line(12.5)
    by_price = {**by_unit_price, "price": "7.25"}
    del by_price["unitPrice"]
    both = {**by_unit_price, "price": "12.50"}
    body: Record = {"products": [by_price, both]}
    path: Record = {}
    if operation == "invoices.update":
        path = {"invoiceId": factory.invoice()["id"]}
    elif operation.endswith("update"):
        path = {"templateId": factory.template()["id"]}
    else:
        body = {**factory.invoice_body(), "recurrencePattern": "monthly", **body}
    status = 201 if operation.endswith("create") else 200
    record = api.call(operation, expect=status, body=body, **path)["data"]
    body["products"] = [by_price, {**both, "price": 12.51}]
    error = api.call(operation, expect=400, body=body, **path)

    assert [(row["price"], row["unitPrice"]) for row in record["products"]] == [
        (7.25, 7.25), (12.5, 12.5),
    ]  # fmt: skip
    assert record["total"] == 19.75
    assert error["errors"][0]["field"].startswith("products.1")


@rule(
    "A draft becomes a {kind} with the number of a deleted {kind}, and not with that of another one.",
    source="Assumed: the vendor states no rule for numbers",
)
@pytest.mark.assumed
@pytest.mark.parametrize("kind", ["memo", "estimate"])
def test_a_changed_type_can_use_the_number_of_a_deleted_document(
    api: Api, factory: Factory, draft: Record, kind: str
) -> None:
    number = draft["invoiceNumber"]
    other = factory.invoice(invoiceType=kind, invoiceNumber=number)
    error = update(api, draft, 409, invoiceType=kind)
    assert error["code"] == "invoice_number_exists"
    assert factory.get_invoice(draft)["invoiceType"] == "invoice"
    api.call("invoices.delete", expect=200, invoiceId=other["id"])
    changed = update(api, draft, invoiceType=kind)

    assert (changed["invoiceType"], changed["invoiceNumber"]) == (kind, number)
    assert factory.invoice(invoiceNumber=number)["invoiceType"] == "invoice"


@rule(
    "audit-log names the client id as actor of requests, and system as actor of a template's run.",
    source="Assumed: the vendor's client has the route, not its records",
)
@pytest.mark.assumed
def test_the_audit_log_names_the_actor(
    api: Api, factory: Factory, target: Target, draft: Record
) -> None:
    update(api, draft, notes="New")
    api.call("invoices.approve", expect=200, invoiceId=draft["id"])
    factory.pay(factory.transaction(), (draft, 10))
    memo = factory.memo(5)
    path = {"invoiceId": memo["id"]}
    body = {"invoices": [{"id": draft["id"], "amount": 5}]}
    api.call("invoices.apply_credit_to_multiple_invoices", expect=200, body=body, **path)
    template = factory.template(isDraft=False)
    (generated,) = factory.get_template(template)["generatedInvoiceIds"]

    def actors(document_id: str) -> set[str]:
        log = api.call("invoices.audit_log", expect=200, invoiceId=document_id)["data"]["records"]
        return {row["actor"] for row in log}

    client_id = target.credentials["client_id"]
    assert actors(draft["id"]) == {client_id} == actors(memo["id"])
    assert actors(generated) == {"system"}
