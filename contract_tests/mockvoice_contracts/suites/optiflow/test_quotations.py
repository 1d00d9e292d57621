"""Quotations: offers, and the invoices that are made of them."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.suites.optiflow.factories import (
    UNKNOWN_ID,
    Factory,
    Record,
    id_parameter,
    workspace_header,
)


def convert(make: Factory, quotation: Record, **body: object) -> Record:
    return make.create("quotations.convert", body, **id_parameter("quotations", quotation))


def test_a_new_quotation_is_a_draft_that_moves_no_stock(make: Factory) -> None:
    product = make.product(1)
    made = make.quotation(
        {"product_id": product["id"], "quantity": 5}, due_date=make.day(9), notes="Oferta"
    )

    assert make.read("quotations", made) == made
    assert (made["status"], made["total_amount"], made["due_date"]) == (
        "draft",
        "500.00",
        make.day(9),
    )
    assert made["contact"] == make.customer
    assert made["document_subtype"]["id"] == make.quotation_series_id
    assert make.stock(product) == 1


def test_quotations_are_numbered_by_their_own_series(make: Factory) -> None:
    series = make.series(type="quotation")
    numbers = [
        make.quotation(document_subtype_id=series["id"])["document_number"] for _ in range(2)
    ]

    assert numbers == [f"{series['prefix']}0000000{n}" for n in (1, 2)]
    body = make.invoice_body(document_subtype_id=series["id"])
    assert make.error_fields("invoices.create", body) == ["document_subtype_id"]
    assert make.error_fields("quotations.create", make.invoice_body()) == ["document_subtype_id"]


@pytest.mark.parametrize("status", ["sent", "approved", "rejected", "cancelled", "draft"])
def test_a_status_can_be_sent_from_any_other(make: Factory, status: str) -> None:
    quotation = make.quotation()
    make.update("quotations", quotation, status="rejected")

    assert make.update("quotations", quotation, status=status)["status"] == status
    where = id_parameter("quotations", quotation)
    assert make.error_fields("quotations.update", {"status": "converted"}, **where) == ["status"]


@pytest.mark.parametrize("operation", ["quotations.update", "quotations.replace"])
def test_an_update_changes_lines_and_keeps_the_rest(
    api: Api, make: Factory, operation: str
) -> None:
    made = make.quotation({}, {"unit_price": 5}, notes="Oferta")
    body = {"items": [{"id": made["items"][0]["id"], "quantity": 3}]}
    changed = api.call(operation, expect=200, body=body, **id_parameter("quotations", made))["data"]

    assert (changed["total_amount"], changed["notes"], len(changed["items"])) == (
        "300.00",
        "Oferta",
        1,
    )
    assert changed["items"][0]["id"] == made["items"][0]["id"]


def test_a_conversion_makes_the_invoice_that_was_offered(make: Factory) -> None:
    product, tax = make.product(10), make.tax_id("itbis 16.00")
    line = {
        "product_id": product["id"],
        "quantity": 5,
        "unit_price": 320,
        "discount_amount": 150,
        "taxes": [tax],
    }
    quotation = make.quotation(line, notes="Válida", due_date=make.day(20))
    make.update("products", product, price=999)
    invoice = convert(make, quotation, document_subtype_id=make.invoice_series_id)

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
    assert (invoice["issue_date"], invoice["due_date"]) == (make.day(), make.day(20))
    assert invoice["payment_term"] == "manual"
    intro = f"Generada a partir de la cotización {quotation['document_number']}."
    assert invoice["notes"] == f"{intro}\nVálida"
    kept = (
        "product_id",
        "description",
        "quantity",
        "unit_price",
        "discount_rate",
        "taxes",
        "total",
    )
    assert [{n: each[n] for n in kept} for each in invoice["items"]] == [
        {n: each[n] for n in kept} for each in quotation["items"]
    ]
    assert make.stock(product) == 5
    assert make.read("quotations", quotation)["status"] == "converted"


def test_an_offered_tax_rate_is_kept(make: Factory) -> None:
    tax = make.create("taxes.create", {"name": make.name("Tasa"), "type": "other", "rate": 7})
    quotation = make.quotation({"taxes": [tax["id"]]})
    make.update("quotations", quotation, status="approved")
    make.update("taxes", tax, rate=50)

    assert (
        convert(make, quotation, document_subtype_id=make.invoice_series_id)["tax_amount"] == "7.00"
    )


@pytest.mark.assumed
def test_an_invoice_may_have_days_of_its_own(make: Factory) -> None:
    own = {
        "document_subtype_id": make.invoice_series_id,
        "issue_date": "2026-01-05",
        "due_date": "2026-01-06",
    }
    invoice = convert(make, make.quotation(), **own)
    late = make.quotation(issue_date="2026-01-01", due_date="2026-01-02")

    assert (invoice["issue_date"], invoice["due_date"]) == ("2026-01-05", "2026-01-06")
    assert convert(make, late, document_subtype_id=make.invoice_series_id)["due_date"] is None
    where = id_parameter("quotations", make.quotation())
    backwards = {"issue_date": "2026-01-05", "due_date": "2026-01-04"}
    assert make.error_fields("quotations.convert", backwards, **where) == ["due_date"]
    unknown = {"document_subtype_id": UNKNOWN_ID}
    assert make.error_fields("quotations.convert", unknown, **where) == ["document_subtype_id"]


def test_a_conversion_needs_no_body_and_takes_the_preferred_series(api: Api, make: Factory) -> None:
    workspace, series = make.workspace(), make.series()
    where = {"workspaceId": workspace["id"], **id_parameter("document_subtypes", series)}
    api.call("document_subtypes.set_preferred", expect=200, **where)
    body = make.invoice_body(document_subtype_id=make.quotation_series_id)
    quotation = make.create("quotations.create", body, headers=workspace_header(workspace))
    converted = api.call(
        "quotations.convert",
        expect=201,
        headers=workspace_header(workspace),
        **id_parameter("quotations", quotation),
    )["data"]

    assert converted["document_number"] == f"{series['prefix']}00000001"


def test_too_little_stock_leaves_the_quotation_as_it_was(make: Factory) -> None:
    product, series = make.product(2), make.series()
    quotation = make.quotation({}, {"product_id": product["id"], "quantity": 3})
    body = {"document_subtype_id": series["id"]}

    where = id_parameter("quotations", quotation)
    assert make.error_fields("quotations.convert", body, **where) == ["items.1.quantity"]
    assert make.read("quotations", quotation) == quotation
    assert make.read("document_subtypes", series)["next_number"] == 1


@pytest.mark.parametrize("status", ["rejected", "cancelled"])
def test_what_was_turned_down_is_not_converted(make: Factory, status: str) -> None:
    quotation = make.quotation()
    make.update("quotations", quotation, status=status)

    assert make.error_fields("quotations.convert", {}, **id_parameter("quotations", quotation)) == [
        "error"
    ]


def test_a_converted_quotation_is_final(api: Api, make: Factory) -> None:
    quotation = make.quotation()
    invoice = convert(make, quotation, document_subtype_id=make.invoice_series_id)
    where = id_parameter("quotations", quotation)

    assert make.error_fields("quotations.convert", {}, **where) == ["error"]
    assert make.error_fields("quotations.update", {"notes": "x"}, **where) == ["error"]
    assert make.error_fields("quotations.delete", None, **where) == ["error"]
    assert make.error_fields(
        "invoices.create", make.invoice_body(quotation_id=quotation["id"])
    ) == ["quotation_id"]
    api.call("invoices.delete", expect=204, **id_parameter("invoices", invoice))
    assert make.read("quotations", quotation)["status"] == "converted"


def test_an_invoice_that_names_its_quotation_converts_it(make: Factory) -> None:
    quotation = make.quotation()
    invoice = make.invoice(quotation_id=quotation["id"])

    assert invoice["quotation_id"] == quotation["id"]
    assert make.read("quotations", quotation)["status"] == "converted"


def test_a_deleted_quotation_is_gone(api: Api, make: Factory) -> None:
    where = id_parameter("quotations", make.quotation())
    api.call("quotations.delete", expect=204, **where)

    api.call("quotations.get", expect=404, **where)
    api.call("quotations.delete", expect=404, **where)


def test_a_quotation_of_another_workspace_is_not_there(api: Api, make: Factory) -> None:
    quotation, headers = make.quotation(), workspace_header(make.workspace())
    where = id_parameter("quotations", quotation)

    for operation in ("get", "delete", "pdf", "convert"):
        api.call(f"quotations.{operation}", expect=404, headers=headers, **where)
