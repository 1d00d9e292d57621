"""Bodies of templates: the rules of an invoice's body hold for creation and update of templates too."""

import json
from decimal import Decimal
from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.count.comparison import shared_members
from mockvoice_contracts.suites.count.factories import Factory, Record, to_decimal
from mockvoice_contracts.suites.count.known_amounts import CASES, lines_of

INVALID: dict[str, Any] = {
    "discount": 100.01, "taxSetting": "both", "currency": "euro", "date": "1.1.2026",
    "invoiceType": "bill", "isDraft": "maybe", "tagUuids": "x", "recurrenceInterval": 1.5,
    "inAdvanceCreationDays": "two", "notes": 7, "products": [], "customerUuid": "7",
}  # fmt: skip


@rule(
    "POST and PATCH of a template with an invalid {field} return 400 with the field, and change nothing.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
@pytest.mark.parametrize("field", INVALID)
def test_an_invalid_field_of_a_template_is_rejected(api: Api, factory: Factory, field: str) -> None:
    template = factory.template()
    fields = {field: INVALID[field]}
    body = {**factory.invoice_body(), "recurrencePattern": "monthly", **fields}
    path = {"templateId": template["id"]}
    for operation, sent, parameters in (("create", body, {}), ("update", fields, path)):
        name = f"recurring_invoice_templates.{operation}"
        error = api.call(name, expect=400, body=sent, **parameters)
        assert error["code"] == "validation_error"
        assert field in {row["field"].partition(".")[0] for row in error["errors"]}

    after = factory.get_template(template)
    assert shared_members(after, template) == shared_members(template, after)


@rule(
    "A line of a template with {change} returns 400, on creation and update.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
@pytest.mark.parametrize(
    "change",
    [{"quantity": 0}, {"quantity": "many"}, {"unitPrice": -0.01}, {"price": "x"}, {"taxes": ["x"]}],
)
def test_an_invalid_line_of_a_template_is_rejected(
    api: Api, factory: Factory, change: Record
) -> None:
    products = {"products": [factory.line(), {**factory.line(), **change}]}
    body = {**factory.invoice_body(), "recurrencePattern": "monthly", **products}
    path = {"templateId": factory.template()["id"]}

    for operation, sent, parameters in (("create", body, {}), ("update", products, path)):
        name = f"recurring_invoice_templates.{operation}"
        error = api.call(name, expect=400, body=sent, **parameters)
        assert error["errors"][0]["field"].startswith("products.1")


@rule(
    "A line of a template whose product has no category account or was deleted is rejected, on creation and update.",
    source="Documented: developers.getcount.com, page Create Invoice",
)
def test_a_template_needs_products_that_can_be_invoiced(api: Api, factory: Factory) -> None:
    without_account, deleted = factory.product(categoryAccountUuid=None), factory.product()
    api.call("products.delete", expect=200, productId=deleted["id"])
    path = {"templateId": factory.template()["id"]}
    for product, status, code in (
        (without_account, 400, "product_missing_category_account"),
        (deleted, 404, "reference_not_found"),
    ):
        products = {"products": [factory.line(product=product)]}
        body = {**factory.invoice_body(), "recurrencePattern": "monthly", **products}
        for operation, sent, parameters in (("create", body, {}), ("update", products, path)):
            name = f"recurring_invoice_templates.{operation}"
            assert api.call(name, expect=status, body=sent, **parameters)["code"] == code


@rule(
    "A numeric {field} returns 400 in POST and PATCH of templates and in PATCH of drafts.",
    source="Assumed: the vendor states that numeric ids must not be sent, not the error",
)
@pytest.mark.assumed
@pytest.mark.parametrize("field", ["customerId", "tags"])
def test_legacy_numeric_ids_are_rejected(
    api: Api, factory: Factory, draft: Record, field: str
) -> None:
    fields: Record = {field: [7] if field == "tags" else 7}
    body = {**factory.invoice_body(), "recurrencePattern": "monthly", **fields}
    template_path = {"templateId": factory.template()["id"]}
    requests: list[tuple[str, Record, Record]] = [
        ("recurring_invoice_templates.create", body, {}),
        ("recurring_invoice_templates.update", fields, template_path),
        ("invoices.update", fields, {"invoiceId": draft["id"]}),
    ]

    for operation, sent, path in requests:
        assert api.call(operation, expect=400, body=sent, **path)["code"] == "legacy_numeric_field"


@rule(
    "Amounts of a template are rounded and added up like those of an invoice.",
    source="Assumed: half up and the sums are in the vendor's samples, the order of steps is not",
)
@pytest.mark.assumed
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name.removesuffix(".json"))
def test_a_template_has_the_known_amounts(factory: Factory, path: Any) -> None:
    case = json.loads(path.read_bytes())
    template = factory.template(
        taxSetting=case["taxSetting"], discount=case["discount"], products=lines_of(factory, case)
    )
    expected = case["expected"]

    for name in ("subtotal", "taxTotal", "total"):
        assert to_decimal(template[name]) == Decimal(expected[name]), f"{name}: {case['source']}"


@rule(
    "A template accepts numbers as strings, products by uuid, and taxes by UUID, id or object, on creation and update.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
@pytest.mark.parametrize("operation", ["create", "update"])
def test_a_template_accepts_every_form_of_a_line(
    api: Api, factory: Factory, operation: str
) -> None:
    tax = factory.tax(10)
    forms = (tax["uuid"], tax["id"], {"uuid": tax["uuid"]}, {"id": tax["id"]})
    lines = [factory.line("10.00", "2", taxes=[form]) for form in forms]
    lines[0]["uuid"] = lines[0].pop("productUuid")
    body: Record = {"products": lines, "discount": "8.00"}
    if operation == "create":
        record = factory.template(**body)
    else:
        path = {"templateId": factory.template()["id"]}
        name = "recurring_invoice_templates.update"
        record = api.call(name, expect=200, body=body, **path)["data"]

    assert [line["taxAmount"] for line in record["products"]] == [2, 2, 2, 2]
    assert (record["subtotal"], record["taxTotal"], record["total"]) == (80, 8, 80)
    assert {line["productUuid"] for line in record["products"]} == {factory.untaxed_product["id"]}
