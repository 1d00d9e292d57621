"""Invoices: creation, reading, updates, cancellation and deletion."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.suites.optiflow.factories import (
    UNKNOWN_ID,
    Factory,
    Record,
    id_parameter,
    workspace_header,
)


def test_a_new_invoice_is_returned_with_related_records(factory: Factory) -> None:
    salesman = factory.salesman()
    created = factory.invoice(payment_term="30days", notes="Gracias", salesmen_ids=[salesman["id"]])

    assert factory.read("invoices", created) == created
    assert (created["status"], created["amount_paid"], created["amount_due"]) == (
        "pending_payment", "0.00", "100.00",
    )  # fmt: skip
    assert created["contact"] == factory.customer
    assert created["document_subtype"]["id"] == factory.invoice_series_id
    assert [row["full_name"] for row in created["salesmen"]] == [f"{salesman['name']} Peña"]
    assert (created["payment_term"], created["notes"], created["payments"]) == (
        "30days",
        "Gracias",
        [],
    )


def test_a_line_without_a_description_has_the_products_name(factory: Factory) -> None:
    product = factory.service()
    lines = factory.invoice(
        {"product_id": product["id"]},
        {"product_id": product["id"], "description": "A medida"},
        {"product_id": product["id"], "description": ""},
    )["items"]

    assert [line["description"] for line in lines] == [product["name"], "A medida", product["name"]]
    assert lines[0]["product"] == {name: product[name] for name in ("id", "name", "sku")}


@pytest.mark.assumed
@pytest.mark.parametrize(
    ("term", "days"), [("30days", 30), ("Net 15", 15), ("manual", None), (None, None)]
)
def test_the_payment_terms_set_the_due_date(
    factory: Factory, term: str | None, days: int | None
) -> None:
    invoice = factory.invoice(payment_term=term)
    expected = days and (date.fromisoformat(invoice["issue_date"]) + timedelta(days)).isoformat()

    assert invoice["due_date"] == expected


def test_a_due_date_overrides_the_terms_and_is_not_before_the_issue_date(factory: Factory) -> None:
    same_day = factory.invoice(due_date=factory.day(), payment_term="30days")

    assert same_day["due_date"] == factory.day()
    assert factory.error_fields(
        "invoices.create", factory.invoice_body(due_date=factory.day(-1))
    ) == ["due_date"]


def test_the_default_currency_is_used_if_none_is_sent(factory: Factory) -> None:
    assert factory.invoice()["currency_id"] == factory.default_currency["id"]


@pytest.mark.parametrize("field", ["contact_id", "document_subtype_id", "issue_date", "items"])
def test_a_missing_field_is_rejected(factory: Factory, field: str) -> None:
    body = {name: value for name, value in factory.invoice_body().items() if name != field}

    assert factory.error_fields("invoices.create", body) == [field]


@pytest.mark.parametrize("field", ["product_id", "quantity", "unit_price"])
def test_a_missing_field_of_a_line_is_rejected(factory: Factory, field: str) -> None:
    assert factory.error_fields("invoices.create", factory.invoice_body({}, {field: None})) == [
        f"items.1.{field}"
    ]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"contact_id": UNKNOWN_ID}, "contact_id"),
        ({"document_subtype_id": UNKNOWN_ID}, "document_subtype_id"),
        ({"currency_id": UNKNOWN_ID}, "currency_id"),
        ({"salesmen_ids": [UNKNOWN_ID]}, "salesmen_ids.0"),
        ({"quotation_id": UNKNOWN_ID}, "quotation_id"),
        ({"items": []}, "items"),
        ({"issue_date": "2026-02-30"}, "issue_date"),
        ({"notes": "x" * 1001}, "notes"),
        ({"contact_id": "x"}, "contact_id"),
    ],
)
def test_unknown_references_and_invalid_values_are_rejected(
    factory: Factory, fields: Record, field: str
) -> None:
    assert factory.error_fields("invoices.create", factory.invoice_body(**fields)) == [field]


@pytest.mark.parametrize(
    ("item", "field"),
    [
        ({"product_id": UNKNOWN_ID}, "product_id"),
        ({"quantity": 0}, "quantity"),
        ({"quantity": "0.00"}, "quantity"),
        ({"quantity": "1.234"}, "quantity"),
        ({"unit_price": -1}, "unit_price"),
        ({"taxes": [UNKNOWN_ID]}, "taxes.0"),
        ({"description": "x" * 501}, "description"),
    ],
)
def test_invalid_values_of_a_line_are_rejected_with_its_position(
    factory: Factory, item: Record, field: str
) -> None:
    assert factory.error_fields("invoices.create", factory.invoice_body({}, item)) == [
        f"items.1.{field}"
    ]


def test_an_inactive_product_or_series_cannot_be_used(api: Api, factory: Factory) -> None:
    product, series = factory.service(is_active=False), factory.series()
    api.call(
        "document_subtypes.toggle_active", expect=200, **id_parameter("document_subtypes", series)
    )

    errors = factory.error_fields(
        "invoices.create", factory.invoice_body({"product_id": product["id"]})
    )
    assert errors == ["items.0.product_id"]
    errors = factory.error_fields(
        "invoices.create", factory.invoice_body(document_subtype_id=series["id"])
    )
    assert errors == ["document_subtype_id"]


def test_numeric_strings_are_accepted(factory: Factory) -> None:
    invoice = factory.invoice(
        {"quantity": "2.00", "unit_price": "10.50"}, contact_id=str(factory.customer["id"])
    )

    assert (invoice["total_amount"], invoice["contact_id"]) == ("21.00", factory.customer["id"])


def test_numeric_strings_may_end_in_zeros_after_the_stored_places(factory: Factory) -> None:
    line = {"quantity": "1.0000", "unit_price": "1250.0000", "discount_rate": "10.000"}
    invoice = factory.invoice(line)
    factory.payment(invoice, "1125.0000")

    assert (invoice["total_amount"], factory.read("invoices", invoice)["amount_due"]) == (
        "1125.00",
        "0.00",
    )


@pytest.mark.assumed
@pytest.mark.parametrize("field", ["quantity", "unit_price", "discount_amount", "discount"])
def test_a_numeric_string_with_other_digits_after_the_stored_places_is_rejected(
    factory: Factory, field: str
) -> None:
    body = factory.invoice_body({field: "1.0010"})

    assert factory.error_fields("invoices.create", body) == [f"items.0.{field}"]


@pytest.mark.assumed
@pytest.mark.parametrize(
    ("discount", "amount", "rate"),
    [
        (30, "30.00", "15.00"),
        ("30.00", "30.00", "15.00"),
        ("12.5%", "25.00", "12.50"),
        ("100 %", "200.00", "100.00"),
        (None, "0.00", "0.00"),
    ],
)
def test_a_discount_without_a_kind_is_an_amount_or_a_percentage(
    factory: Factory, discount: object, amount: str, rate: str
) -> None:
    item = factory.invoice({"quantity": 2, "discount": discount})["items"][0]

    assert (item["discount_amount"], item["discount_rate"]) == (amount, rate)


@pytest.mark.assumed
def test_the_names_with_a_kind_precede_a_discount_without(factory: Factory) -> None:
    first, second = factory.invoice(
        {"discount": "50%", "discount_rate": 10}, {"discount": 50, "discount_amount": 10}
    )["items"]

    assert (first["discount_amount"], second["discount_amount"]) == ("10.00", "10.00")
    for discount in (100.01, "101%", "x%", "%", -1):
        body = factory.invoice_body({"discount": discount})
        assert factory.error_fields("invoices.create", body) == ["items.0.discount"]


@pytest.mark.assumed
def test_a_discount_without_a_kind_changes_a_line(factory: Factory) -> None:
    created = factory.invoice({"discount_amount": 5})
    line = {"id": created["items"][0]["id"], "discount": "20%"}
    changed = factory.update("invoices", created, items=[line])
    kept = factory.update("invoices", created, items=[{"id": line["id"], "quantity": 2}])

    assert (changed["total_amount"], kept["total_amount"]) == ("80.00", "160.00")


@pytest.mark.assumed
def test_payment_terms_have_a_second_name(factory: Factory) -> None:
    net, on_receipt = (factory.invoice(payment_terms=text) for text in ("Net 30", "Due on Receipt"))
    both = factory.invoice(payment_terms="Net 30", payment_term="15days")
    dated = factory.invoice(payment_terms="Net 30", due_date=factory.day(1))

    assert (net["payment_terms"], net["payment_term"]) == ("Net 30", "Net 30")
    assert net["due_date"] == factory.day(30)
    assert (on_receipt["payment_terms"], on_receipt["due_date"]) == ("Due on Receipt", None)
    assert (both["payment_terms"], both["due_date"]) == ("15days", factory.day(15))
    assert dated["due_date"] == factory.day(1)


@pytest.mark.assumed
def test_an_update_of_payment_terms_keeps_the_due_date(factory: Factory) -> None:
    created = factory.invoice(payment_terms="Net 30")
    changed = factory.update("invoices", created, payment_terms="Net 60")
    untouched = factory.update("invoices", created, notes="Gracias")
    cleared = factory.update("invoices", created, payment_terms=None)

    assert (changed["payment_terms"], changed["due_date"]) == ("Net 60", created["due_date"])
    assert (untouched["payment_terms"], cleared["payment_terms"]) == ("Net 60", None)


@pytest.mark.parametrize("operation", ["invoices.update", "invoices.replace"])
def test_an_update_keeps_omitted_fields_and_null_clears_a_field(
    api: Api, factory: Factory, operation: str
) -> None:
    salesman = factory.salesman()
    created = factory.invoice(payment_term="30days", notes="Nota", salesmen_ids=[salesman["id"]])
    path_params = id_parameter("invoices", created)
    unchanged = api.call(operation, expect=200, body={}, **path_params)["data"]
    nulls = {"payment_term": None, "notes": "", "due_date": None, "salesmen_ids": []}
    cleared = api.call(operation, expect=200, body=nulls, **path_params)["data"]

    assert {**unchanged, "updated_at": None} == {**created, "updated_at": None}
    assert [cleared[name] for name in ("payment_term", "notes", "due_date", "salesmen")] == [
        None,
        None,
        None,
        [],
    ]


def test_an_update_changes_the_header(factory: Factory) -> None:
    other, salesman = factory.contact(), factory.salesman()
    changed = factory.update(
        "invoices", factory.invoice(), contact_id=other["id"], issue_date="2026-01-05",
        due_date="2026-02-05", salesman_ids=[salesman["id"]],
    )  # fmt: skip

    assert changed["contact"] == other
    assert (changed["issue_date"], changed["due_date"]) == ("2026-01-05", "2026-02-05")
    assert [row["id"] for row in changed["salesmen"]] == [salesman["id"]]


def test_an_update_matches_lines_by_id_and_adds_and_removes_lines(factory: Factory) -> None:
    created = factory.invoice({}, {"unit_price": 50, "description": "Se va"})
    first = created["items"][0]
    items = [factory.line(unit_price=7), {"id": first["id"], "quantity": 3}]
    changed = factory.update("invoices", created, items=items)

    assert [line["total"] for line in changed["items"]] == ["7.00", "300.00"]
    assert changed["items"][1]["id"] == first["id"]
    assert changed["total_amount"] == "307.00"


@pytest.mark.assumed
def test_a_line_with_an_unknown_id_is_a_new_line(factory: Factory) -> None:
    created = factory.invoice()
    path_params = id_parameter("invoices", created)
    changed = factory.update("invoices", created, items=[factory.line(id=UNKNOWN_ID)])

    assert changed["items"][0]["id"] not in (UNKNOWN_ID, created["items"][0]["id"])
    errors = factory.error_fields("invoices.update", {"items": [{"id": UNKNOWN_ID}]}, **path_params)
    assert errors == ["items.0.product_id", "items.0.quantity", "items.0.unit_price"]
    assert factory.error_fields("invoices.update", {"items": []}, **path_params) == ["items"]


def test_an_update_with_another_series_gives_the_invoice_a_number_of_it(
    api: Api, factory: Factory
) -> None:
    old, new = factory.series(), factory.series(start_number=7)
    created = factory.invoice(document_subtype_id=old["id"])
    same = factory.update("invoices", created, document_subtype_id=old["id"])
    expected = api.target.expected_status(strict=200, observed=422)
    body = {"document_subtype_id": new["id"]}
    response = api.call(
        "invoices.update", expect=expected, body=body, **id_parameter("invoices", created)
    )

    assert same["document_number"] == created["document_number"]
    if "errors" in response:
        assert list(response["errors"]) == ["document_subtype_id"]
        return
    changed = response["data"]
    assert (changed["document_subtype_id"], changed["document_subtype"]["id"]) == (new["id"],) * 2
    assert changed["document_number"] == f"{new['prefix']}00000007"
    following = factory.invoice(document_subtype_id=old["id"])
    assert following["document_number"] == f"{old['prefix']}00000002"


@pytest.mark.needs("settings")
def test_only_the_source_keeps_the_series_of_an_invoice(
    factory: Factory, settings: Callable[..., None]
) -> None:
    created, other = factory.invoice(), factory.series()
    path_params = id_parameter("invoices", created)
    body = {"document_subtype_id": other["id"], "notes": "Gracias"}
    settings(quirks="observed")

    assert factory.error_fields("invoices.update", body, **path_params) == ["document_subtype_id"]
    assert factory.read("invoices", created) == created
    settings(quirks="strict")
    changed = factory.update("invoices", created, **body)
    assert changed["document_number"] == f"{other['prefix']}00000001"


def test_an_update_cannot_select_a_series_that_is_inactive_or_exhausted(
    api: Api, factory: Factory
) -> None:
    inactive, exhausted = factory.series(), factory.series(end_number=2)
    api.call(
        "document_subtypes.toggle_active", expect=200, **id_parameter("document_subtypes", inactive)
    )
    for _ in range(2):
        factory.invoice(document_subtype_id=exhausted["id"])
    created = factory.invoice()
    for series_id in (inactive["id"], exhausted["id"], factory.quotation_series_id, UNKNOWN_ID):
        body, path_params = {"document_subtype_id": series_id}, id_parameter("invoices", created)
        assert factory.error_fields("invoices.update", body, **path_params) == [
            "document_subtype_id"
        ]
    assert factory.read("invoices", created) == created


def test_an_invoice_with_payments_cannot_be_changed_or_deleted(factory: Factory) -> None:
    for amount in (40, 100):
        created = factory.invoice()
        factory.payment(created, amount)
        path_params = id_parameter("invoices", created)

        assert factory.error_fields("invoices.update", {"notes": "x"}, **path_params) == ["error"]
        assert factory.error_fields("invoices.update", {"status": "cancelled"}, **path_params) == [
            "error"
        ]
        assert factory.error_fields("invoices.delete", None, **path_params) == ["error"]


@pytest.mark.assumed
def test_a_cancelled_invoice_keeps_its_number_and_can_only_be_deleted(
    api: Api, factory: Factory
) -> None:
    created = factory.invoice()
    path_params = id_parameter("invoices", created)
    cancelled = factory.update("invoices", created, status="cancelled", notes="Se ignora")

    assert (cancelled["status"], cancelled["notes"]) == ("cancelled", None)
    assert cancelled["document_number"] == created["document_number"]
    assert factory.error_fields("invoices.update", {"notes": "x"}, **path_params) == ["error"]
    assert factory.error_fields("payments.create", factory.payment_body(created)) == ["invoice_id"]
    api.call("invoices.delete", expect=204, **path_params)


@pytest.mark.assumed
@pytest.mark.parametrize("status", ["paid", "draft", "whatever"])
def test_any_other_submitted_status_is_ignored(factory: Factory, status: str) -> None:
    assert factory.invoice(status=status)["status"] == "pending_payment"
    assert (
        factory.update("invoices", factory.invoice(), status=status)["status"] == "pending_payment"
    )


@pytest.mark.assumed
def test_a_deleted_invoice_is_not_found_but_its_number_stays_used(
    api: Api, factory: Factory
) -> None:
    created = factory.invoice()
    path_params = id_parameter("invoices", created)
    api.call("invoices.delete", expect=204, **path_params)

    for operation in ("get", "delete", "pdf"):
        api.call(f"invoices.{operation}", expect=404, **path_params)
    api.call("invoices.update", expect=404, body={}, **path_params)
    api.call("payments.search_for_invoice", expect=404, **path_params)
    result = api.call(
        "invoices.search",
        expect=200,
        query={"filter[contact_id]": created["contact_id"], "per_page": 100},
    )
    assert created["id"] not in [row["id"] for row in result["data"]]
    body = factory.invoice_body(ncf=created["document_number"])
    assert factory.error_fields("invoices.create", body) == ["ncf"]


def test_an_invoice_of_another_workspace_is_not_found(api: Api, factory: Factory) -> None:
    workspace, created = factory.workspace(), factory.invoice()
    headers = workspace_header(workspace)
    elsewhere = factory.create("invoices.create", factory.invoice_body(), headers=headers)

    api.call("invoices.get", expect=404, headers=headers, **id_parameter("invoices", created))
    api.call("invoices.get", expect=404, **id_parameter("invoices", elsewhere))
    assert elsewhere["workspace_id"] == workspace["id"]
    rows = api.call("invoices.search", expect=200, headers=headers)["data"]
    assert [row["id"] for row in rows] == [elsewhere["id"]]


def test_an_invoice_keeps_its_currency(factory: Factory) -> None:
    currency = factory.create("currencies.create", factory.currency_body())
    invoice = factory.invoice({"unit_price": 75}, currency_id=currency["id"])

    assert (invoice["currency_id"], invoice["total_amount"]) == (currency["id"], "75.00")


def test_an_inactive_currency_cannot_be_used(factory: Factory) -> None:
    currency = factory.create("currencies.create", {**factory.currency_body(), "is_active": False})

    errors = factory.error_fields(
        "invoices.create", factory.invoice_body(currency_id=currency["id"])
    )
    assert errors == ["currency_id"]
