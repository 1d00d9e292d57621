"""Invoices: their creation, and updates of their header."""

from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.growcrm.factories import (
    DRAFT,
    INVOICE_CATEGORY,
    UNKNOWN_ID,
    Factory,
    line,
    required_header,
)

ZERO_TOTALS = {
    "subtotal": "0.00",
    "subtotal_before_discount": "0.00",
    "discount_type": "none",
    "discount_percentage": "0.00",
    "discount_amount": "0.00",
    "amount_before_tax": "0.00",
    "tax_total_percentage": "0.00",
    "tax_total_amount": "0.00",
    "adjustment_description": None,
    "adjustment_amount": "0.00",
    "final_amount": "0.00",
}


@rule(
    "POST /invoices creates a Draft (1) in `summary` mode, without lines, taxes, tags, project, notes and terms.",
    source="Documented: docs-api.growcrm.io/invoices",
)
def test_a_new_invoice_is_an_empty_draft(api: Api, factory: Factory) -> None:
    client = factory.client()
    body = {
        "bill_clientid": client["id"],
        "bill_categoryid": INVOICE_CATEGORY,
        "bill_date": factory.day(),
    }
    invoice = api.call("invoices.create", expect=201, body=body)["data"]

    assert invoice["status"] == {"id": DRAFT, "title": "Draft", "color": "default"}
    assert invoice["client"] == {"id": client["id"], "name": client["company_name"]}
    assert invoice["category"]["id"] == INVOICE_CATEGORY
    assert invoice["dates"]["date"] == factory.day()
    assert (invoice["line_items"], invoice["taxes"], invoice["tags"]) == ([], [], [])
    assert (invoice["project_id"], invoice["notes"], invoice["terms"]) == (None, None, None)
    assert invoice["tax_type"] == "summary"


@rule(
    "All amounts of a new invoice are 0.00, and discount_type is `none`.",
    source="Assumed: the core's columns are null before the first calculation, 0.00 is chosen here",
)
@pytest.mark.assumed
def test_all_amounts_of_a_new_invoice_are_zero(factory: Factory) -> None:
    assert factory.invoice()["totals"] == ZERO_TOTALS


@rule(
    "POST /invoices returns category, project, dates, tax_type, notes and terms as sent, and GET the same.",
    source="Documented: docs-api.growcrm.io/invoices",
)
def test_a_new_invoice_has_the_fields_that_were_sent(factory: Factory) -> None:
    client = factory.client()
    project, category = factory.project(client), factory.category("invoice")
    invoice = factory.invoice(
        client,
        bill_categoryid=category["id"],
        bill_projectid=project["id"],
        bill_date=factory.day(-3),
        bill_due_date=factory.day(20),
        bill_tax_type="inline",
        bill_notes="Thank you",
        bill_terms="Net 20",
    )

    assert invoice["category"] == {"id": category["id"], "name": category["name"]}
    assert invoice["project_id"] == project["id"]
    assert (invoice["dates"]["date"], invoice["dates"]["due_date"]) == (
        factory.day(-3),
        factory.day(20),
    )
    assert invoice["tax_type"] == "inline"
    assert (invoice["notes"], invoice["terms"]) == ("Thank you", "Net 20")
    assert factory.read("invoices", invoice) == invoice


@rule(
    "Without `bill_due_date`, `due_date` is `bill_date` plus the client's `invoice_due_days`: 2028-02-10 and 30 days give 2028-03-11.",
    source="Documented: docs-api.growcrm.io/invoices",
)
def test_the_due_date_is_calculated_from_the_due_days_of_the_client(factory: Factory) -> None:
    client = factory.client(client_billing_invoice_due_days=30)
    invoice = factory.invoice(client, bill_date="2028-02-10")

    assert invoice["dates"]["due_date"] == "2028-03-11"


@rule(
    "A client's `invoice_due_days` of 0 makes `due_date` equal to `bill_date`.",
    source="Documented: docs-api.growcrm.io/invoices",
)
def test_due_days_of_zero_mean_the_same_day(factory: Factory) -> None:
    client = factory.client(client_billing_invoice_due_days=0)

    assert factory.invoice(client)["dates"]["due_date"] == factory.day()


