"""Invoices: creating, reading, changing, cancelling, deleting."""

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


def test_a_new_invoice_reads_the_same_and_has_all_of_its_parts(make: Factory) -> None:
    salesman = make.salesman()
    made = make.invoice(payment_term="30days", notes="Gracias", salesmen_ids=[salesman["id"]])

    assert make.read("invoices", made) == made
    assert (made["status"], made["amount_paid"], made["amount_due"]) == (
        "pending_payment", "0.00", "100.00",
    )  # fmt: skip
    assert made["contact"] == make.customer
    assert made["document_subtype"]["id"] == make.invoice_series_id
    assert [each["full_name"] for each in made["salesmen"]] == [f"{salesman['name']} Peña"]
    assert (made["payment_term"], made["notes"], made["payments"]) == ("30days", "Gracias", [])


def test_a_line_is_called_by_its_product_unless_a_text_is_sent(make: Factory) -> None:
    product = make.service()
    lines = make.invoice(
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
def test_the_terms_say_when_payment_is_due(
    make: Factory, term: str | None, days: int | None
) -> None:
    invoice = make.invoice(payment_term=term)
    due = days and (date.fromisoformat(invoice["issue_date"]) + timedelta(days)).isoformat()

    assert invoice["due_date"] == due


def test_a_due_date_comes_before_the_terms_and_not_before_the_day_of_issue(make: Factory) -> None:
    same_day = make.invoice(due_date=make.day(), payment_term="30days")

    assert same_day["due_date"] == make.day()
    assert make.error_fields("invoices.create", make.invoice_body(due_date=make.day(-1))) == [
        "due_date"
    ]


def test_without_a_currency_the_default_one_counts(make: Factory) -> None:
    assert make.invoice()["currency_id"] == make.default_currency["id"]


@pytest.mark.parametrize("field", ["contact_id", "document_subtype_id", "issue_date", "items"])
def test_what_is_missing_is_named(make: Factory, field: str) -> None:
    body = {name: value for name, value in make.invoice_body().items() if name != field}

    assert make.error_fields("invoices.create", body) == [field]


@pytest.mark.parametrize("field", ["product_id", "quantity", "unit_price"])
def test_what_a_line_misses_is_named(make: Factory, field: str) -> None:
    assert make.error_fields("invoices.create", make.invoice_body({}, {field: None})) == [
        f"items.1.{field}"
    ]


@pytest.mark.parametrize(
    ("fields", "named"),
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
def test_what_is_not_there_or_not_right_is_refused_by_name(
    make: Factory, fields: Record, named: str
) -> None:
    assert make.error_fields("invoices.create", make.invoice_body(**fields)) == [named]


@pytest.mark.parametrize(
    ("item", "named"),
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
def test_what_is_wrong_with_a_line_is_refused_by_place_and_name(
    make: Factory, item: Record, named: str
) -> None:
    assert make.error_fields("invoices.create", make.invoice_body({}, item)) == [f"items.1.{named}"]


def test_an_inactive_product_or_series_or_currency_cannot_be_chosen(
    api: Api, make: Factory
) -> None:
    product, series = make.service(is_active=False), make.series()
    api.call(
        "document_subtypes.toggle_active", expect=200, **id_parameter("document_subtypes", series)
    )

    refused = make.error_fields("invoices.create", make.invoice_body({"product_id": product["id"]}))
    assert refused == ["items.0.product_id"]
    refused = make.error_fields(
        "invoices.create", make.invoice_body(document_subtype_id=series["id"])
    )
    assert refused == ["document_subtype_id"]


def test_digits_in_text_are_numbers(make: Factory) -> None:
    invoice = make.invoice(
        {"quantity": "2.00", "unit_price": "10.50"}, contact_id=str(make.customer["id"])
    )

    assert (invoice["total_amount"], invoice["contact_id"]) == ("21.00", make.customer["id"])


@pytest.mark.parametrize("operation", ["invoices.update", "invoices.replace"])
def test_what_an_update_leaves_out_stays_and_null_clears(
    api: Api, make: Factory, operation: str
) -> None:
    salesman = make.salesman()
    made = make.invoice(payment_term="30days", notes="Nota", salesmen_ids=[salesman["id"]])
    where = id_parameter("invoices", made)
    kept = api.call(operation, expect=200, body={}, **where)["data"]
    nulls = {"payment_term": None, "notes": "", "due_date": None, "salesmen_ids": []}
    cleared = api.call(operation, expect=200, body=nulls, **where)["data"]

    assert {**kept, "updated_at": None} == {**made, "updated_at": None}
    assert [cleared[name] for name in ("payment_term", "notes", "due_date", "salesmen")] == [
        None,
        None,
        None,
        [],
    ]


def test_an_update_changes_the_header(make: Factory) -> None:
    other, salesman = make.contact(), make.salesman()
    changed = make.update(
        "invoices", make.invoice(), contact_id=other["id"], issue_date="2026-01-05",
        due_date="2026-02-05", salesman_ids=[salesman["id"]],
    )  # fmt: skip

    assert changed["contact"] == other
    assert (changed["issue_date"], changed["due_date"]) == ("2026-01-05", "2026-02-05")
    assert [each["id"] for each in changed["salesmen"]] == [salesman["id"]]


def test_lines_are_matched_by_id_added_and_removed(make: Factory) -> None:
    made = make.invoice({}, {"unit_price": 50, "description": "Se va"})
    first = made["items"][0]
    items = [make.line(unit_price=7), {"id": first["id"], "quantity": 3}]
    changed = make.update("invoices", made, items=items)

    assert [line["total"] for line in changed["items"]] == ["7.00", "300.00"]
    assert changed["items"][1]["id"] == first["id"]
    assert changed["total_amount"] == "307.00"


@pytest.mark.assumed
def test_a_line_with_an_unknown_id_is_a_new_one_and_needs_everything(make: Factory) -> None:
    made = make.invoice()
    where = id_parameter("invoices", made)
    changed = make.update("invoices", made, items=[make.line(id=UNKNOWN_ID)])

    assert changed["items"][0]["id"] not in (UNKNOWN_ID, made["items"][0]["id"])
    refused = make.error_fields("invoices.update", {"items": [{"id": UNKNOWN_ID}]}, **where)
    assert refused == ["items.0.product_id", "items.0.quantity", "items.0.unit_price"]
    assert make.error_fields("invoices.update", {"items": []}, **where) == ["items"]


def test_the_series_of_an_invoice_cannot_change(make: Factory) -> None:
    made = make.invoice()
    where = id_parameter("invoices", made)

    assert (
        make.update("invoices", made, document_subtype_id=make.invoice_series_id)["id"]
        == made["id"]
    )
    other = {"document_subtype_id": make.series()["id"]}
    assert make.error_fields("invoices.update", other, **where) == ["document_subtype_id"]


def test_a_paid_or_partly_paid_invoice_is_neither_changed_nor_deleted(make: Factory) -> None:
    for amount in (40, 100):
        made = make.invoice()
        make.payment(made, amount)
        where = id_parameter("invoices", made)

        assert make.error_fields("invoices.update", {"notes": "x"}, **where) == ["error"]
        assert make.error_fields("invoices.update", {"status": "cancelled"}, **where) == ["error"]
        assert make.error_fields("invoices.delete", None, **where) == ["error"]


@pytest.mark.assumed
def test_a_cancelled_invoice_keeps_its_number_and_is_final_but_for_deletion(
    api: Api, make: Factory
) -> None:
    made = make.invoice()
    where = id_parameter("invoices", made)
    cancelled = make.update("invoices", made, status="cancelled", notes="Se ignora")

    assert (cancelled["status"], cancelled["notes"]) == ("cancelled", None)
    assert cancelled["document_number"] == made["document_number"]
    assert make.error_fields("invoices.update", {"notes": "x"}, **where) == ["error"]
    assert make.error_fields("payments.create", make.payment_body(made)) == ["invoice_id"]
    api.call("invoices.delete", expect=204, **where)


@pytest.mark.assumed
@pytest.mark.parametrize("status", ["paid", "draft", "whatever"])
def test_any_other_status_that_is_sent_is_ignored(make: Factory, status: str) -> None:
    assert make.invoice(status=status)["status"] == "pending_payment"
    assert make.update("invoices", make.invoice(), status=status)["status"] == "pending_payment"


@pytest.mark.assumed
def test_a_deleted_invoice_is_gone_but_its_number_stays_used(api: Api, make: Factory) -> None:
    made = make.invoice()
    where = id_parameter("invoices", made)
    api.call("invoices.delete", expect=204, **where)

    for operation in ("get", "delete", "pdf"):
        api.call(f"invoices.{operation}", expect=404, **where)
    api.call("invoices.update", expect=404, body={}, **where)
    api.call("payments.search_for_invoice", expect=404, **where)
    found = api.call(
        "invoices.search",
        expect=200,
        query={"filter[contact_id]": made["contact_id"], "per_page": 100},
    )
    assert made["id"] not in [row["id"] for row in found["data"]]
    body = make.invoice_body(ncf=made["document_number"])
    assert make.error_fields("invoices.create", body) == ["ncf"]


def test_an_invoice_of_another_workspace_is_not_there(api: Api, make: Factory) -> None:
    workspace, made = make.workspace(), make.invoice()
    headers = workspace_header(workspace)
    elsewhere = make.create("invoices.create", make.invoice_body(), headers=headers)

    api.call("invoices.get", expect=404, headers=headers, **id_parameter("invoices", made))
    api.call("invoices.get", expect=404, **id_parameter("invoices", elsewhere))
    assert elsewhere["workspace_id"] == workspace["id"]
    listed = api.call("invoices.search", expect=200, headers=headers)["data"]
    assert [row["id"] for row in listed] == [elsewhere["id"]]


def test_an_invoice_in_another_currency_stays_in_it(make: Factory) -> None:
    currency = make.create("currencies.create", currency_body(make))
    invoice = make.invoice({"unit_price": 75}, currency_id=currency["id"])

    assert (invoice["currency_id"], invoice["total_amount"]) == (currency["id"], "75.00")


def test_a_currency_that_is_switched_off_cannot_be_chosen(make: Factory) -> None:
    currency = make.create("currencies.create", {**currency_body(make), "is_active": False})

    refused = make.error_fields("invoices.create", make.invoice_body(currency_id=currency["id"]))
    assert refused == ["currency_id"]


def currency_body(make: Factory) -> Record:
    """A currency whose code nobody has."""
    codes = (f"Q{a}{b}" for a in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" for b in "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    code = next(each for each in codes if each not in make.currency_ids)
    make.currency_ids[code] = 0
    return {"name": make.name("Moneda"), "code": code.lower(), "symbol": "¤", "initial_rate": "2.5"}
