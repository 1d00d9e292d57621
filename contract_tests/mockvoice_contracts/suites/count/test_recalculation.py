"""Amounts after updates: lines, discounts, taxes and types of drafts and templates."""

from decimal import Decimal

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.count.factories import Factory, Record, to_decimal
from mockvoice_contracts.suites.count.invariants import check_document

# The operations on drafts and on templates, whose amounts follow the same rules.
KINDS = {
    "invoice": ("invoices.update", "invoices.get", "invoiceId"),
    "template": (
        "recurring_invoice_templates.update", "recurring_invoice_templates.get", "templateId",
    ),
}  # fmt: skip
both_kinds = pytest.mark.parametrize("kind", KINDS)


def amounts(document: Record) -> list[Decimal]:
    return [to_decimal(document[name]) for name in ("subtotal", "taxTotal", "total")]


def update(api: Api, kind: str, document: Record, **body: object) -> Record:
    """Update a draft or a template and return it as it is read afterwards."""
    operation, get, parameter = KINDS[kind]
    path = {parameter: document["id"]}
    changed = api.call(operation, expect=200, body=body, **path)["data"]
    read: Record = api.call(get, expect=200, **path)["data"]
    assert amounts(changed) == amounts(read)
    return read


@rule(
    "subtotal, taxTotal and total of a {kind} follow added, removed and changed lines.",
    source="Documented: the vendor's sample application, github.com/getcount/example-react-app",
)
@both_kinds
def test_totals_follow_the_lines(api: Api, factory: Factory, kind: str) -> None:
    tax = factory.tax(10)["uuid"]
    lines = [factory.line(50, 2, taxes=[tax]), factory.line(20), factory.line(5, 3, taxes=[tax])]
    document = getattr(factory, kind)(products=lines)
    seen = [amounts(document)]
    for products in (lines[:2], lines[1:2], [*lines, factory.line(1)]):
        document = update(api, kind, document, products=products)
        seen.append(amounts(document))
        assert len(document["products"]) == len(products)

    assert seen == [
        [135, Decimal("11.5"), Decimal("146.5")], [120, 10, 130], [20, 0, 20],
        [136, Decimal("11.5"), Decimal("147.5")],
    ]  # fmt: skip


@rule(
    "total of a {kind} follows discount; one above the new subtotal + taxTotal returns 400.",
    source="Assumed: the vendor does not state the unit of discount",
)
@pytest.mark.assumed
@both_kinds
def test_totals_follow_the_discount(api: Api, factory: Factory, kind: str) -> None:
    document = getattr(factory, kind)(products=[factory.line(60), factory.line(40)], discount=70)
    assert amounts(document) == [100, 0, 30]
    operation, _, parameter = KINDS[kind]
    for body in ({"products": [factory.line(60)]}, {"discount": 100.01}):
        error = api.call(operation, expect=400, body=body, **{parameter: document["id"]})
        assert error["code"] == "validation_error"
    assert amounts(update(api, kind, document, discount="12.35")) == [100, 0, Decimal("87.65")]
    fields = {"products": [factory.line(60)], "discount": 0}
    assert amounts(update(api, kind, document, **fields)) == [60, 0, 60]


@rule(
    "amountDue of a draft follows its total, and approve keeps the amounts.",
    source="Documented: the vendor's sample application, github.com/getcount/example-react-app",
)
@pytest.mark.parametrize("type_", ["invoice", "quote", "estimate"])
def test_approval_keeps_the_updated_amounts(api: Api, factory: Factory, type_: str) -> None:
    tax = factory.tax(8.25)["uuid"]
    draft = factory.invoice(invoiceType=type_)
    lines = [factory.line("19.99", 3, taxes=[tax])]
    changed = update(api, "invoice", draft, products=lines)
    assert to_decimal(changed["amountDue"]) == Decimal("64.92")
    approved = api.call("invoices.approve", expect=200, invoiceId=draft["id"])["data"]

    check_document(approved)
    assert amounts(approved) == [Decimal("59.97"), Decimal("4.95"), Decimal("64.92")]
    assert to_decimal(approved["amountDue"]) == Decimal("64.92")


