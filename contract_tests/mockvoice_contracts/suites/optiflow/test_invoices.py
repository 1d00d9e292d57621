"""Invoices: creation, reading, updates, cancellation and deletion."""

from collections.abc import Callable
from datetime import date, timedelta

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


@rule(
    "A new invoice is pending_payment with its total_amount due, and has its contact, document_subtype, salesmen and payments.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/invoices",
)
def test_a_new_invoice_is_returned_with_related_records(factory: Factory) -> None:
    salesman = factory.salesman()
    created = factory.invoice(payment_term="30days", notes="Gracias", salesmen_ids=[salesman["id"]])

    check_same(factory.read("invoices", created), created)
    assert (created["status"], created["amount_paid"], created["amount_due"]) == (
        "pending_payment", "0.00", "100.00",
    )  # fmt: skip
    check_same(created["contact"], factory.customer)
    assert created["document_subtype"]["id"] == factory.invoice_series_id
    assert [row["full_name"] for row in created["salesmen"]] == [f"{salesman['name']} Peña"]
    assert (created["payment_term"], created["notes"], created["payments"]) == (
        "30days",
        "Gracias",
        [],
    )


@rule(
    "An item without description has the name of its product.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/invoices",
)
def test_a_line_without_a_description_has_the_products_name(factory: Factory) -> None:
    product = factory.service()
    lines = factory.invoice(
        {"product_id": product["id"]},
        {"product_id": product["id"], "description": "A medida"},
        {"product_id": product["id"], "description": ""},
    )["items"]

    assert [line["description"] for line in lines] == [product["name"], "A medida", product["name"]]
    check_same(lines[0]["product"], {name: product[name] for name in ("id", "name", "sku")})


@rule(
    'Without due_date, the payment_term "{term}" sets it that many days after issue_date; a term without a number leaves it null.',
    source="Assumed: in the source only the app's own screen derives the date",
)
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


@rule(
    "A sent due_date is kept, whatever payment_term says; one before issue_date gets 422 on due_date.",
    source="Observed: github.com/luisscruza/optiflow, app/Http/Requests/CreateInvoiceRequest.php",
)
def test_a_due_date_overrides_the_terms_and_is_not_before_the_issue_date(factory: Factory) -> None:
    same_day = factory.invoice(due_date=factory.day(), payment_term="30days")

    assert same_day["due_date"] == factory.day()
    assert factory.error_fields(
        "invoices.create", factory.invoice_body(due_date=factory.day(-1))
    ) == ["due_date"]


@rule(
    "An invoice without currency_id has the default currency.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/invoices",
)
def test_the_default_currency_is_used_if_none_is_sent(factory: Factory) -> None:
    assert factory.invoice()["currency_id"] == factory.default_currency["id"]


@rule(
    "POST /invoices without {field} gets 422 on {field}.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/invoices",
)
@pytest.mark.parametrize("field", ["contact_id", "document_subtype_id", "issue_date", "items"])
def test_a_missing_field_is_rejected(factory: Factory, field: str) -> None:
    body = {name: value for name, value in factory.invoice_body().items() if name != field}

    assert factory.error_fields("invoices.create", body) == [field]


@rule(
    "An item of POST /invoices without {field} gets 422 on items.N.{field}.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/invoices",
)
@pytest.mark.parametrize("field", ["product_id", "quantity", "unit_price"])
def test_a_missing_field_of_a_line_is_rejected(factory: Factory, field: str) -> None:
    assert factory.error_fields("invoices.create", factory.invoice_body({}, {field: None})) == [
        f"items.1.{field}"
    ]


@rule(
    "POST /invoices with an unknown reference or an invalid value gets 422 on {field}.",
    source="Observed: github.com/luisscruza/optiflow, app/Http/Requests/CreateInvoiceRequest.php",
)
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


