"""Quotations and their conversion to invoices."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.optiflow.factories import (
    UNKNOWN_ID,
    Factory,
    Record,
    id_parameter,
    workspace_header,
)
from mockvoice_contracts.suites.optiflow.same_records import check_same


def convert(factory: Factory, quotation: Record, **body: object) -> Record:
    return factory.create("quotations.convert", body, **id_parameter("quotations", quotation))


@rule(
    "A new quotation is a draft, also for more than the stock, and moves no stock.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/quotations",
)
def test_a_new_quotation_is_a_draft_that_moves_no_stock(factory: Factory) -> None:
    product = factory.product(1)
    created = factory.quotation(
        {"product_id": product["id"], "quantity": 5}, due_date=factory.day(9), notes="Oferta"
    )

    check_same(factory.read("quotations", created), created)
    assert (created["status"], created["total_amount"], created["due_date"]) == (
        "draft",
        "500.00",
        factory.day(9),
    )
    check_same(created["contact"], factory.customer)
    assert created["document_subtype"]["id"] == factory.quotation_series_id
    assert factory.stock(product) == 1


@rule(
    "The invoice of a quotation has its currency and its amounts, without a conversion.",
    source="Assumed: no source says which currency the invoice gets",
)
@pytest.mark.assumed
def test_the_invoice_of_a_quotation_keeps_its_currency(factory: Factory) -> None:
    currency = factory.create("currencies.create", factory.currency_body())
    quotation = factory.quotation({"unit_price": 75}, currency_id=currency["id"])

    invoice = convert(factory, quotation)

    assert (invoice["currency_id"], invoice["total_amount"]) == (currency["id"], "75.00")


@rule(
    "A quotation takes the next number of a series of type quotation; a series of another type gets 422 on document_subtype_id.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/CreateQuotationAction.php",
)
def test_quotations_are_numbered_by_their_own_series(factory: Factory) -> None:
    series = factory.series(type="quotation")
    numbers = [
        factory.quotation(document_subtype_id=series["id"])["document_number"] for _ in range(2)
    ]

    assert numbers == [f"{series['prefix']}0000000{n}" for n in (1, 2)]
    body = factory.invoice_body(document_subtype_id=series["id"])
    assert factory.error_fields("invoices.create", body) == ["document_subtype_id"]
    assert factory.error_fields("quotations.create", factory.invoice_body()) == [
        "document_subtype_id"
    ]


@rule(
    "An update sets a quotation's status to {status}; converted gets 422 on status.",
    source="Assumed: the source accepts a status; which ones has no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize("status", ["sent", "approved", "rejected", "cancelled", "draft"])
def test_any_status_but_converted_can_be_set(factory: Factory, status: str) -> None:
    quotation = factory.quotation()
    factory.update("quotations", quotation, status="rejected")

    assert factory.update("quotations", quotation, status=status)["status"] == status
    path_params = id_parameter("quotations", quotation)
    assert factory.error_fields("quotations.update", {"status": "converted"}, **path_params) == [
        "status"
    ]


@rule(
    "An update of a quotation changes the lines whose id is sent, removes the rest, and keeps the other fields.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/quotations",
)
@pytest.mark.parametrize("operation", ["quotations.update", "quotations.replace"])
def test_an_update_changes_lines_and_keeps_other_fields(
    api: Api, factory: Factory, operation: str
) -> None:
    created = factory.quotation({}, {"unit_price": 5}, notes="Oferta")
    body = {"items": [{"id": created["items"][0]["id"], "quantity": 3}]}
    changed = api.call(operation, expect=200, body=body, **id_parameter("quotations", created))[
        "data"
    ]

    assert (changed["total_amount"], changed["notes"], len(changed["items"])) == (
        "300.00",
        "Oferta",
        1,
    )
    assert changed["items"][0]["id"] == created["items"][0]["id"]


@rule(
    "convert-to-invoice creates an invoice with the quotation's items, discounts, taxes and amounts, takes its stock, and the quotation becomes converted.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/quotations",
)
def test_a_conversion_creates_the_quoted_invoice(factory: Factory) -> None:
    product, tax = factory.product(10), factory.tax_id("itbis 16.00")
    line = {
        "product_id": product["id"],
        "quantity": 5,
        "unit_price": 320,
        "discount_amount": 150,
        "taxes": [tax],
    }
    quotation = factory.quotation(line, notes="Válida", due_date=factory.day(20))
    factory.update("products", product, price=999)
    invoice = convert(factory, quotation, document_subtype_id=factory.invoice_series_id)

    for name in (
        "contact_id",
        "currency_id",
        "subtotal_amount",
        "discount_amount",
        "tax_amount",
        "total_amount",
    ):
        assert invoice[name] == quotation[name]
    assert (invoice["quotation_id"], invoice["status"]) == (quotation["id"], "pending_payment")
    assert (invoice["issue_date"], invoice["due_date"]) == (factory.day(), factory.day(20))
    assert invoice["payment_term"] == "manual"
    assert quotation["document_number"] in invoice["notes"]
    assert invoice["notes"].endswith("Válida")
    kept_fields = (
        "product_id",
        "description",
        "quantity",
        "unit_price",
        "discount_rate",
        "taxes",
        "total",
    )
    for item, quoted in zip(invoice["items"], quotation["items"], strict=True):
        check_same({n: item[n] for n in kept_fields}, quoted)
    assert factory.stock(product) == 5
    assert factory.read("quotations", quotation)["status"] == "converted"


@rule(
    "An invoice from a quotation has the quoted tax, even if the tax's rate was updated meanwhile.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/quotations",
)
def test_a_conversion_keeps_the_quoted_tax_rate(factory: Factory) -> None:
    tax = factory.create(
        "taxes.create", {"name": factory.unique_name("Tasa"), "type": "other", "rate": 7}
    )
    quotation = factory.quotation({"taxes": [tax["id"]]})
    factory.update("quotations", quotation, status="approved")
    factory.update("taxes", tax, rate=50)

    assert (
        convert(factory, quotation, document_subtype_id=factory.invoice_series_id)["tax_amount"]
        == "7.00"
    )


@rule(
    "convert-to-invoice takes document_subtype_id, issue_date and due_date; the quotation's due_date before the new issue_date becomes null.",
    source="Assumed: the documentation gives the operation no body",
)
@pytest.mark.assumed
def test_a_conversion_can_set_the_dates_of_the_invoice(factory: Factory) -> None:
    fields = {
        "document_subtype_id": factory.invoice_series_id,
        "issue_date": "2026-01-05",
        "due_date": "2026-01-06",
    }
    invoice = convert(factory, factory.quotation(), **fields)
    late = factory.quotation(issue_date="2026-01-01", due_date="2026-01-02")

    assert (invoice["issue_date"], invoice["due_date"]) == ("2026-01-05", "2026-01-06")
    assert convert(factory, late, document_subtype_id=factory.invoice_series_id)["due_date"] is None
    path_params = id_parameter("quotations", factory.quotation())
    wrong_order = {"issue_date": "2026-01-05", "due_date": "2026-01-04"}
    assert factory.error_fields("quotations.convert", wrong_order, **path_params) == ["due_date"]
    unknown_series = {"document_subtype_id": UNKNOWN_ID}
    assert factory.error_fields("quotations.convert", unknown_series, **path_params) == [
        "document_subtype_id"
    ]


@rule(
    "convert-to-invoice without a body takes the next number of the workspace's preferred invoice series.",
    source="Observed: github.com/luisscruza/optiflow, app/Http/Controllers/CreateInvoiceFromQuotationController.php",
)
def test_a_conversion_without_a_body_uses_the_preferred_series(api: Api, factory: Factory) -> None:
    workspace, series = factory.workspace(), factory.series()
    path_params = {"workspaceId": workspace["id"], **id_parameter("document_subtypes", series)}
    api.call("document_subtypes.set_preferred", expect=200, **path_params)
    body = factory.invoice_body(document_subtype_id=factory.quotation_series_id)
    quotation = factory.create("quotations.create", body, headers=workspace_header(workspace))
    converted = api.call(
        "quotations.convert",
        expect=201,
        headers=workspace_header(workspace),
        **id_parameter("quotations", quotation),
    )["data"]

    assert converted["document_number"] == f"{series['prefix']}00000001"


@rule(
    "convert-to-invoice for more than the stock gets 422 on items.N.quantity; quotation and next_number stay as they were.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/CreateInvoiceItemAction.php",
)
def test_insufficient_stock_leaves_the_quotation_unchanged(factory: Factory) -> None:
    product, series = factory.product(2), factory.series()
    quotation = factory.quotation({}, {"product_id": product["id"], "quantity": 3})
    body = {"document_subtype_id": series["id"]}

    path_params = id_parameter("quotations", quotation)
    assert factory.error_fields("quotations.convert", body, **path_params) == ["items.1.quantity"]
    check_same(factory.read("quotations", quotation), quotation)
    assert factory.read("document_subtypes", series)["next_number"] == 1


def check_not_convertible(factory: Factory, status: str) -> None:
    quotation = factory.quotation()
    factory.update("quotations", quotation, status=status)

    errors = factory.error_fields("quotations.convert", {}, **id_parameter("quotations", quotation))
    assert errors == ["error"]
    assert factory.read("quotations", quotation)["status"] == status


@rule(
    "convert-to-invoice of a cancelled quotation gets 422 on error.",
    source="Observed: github.com/luisscruza/optiflow, app/Http/Controllers/ConvertQuotationToInvoiceController.php",
)
def test_a_cancelled_quotation_cannot_be_converted(factory: Factory) -> None:
    check_not_convertible(factory, "cancelled")


@rule(
    "convert-to-invoice of a rejected quotation gets 422 on error.",
    source="Assumed: the source has no rejected quotations",
)
@pytest.mark.assumed
def test_a_rejected_quotation_cannot_be_converted(factory: Factory) -> None:
    check_not_convertible(factory, "rejected")


@rule(
    "A converted quotation cannot be converted again (422 on error), and no other invoice can take its quotation_id (422).",
    source="Observed: github.com/luisscruza/optiflow, app/Http/Controllers/ConvertQuotationToInvoiceController.php",
)
def test_a_quotation_is_converted_only_once(factory: Factory) -> None:
    quotation = factory.quotation()
    convert(factory, quotation, document_subtype_id=factory.invoice_series_id)

    body = factory.invoice_body(quotation_id=quotation["id"])
    assert factory.error_fields("invoices.create", body) == ["quotation_id"]
    path_params = id_parameter("quotations", quotation)
    assert factory.error_fields("quotations.convert", {}, **path_params) == ["error"]


@rule(
    "A converted quotation cannot be updated or deleted (422 on error), and stays converted after its invoice is deleted.",
    source="Assumed: the source has no guard for updates",
)
@pytest.mark.assumed
def test_a_converted_quotation_is_final(api: Api, factory: Factory) -> None:
    quotation = factory.quotation()
    invoice = convert(factory, quotation, document_subtype_id=factory.invoice_series_id)
    path_params = id_parameter("quotations", quotation)

    assert factory.error_fields("quotations.update", {"notes": "x"}, **path_params) == ["error"]
    assert factory.error_fields("quotations.delete", None, **path_params) == ["error"]
    api.call("invoices.delete", expect=204, **id_parameter("invoices", invoice))
    assert factory.read("quotations", quotation)["status"] == "converted"
    assert factory.error_fields("quotations.convert", {}, **path_params) == ["error"]


@rule(
    "A new invoice with quotation_id makes that quotation converted.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/CreateInvoiceAction.php",
)
def test_an_invoice_with_a_quotation_id_converts_the_quotation(factory: Factory) -> None:
    quotation = factory.quotation()
    invoice = factory.invoice(quotation_id=quotation["id"])

    assert invoice["quotation_id"] == quotation["id"]
    assert factory.read("quotations", quotation)["status"] == "converted"


@rule(
    "After DELETE with 204, a quotation gets 404.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/quotations and api/overview",
)
def test_a_deleted_quotation_is_not_found(api: Api, factory: Factory) -> None:
    path_params = id_parameter("quotations", factory.quotation())
    api.call("quotations.delete", expect=204, **path_params)

    api.call("quotations.get", expect=404, **path_params)
    api.call("quotations.delete", expect=404, **path_params)


@rule(
    "A quotation of another workspace gets 404 from every operation.",
    source="Observed: github.com/luisscruza/optiflow, app/Concerns/BelongsToWorkspace.php",
)
def test_a_quotation_of_another_workspace_is_not_found(api: Api, factory: Factory) -> None:
    quotation, headers = factory.quotation(), workspace_header(factory.workspace())
    path_params = id_parameter("quotations", quotation)

    for operation in ("get", "delete", "pdf", "convert"):
        api.call(f"quotations.{operation}", expect=404, headers=headers, **path_params)