@rule(
    "A draft keeps the taxes of its lines when customer or currency change; new lines have those of the new customer.",
    source="Assumed: the vendor states no rule",
)
@pytest.mark.assumed
def test_lines_keep_their_taxes_when_the_customer_changes(api: Api, factory: Factory) -> None:
    tax = factory.tax(10)
    taxed, untaxed = factory.customer(taxes=[tax["id"]]), factory.customer()
    line = factory.line()
    del line["taxes"]
    draft = factory.invoice(customerUuid=taxed["id"], products=[line])
    assert amounts(draft) == [100, 10, 110]
    changed = update(api, "invoice", draft, customerUuid=untaxed["id"], currency="EUR")
    assert (amounts(changed), changed["currency"]) == ([100, 10, 110], "EUR")

    assert amounts(update(api, "invoice", draft, products=[line])) == [100, 0, 100]


@rule(
    "Lines of a {kind} that are sent together with a customer have the default taxes of this customer.",
    source="Assumed: the vendor states no rule",
)
@pytest.mark.assumed
@both_kinds
def test_lines_and_customer_of_one_update_belong_together(
    api: Api, factory: Factory, kind: str
) -> None:
    first, second = (
        factory.customer(taxes=[factory.tax(percentage)["id"]]) for percentage in (10, 5)
    )
    line = factory.line()
    del line["taxes"]
    document = getattr(factory, kind)(customerUuid=first["id"], products=[line])
    changed = update(api, kind, document, customerUuid=second["id"], products=[line])

    assert (amounts(document), amounts(changed)) == ([100, 10, 110], [100, 5, 105])


@rule(
    "A draft that becomes a {type_} keeps its amounts and is numbered among documents of that type.",
    source="Assumed: the vendor states no rule for a changed invoiceType",
)
@pytest.mark.assumed
@pytest.mark.parametrize("type_", ["estimate", "memo"])
def test_a_changed_type_keeps_the_amounts(api: Api, factory: Factory, type_: str) -> None:
    draft = factory.invoice(30)
    taken = factory.invoice(invoiceType=type_)["invoiceNumber"]
    body = {"invoiceType": type_, "invoiceNumber": taken}
    api.call("invoices.update", expect=409, body=body, invoiceId=draft["id"])
    changed = update(api, "invoice", draft, invoiceType=type_)

    assert (changed["invoiceType"], changed["invoiceNumber"]) == (type_, draft["invoiceNumber"])
    assert amounts(changed) == [30, 0, 30]


@rule(
    "PATCH of a {kind} with a dueDate before date returns 400.",
    source="Assumed: the vendor states no rule",
)
@pytest.mark.assumed
@both_kinds
def test_an_update_cannot_set_a_due_date_before_the_date(
    api: Api, factory: Factory, kind: str
) -> None:
    document = getattr(factory, kind)(dueDate=factory.day(5))
    operation, _, parameter = KINDS[kind]
    path = {parameter: document["id"]}

    api.call(operation, expect=400, body={"dueDate": factory.day(-1)}, **path)
    both = {"date": factory.day(9), "dueDate": factory.day(8)}
    api.call(operation, expect=400, body=both, **path)
    same_day = {"date": factory.day(9), "dueDate": factory.day(9)}
    changed = api.call(operation, expect=200, body=same_day, **path)["data"]
    assert (changed["date"], changed["dueDate"]) == (factory.day(9), factory.day(9))


@rule(
    "PATCH of a {kind} with {field} that is invalid returns 400 and names the field.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
@both_kinds
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("date", "2026-02-30"), ("dueDate", "tomorrow"), ("customerUuid", "x"), ("products", []),
        ("currency", "euro"), ("discount", -1), ("taxSetting", "gross"), ("isDraft", "no"),
        ("invoiceType", "bill"), ("tagUuids", ["x"]),
    ],
)  # fmt: skip
def test_an_update_rejects_an_invalid_value(
    api: Api, factory: Factory, kind: str, field: str, value: object
) -> None:
    operation, _, parameter = KINDS[kind]
    document = getattr(factory, kind)()
    error = api.call(operation, expect=400, body={field: value}, **{parameter: document["id"]})

    assert error["code"] == "validation_error"
    assert error["errors"][0]["field"].startswith(field)


@rule(
    "A line whose product has no category account returns 400 in PATCH of a {kind}.",
    source="Documented: developers.getcount.com/api-reference/invoices, Create Invoice page",
)
@both_kinds
def test_an_update_needs_products_with_an_account(api: Api, factory: Factory, kind: str) -> None:
    product = factory.product(categoryAccountUuid=None)
    operation, _, parameter = KINDS[kind]
    document = getattr(factory, kind)()
    body = {"products": [factory.line(), factory.line(product=product)]}
    error = api.call(operation, expect=400, body=body, **{parameter: document["id"]})

    assert error["code"] == "product_missing_category_account"
    assert error["details"]["productUuid"] == product["id"]