@rule(
    "An item with an invalid {field} gets 422 on items.N.{field}, with N from 0.",
    source="Observed: github.com/luisscruza/optiflow, app/Http/Requests/CreateInvoiceRequest.php",
)
@pytest.mark.parametrize(
    ("item", "field"),
    [
        ({"product_id": UNKNOWN_ID}, "product_id"),
        ({"quantity": 0}, "quantity"),
        ({"quantity": "0.00"}, "quantity"),
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


@rule(
    "An inactive product gets 422 on items.0.product_id, an inactive series 422 on document_subtype_id.",
    source="Observed: github.com/luisscruza/optiflow, app/Scopes/ActiveProductScope.php and app/Models/DocumentSubtype.php",
)
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


@rule(
    'Amounts, quantities and ids can be sent as text: "2.00" × "10.50" is 21.00.',
    source="Assumed: the reference accepts numbers and text without a source",
)
@pytest.mark.assumed
def test_numeric_strings_are_accepted(factory: Factory) -> None:
    invoice = factory.invoice(
        {"quantity": "2.00", "unit_price": "10.50"}, contact_id=str(factory.customer["id"])
    )

    assert (invoice["total_amount"], invoice["contact_id"]) == ("21.00", factory.customer["id"])


@rule(
    'Text such as "1250.0000" counts as 1250.00 in lines and payments.',
    source="Assumed: the reference accepts numbers and text without a source",
)
@pytest.mark.assumed
def test_numeric_strings_may_end_in_zeros_after_the_stored_places(factory: Factory) -> None:
    line = {"quantity": "1.0000", "unit_price": "1250.0000", "discount_rate": "10.000"}
    invoice = factory.invoice(line)
    factory.payment(invoice, "1125.0000")

    assert (invoice["total_amount"], factory.read("invoices", invoice)["amount_due"]) == (
        "1125.00",
        "0.00",
    )


@rule(
    'An item with the text "1.0010" as {field} gets 422 on items.0.{field}.',
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize("field", ["quantity", "unit_price", "discount_amount", "discount"])
def test_a_numeric_string_with_other_digits_after_the_stored_places_is_rejected(
    factory: Factory, field: str
) -> None:
    for text in ("1.0010", "1.234"):
        body = factory.invoice_body({field: text})
        assert factory.error_fields("invoices.create", body) == [f"items.0.{field}"]


@rule(
    "The item field discount {discount} on a subtotal of 200.00 takes {amount} off, a discount_rate of {rate}.",
    source='Assumed: the documentation says "amount or percentage" without a name',
)
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


@rule(
    "discount_rate and discount_amount win over discount; a discount above the subtotal or that is no number gets 422 on items.0.discount.",
    source="Assumed: the documentation gives the field no name",
)
@pytest.mark.assumed
def test_the_names_with_a_kind_precede_a_discount_without(factory: Factory) -> None:
    first, second = factory.invoice(
        {"discount": "50%", "discount_rate": 10}, {"discount": 50, "discount_amount": 10}
    )["items"]

    assert (first["discount_amount"], second["discount_amount"]) == ("10.00", "10.00")
    for discount in (100.01, "101%", "x%", "%", -1):
        body = factory.invoice_body({"discount": discount})
        assert factory.error_fields("invoices.create", body) == ["items.0.discount"]


@rule(
    "An update with the item field discount replaces the line's discount, and a later update without it keeps it.",
    source="Assumed: the documentation gives the field no name",
)
@pytest.mark.assumed
def test_a_discount_without_a_kind_changes_a_line(factory: Factory) -> None:
    created = factory.invoice({"discount_amount": 5})
    line = {"id": created["items"][0]["id"], "discount": "20%"}
    changed = factory.update("invoices", created, items=[line])
    kept = factory.update("invoices", created, items=[{"id": line["id"], "quantity": 2}])

    assert (changed["total_amount"], kept["total_amount"]) == ("80.00", "160.00")


@rule(
    "payment_terms is another name of payment_term, which wins if both are sent.",
    source="Assumed: the documentation gives the field no name",
)
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


@rule(
    "An update of payment_terms leaves due_date as it is, and null clears the terms.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_an_update_of_payment_terms_keeps_the_due_date(factory: Factory) -> None:
    created = factory.invoice(payment_terms="Net 30")
    changed = factory.update("invoices", created, payment_terms="Net 60")
    untouched = factory.update("invoices", created, notes="Gracias")
    cleared = factory.update("invoices", created, payment_terms=None)

    assert (changed["payment_terms"], changed["due_date"]) == ("Net 60", created["due_date"])
    assert (untouched["payment_terms"], cleared["payment_terms"]) == ("Net 60", None)


@rule(
    "PUT and PATCH of an invoice keep the fields that the body leaves out.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/invoices",
)
@pytest.mark.parametrize("operation", ["invoices.update", "invoices.replace"])
def test_an_update_keeps_omitted_fields(api: Api, factory: Factory, operation: str) -> None:
    salesman = factory.salesman()
    created = factory.invoice(payment_term="30days", notes="Nota", salesmen_ids=[salesman["id"]])
    path_params = id_parameter("invoices", created)
    unchanged = api.call(operation, expect=200, body={}, **path_params)["data"]

    check_same(unchanged, created, ignoring=["updated_at"])


@rule(
    "In an update of an invoice, null clears payment_term, notes and due_date, and an empty list salesmen_ids.",
    source="Assumed: in the source a null is skipped and clears nothing",
)
@pytest.mark.assumed
@pytest.mark.parametrize("operation", ["invoices.update", "invoices.replace"])
def test_null_clears_a_field(api: Api, factory: Factory, operation: str) -> None:
    salesman = factory.salesman()
    created = factory.invoice(payment_term="30days", notes="Nota", salesmen_ids=[salesman["id"]])
    path_params = id_parameter("invoices", created)
    nulls = {"payment_term": None, "notes": "", "due_date": None, "salesmen_ids": []}
    cleared = api.call(operation, expect=200, body=nulls, **path_params)["data"]

    assert [cleared[name] for name in ("payment_term", "notes", "due_date", "salesmen")] == [
        None,
        None,
        None,
        [],
    ]


@rule(
    "An update of an invoice changes contact_id, issue_date, due_date and salesmen_ids.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/invoices",
)
def test_an_update_changes_the_header(factory: Factory) -> None:
    other, salesman = factory.contact(), factory.salesman()
    changed = factory.update(
        "invoices", factory.invoice(), contact_id=other["id"], issue_date="2026-01-05",
        due_date="2026-02-05", salesmen_ids=[salesman["id"]],
    )  # fmt: skip

    check_same(changed["contact"], other)
    assert (changed["issue_date"], changed["due_date"]) == ("2026-01-05", "2026-02-05")
    assert [row["id"] for row in changed["salesmen"]] == [salesman["id"]]


@rule(
    "salesman_ids is another name of salesmen_ids.",
    source="Assumed: the documentation gives the field no name",
)
@pytest.mark.assumed
def test_the_salesmen_have_a_second_name(factory: Factory) -> None:
    salesman = factory.salesman()
    created = factory.invoice(salesman_ids=[salesman["id"]])
    cleared = factory.update("invoices", created, salesman_ids=[])

    assert [row["id"] for row in created["salesmen"]] == [salesman["id"]]
    assert cleared["salesmen"] == []


@rule(
    "An update with items changes the lines whose id is sent, adds those without id, removes the rest, and computes the totals again.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/UpdateInvoiceAction.php",
)
def test_an_update_matches_lines_by_id_and_adds_and_removes_lines(factory: Factory) -> None:
    created = factory.invoice({}, {"unit_price": 50, "description": "Se va"})
    first = created["items"][0]
    items = [factory.line(unit_price=7), {"id": first["id"], "quantity": 3}]
    changed = factory.update("invoices", created, items=items)

    assert [line["total"] for line in changed["items"]] == ["7.00", "300.00"]
    assert changed["items"][1]["id"] == first["id"]
    assert changed["total_amount"] == "307.00"


@rule(
    "An item of an update with an unknown id is a new line with an id of its own and the fields that a new one needs; items: [] gets 422.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/UpdateInvoiceAction.php",
)
def test_a_line_with_an_unknown_id_is_a_new_line(factory: Factory) -> None:
    created = factory.invoice()
    path_params = id_parameter("invoices", created)
    changed = factory.update("invoices", created, items=[factory.line(id=UNKNOWN_ID)])

    assert changed["items"][0]["id"] not in (UNKNOWN_ID, created["items"][0]["id"])
    errors = factory.error_fields("invoices.update", {"items": [{"id": UNKNOWN_ID}]}, **path_params)
    assert sorted(errors) == ["items.0.product_id", "items.0.quantity", "items.0.unit_price"]
    assert factory.error_fields("invoices.update", {"items": []}, **path_params) == ["items"]


@rule(
    "An update with another document_subtype_id gives the invoice the next number of that series, or gets 422 on document_subtype_id.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/invoices (the source's UpdateInvoiceRequest rejects it)",
)
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
    assert changed["document_subtype_id"] == new["id"]
    assert changed["document_subtype"]["id"] == new["id"]
    assert changed["document_number"] == f"{new['prefix']}00000007"
    following = factory.invoice(document_subtype_id=old["id"])
    assert following["document_number"] == f"{old['prefix']}00000002"


@rule(
    "As newer sources do, an update with another document_subtype_id gets 422 and changes nothing.",
    source="Observed: github.com/luisscruza/optiflow, app/Http/Requests/UpdateInvoiceRequest.php",
)
@pytest.mark.needs("settings")
def test_only_the_source_keeps_the_series_of_an_invoice(
    factory: Factory, settings: Callable[..., None]
) -> None:
    created, other = factory.invoice(), factory.series()
    path_params = id_parameter("invoices", created)
    body = {"document_subtype_id": other["id"], "notes": "Gracias"}
    settings(quirks="observed")

    assert factory.error_fields("invoices.update", body, **path_params) == ["document_subtype_id"]
    check_same(factory.read("invoices", created), created)
    settings(quirks="strict")
    changed = factory.update("invoices", created, **body)
    assert changed["document_number"] == f"{other['prefix']}00000001"


@rule(
    "An update with a document_subtype_id that is inactive, exhausted, for quotations or unknown gets 422 on document_subtype_id and changes nothing.",
    source="Observed: github.com/luisscruza/optiflow, app/Models/DocumentSubtype.php",
)
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
    check_same(factory.read("invoices", created), created)


@rule(
    "An invoice that is paid or partially_paid cannot be updated, cancelled or deleted: 422 on error.",
    source="Observed: github.com/luisscruza/optiflow, app/Models/Invoice.php and app/Actions/DeleteInvoiceAction.php",
)
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


@rule(
    "An update with status cancelled changes nothing else, the number stays, and afterwards the invoice can only be deleted.",
    source="Assumed: no documented operation cancels an invoice",
)
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


@rule(
    "The status {status} in the body of a new or updated invoice is ignored: it stays pending_payment.",
    source="Assumed: the reference gives no source for a sent status",
)
@pytest.mark.assumed
@pytest.mark.parametrize("status", ["paid", "draft", "whatever"])
def test_any_other_submitted_status_is_ignored(factory: Factory, status: str) -> None:
    assert factory.invoice(status=status)["status"] == "pending_payment"
    assert (
        factory.update("invoices", factory.invoice(), status=status)["status"] == "pending_payment"
    )


@rule(
    "After DELETE an invoice gets 404 from every operation and is in no list, and its number as ncf gets 422.",
    source="Assumed: the source hides the row; the statuses have no source",
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


@rule(
    "An invoice belongs to the workspace of its request; with another X-Workspace-ID it gets 404 and is in no list.",
    source="Observed: github.com/luisscruza/optiflow, app/Concerns/BelongsToWorkspace.php",
)
def test_an_invoice_of_another_workspace_is_not_found(api: Api, factory: Factory) -> None:
    workspace, created = factory.workspace(), factory.invoice()
    headers = workspace_header(workspace)
    elsewhere = factory.create("invoices.create", factory.invoice_body(), headers=headers)

    api.call("invoices.get", expect=404, headers=headers, **id_parameter("invoices", created))
    api.call("invoices.get", expect=404, **id_parameter("invoices", elsewhere))
    assert elsewhere["workspace_id"] == workspace["id"]
    rows = api.call("invoices.search", expect=200, headers=headers)["data"]
    assert [row["id"] for row in rows] == [elsewhere["id"]]


@rule(
    "An invoice has the currency_id that is sent, and its amounts are not converted.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/invoices",
)
def test_an_invoice_keeps_its_currency(factory: Factory) -> None:
    currency = factory.create("currencies.create", factory.currency_body())
    invoice = factory.invoice({"unit_price": 75}, currency_id=currency["id"])

    assert (invoice["currency_id"], invoice["total_amount"]) == (currency["id"], "75.00")


@rule(
    "POST /invoices with an inactive currency gets 422 on currency_id.",
    source="Assumed: only that the currency must exist is documented",
)
@pytest.mark.assumed
def test_an_inactive_currency_cannot_be_used(factory: Factory) -> None:
    currency = factory.create("currencies.create", {**factory.currency_body(), "is_active": False})

    errors = factory.error_fields(
        "invoices.create", factory.invoice_body(currency_id=currency["id"])
    )
    assert errors == ["currency_id"]