@rule(
    "Without `bill_due_date` and the client's due days, an invoice is due after 7 days, the setting of a fresh install.",
    source="Observed: the CRM core 3.2, Abdulkaderr/factuuren",
)
def test_the_default_due_days_are_seven(factory: Factory) -> None:
    invoice = factory.invoice(bill_date="2026-12-28")

    assert invoice["dates"]["due_date"] == "2027-01-04"


@rule(
    "A `bill_due_date` equal to `bill_date` is accepted.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
def test_an_invoice_can_be_due_on_its_invoice_date(factory: Factory) -> None:
    invoice = factory.invoice(bill_due_date=factory.day())

    assert invoice["dates"]["due_date"] == invoice["dates"]["date"]


@rule(
    "A `bill_tax_type` other than `summary` and `inline` gets 422 with an error for it.",
    source="Documented: docs-api.growcrm.io/invoices",
)
def test_an_unknown_tax_mode_is_rejected(api: Api, factory: Factory) -> None:
    body = {
        "bill_clientid": factory.client()["id"],
        "bill_categoryid": INVOICE_CATEGORY,
        "bill_date": factory.day(),
        "bill_tax_type": "gross",
    }
    response = api.call("invoices.create", expect=422, body=body)

    assert list(response["errors"]) == ["bill_tax_type"]


@rule(
    "POST /invoices ignores status, totals, tags, lines and id in the body.",
    source="Assumed: the page says that the header is created empty, not what happens to other fields",
)
@pytest.mark.assumed
def test_a_new_invoice_ignores_fields_that_cannot_be_set(factory: Factory) -> None:
    invoice = factory.invoice(
        bill_status=5,
        bill_final_amount=999,
        totals={"final_amount": "999.00"},
        tags=["urgent"],
        line_items=[line()],
        bill_invoiceid=1,
        id=1,
    )

    assert invoice["status"]["id"] == DRAFT
    assert invoice["totals"] == ZERO_TOTALS
    assert (invoice["line_items"], invoice["tags"]) == ([], [])


@rule(
    "`bill_projectid` may be a project of another client when an invoice is created.",
    source="Assumed: the reference asks only that the project exists",
)
@pytest.mark.assumed
def test_a_project_of_another_client_is_accepted(factory: Factory) -> None:
    project = factory.project()
    invoice = factory.invoice(factory.client(), bill_projectid=project["id"])

    assert invoice["project_id"] == project["id"]


@rule(
    "`bill_categoryid` may be a category of any type.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
def test_a_category_of_another_type_is_accepted(factory: Factory) -> None:
    category = factory.category("expense")

    assert factory.invoice(bill_categoryid=category["id"])["category"]["id"] == category["id"]


@rule(
    "PATCH of an invoice changes category, project, dates, notes and terms, and keeps `dates.created`.",
    source="Documented: docs-api.growcrm.io/invoices",
)
def test_an_update_changes_the_header(api: Api, factory: Factory) -> None:
    client = factory.client()
    invoice = factory.invoice(client)
    project, category = factory.project(client), factory.category("invoice")
    body = {
        "bill_categoryid": category["id"],
        "bill_date": factory.day(1),
        "bill_due_date": factory.day(40),
        "bill_projectid": project["id"],
        "bill_notes": "New notes",
        "bill_terms": "New terms",
    }
    updated = api.call("invoices.update", expect=200, invoiceId=invoice["id"], body=body)["data"]

    assert updated["category"]["id"] == category["id"]
    assert (updated["dates"]["date"], updated["dates"]["due_date"]) == (
        factory.day(1),
        factory.day(40),
    )
    assert updated["project_id"] == project["id"]
    assert (updated["notes"], updated["terms"]) == ("New notes", "New terms")
    assert updated["dates"]["created"] == invoice["dates"]["created"]
    assert factory.read("invoices", invoice) == updated


@rule(
    "PATCH of an invoice with the required fields only changes nothing.",
    source="Assumed: the reference marks absent fields of an update as a choice",
)
@pytest.mark.assumed
def test_an_update_keeps_fields_left_out(api: Api, factory: Factory) -> None:
    client = factory.client()
    invoice = factory.invoice(
        client,
        items=[line()],
        bill_projectid=factory.project(client)["id"],
        bill_due_date=factory.day(99),
        bill_notes="Notes",
        bill_terms="Terms",
    )
    body = required_header(invoice)
    updated = api.call("invoices.update", expect=200, invoiceId=invoice["id"], body=body)["data"]

    assert updated == invoice


@rule(
    "Null in PATCH clears project, notes and terms, and keeps the due date.",
    source="Assumed: the reference marks null in an update as a choice",
)
@pytest.mark.assumed
def test_null_clears_texts_and_detaches_the_project(api: Api, factory: Factory) -> None:
    client = factory.client()
    invoice = factory.invoice(
        client, bill_projectid=factory.project(client)["id"], bill_notes="Notes", bill_terms="Terms"
    )
    nulls = dict.fromkeys(("bill_projectid", "bill_notes", "bill_terms", "bill_due_date"))
    body = {**required_header(invoice), **nulls}
    updated = api.call("invoices.update", expect=200, invoiceId=invoice["id"], body=body)["data"]

    assert (updated["project_id"], updated["notes"], updated["terms"]) == (None, None, None)
    assert updated["dates"]["due_date"] == invoice["dates"]["due_date"]


@rule(
    "PATCH of an invoice ignores `bill_clientid`.",
    source="Assumed: the page does not list `bill_clientid`, that it is ignored is a choice",
)
@pytest.mark.assumed
def test_the_client_of_an_invoice_cannot_change(api: Api, factory: Factory) -> None:
    invoice, other_client = factory.invoice(), factory.client()
    body = {**required_header(invoice), "bill_clientid": other_client["id"]}
    updated = api.call("invoices.update", expect=200, invoiceId=invoice["id"], body=body)["data"]

    assert updated["client"] == invoice["client"]


@rule(
    "PATCH of an invoice ignores amounts in the body: totals are calculated.",
    source="Assumed: the page says that totals are never sent, not what happens if they are",
)
@pytest.mark.assumed
def test_totals_in_a_request_are_ignored(api: Api, factory: Factory) -> None:
    invoice = factory.invoice(items=[line(rate=10)])
    body = {**required_header(invoice), "bill_final_amount": 1, "totals": {"final_amount": "1.00"}}
    updated = api.call("invoices.update", expect=200, invoiceId=invoice["id"], body=body)["data"]

    assert updated["totals"] == invoice["totals"]


@rule(
    "PATCH and PUT items of an invoice with status {status} get 200, and the status that was set by hand stays.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
@pytest.mark.parametrize("status", [2, 3, 4, 5, 20])
def test_an_invoice_can_be_changed_in_every_status(api: Api, factory: Factory, status: int) -> None:
    invoice = factory.invoice(items=[line()])
    path = {"invoiceId": invoice["id"]}
    api.call("invoices.set_status", expect=200, body={"status": status}, **path)
    body = {**required_header(invoice), "bill_notes": "Changed"}
    updated = api.call("invoices.update", expect=200, body=body, **path)["data"]
    with_new_lines = api.call(
        "invoices.set_items", expect=200, body={"items": [line(rate=7)]}, **path
    )["data"]

    assert updated["notes"] == "Changed"
    assert with_new_lines["totals"]["final_amount"] == "7.00"
    assert with_new_lines["status"]["id"] == status


@rule(
    "A `bill_adjustment_description` of 250 characters is stored whole.",
    source="Observed: the CRM core 3.2, Abdulkaderr/factuuren",
)
def test_an_adjustment_description_of_250_characters_is_accepted(
    api: Api, factory: Factory
) -> None:
    invoice = factory.invoice()
    text = "é" * 250
    body = {**required_header(invoice), "bill_adjustment_description": text}
    updated = api.call("invoices.update", expect=200, invoiceId=invoice["id"], body=body)["data"]

    assert updated["totals"]["adjustment_description"] == text


@rule(
    "An invoice id that does not exist gets 404.", source="Documented: docs-api.growcrm.io/invoices"
)
@pytest.mark.parametrize("operation", ["invoices.get", "invoices.delete"])
def test_an_unknown_invoice_is_not_found(api: Api, operation: str) -> None:
    assert api.call(operation, expect=404, invoiceId=UNKNOWN_ID)["message"]


@rule(
    "An invoice id that is not a positive integer, here `{invoice_id}`, gets 404.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize("invoice_id", ["abc", "0", "-1", "1.5", "1e3", "%20", "９"])
def test_a_path_without_a_valid_id_is_not_found(api: Api, invoice_id: Any) -> None:
    response = api.call("invoices.get", expect=404, invoiceId=invoice_id)

    assert set(response) == {"message"}
