"""Estimates: header, status and conversion to invoices."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.growcrm.factories import (
    DRAFT,
    ESTIMATE_CATEGORY,
    INVOICE_CATEGORY,
    UNKNOWN_ID,
    Factory,
    Record,
    line,
    required_header,
)

MANUAL_STATUSES = ["draft", "new", "accepted", "declined", "revised"]


def convert(api: Api, estimate: Record) -> Record:
    response = api.call("estimates.convert_to_invoice", expect=201, estimateId=estimate["id"])
    invoice: Record = response["data"]
    return invoice


@rule(
    "POST /estimates creates a `draft` with the fields that were sent, without lines, taxes and tags, and not converted.",
    source="Documented: docs-api.growcrm.io/estimates",
)
def test_a_new_estimate_is_an_empty_draft(api: Api, factory: Factory) -> None:
    client = factory.client()
    body = {
        "bill_clientid": client["id"],
        "bill_categoryid": ESTIMATE_CATEGORY,
        "bill_date": factory.day(),
        "bill_expiry_date": factory.day(30),
        "bill_terms": "Net 30",
        "bill_notes": "Hello",
    }
    estimate = api.call("estimates.create", expect=201, body=body)["data"]

    assert estimate["status"] == "draft"
    assert estimate["client"] == {"id": client["id"], "name": client["company_name"]}
    assert estimate["category"]["id"] == ESTIMATE_CATEGORY
    assert (estimate["dates"]["date"], estimate["dates"]["expiry_date"]) == (
        factory.day(),
        factory.day(30),
    )
    assert estimate["converted"] == {"is_converted": False, "invoice_id": None}
    assert (estimate["notes"], estimate["terms"]) == ("Hello", "Net 30")
    assert estimate["line_items"] == estimate["taxes"] == estimate["tags"] == []
    assert factory.read("estimates", estimate) == estimate


@rule(
    "`expiry_date` of an estimate created without `bill_expiry_date` is null.",
    source="Documented: docs-api.growcrm.io/estimates",
)
def test_the_expiry_date_is_null_by_default(factory: Factory) -> None:
    assert factory.estimate()["dates"]["expiry_date"] is None


@rule(
    "A `bill_expiry_date` before `bill_date` gets 422 with an error for it.",
    source="Assumed: by the rule for `bill_due_date` of invoices",
)
@pytest.mark.assumed
@pytest.mark.parametrize("operation", ["estimates.create", "estimates.update", "estimates.clone"])
def test_an_expiry_date_before_the_estimate_date_is_rejected(
    api: Api, factory: Factory, operation: str
) -> None:
    estimate = factory.estimate()
    body = {
        **required_header(estimate),
        "bill_clientid": estimate["client"]["id"],
        "bill_expiry_date": factory.day(-1),
    }
    path = {} if operation == "estimates.create" else {"estimateId": estimate["id"]}
    response = api.call(operation, expect=422, body=body, **path)

    assert list(response["errors"]) == ["bill_expiry_date"]


@rule(
    "PATCH of an estimate changes category, dates, notes and discount, recalculates the totals and keeps the status.",
    source="Documented: docs-api.growcrm.io/estimates",
)
def test_an_update_changes_the_header(api: Api, factory: Factory) -> None:
    estimate, category = factory.estimate(items=[line()]), factory.category("estimate")
    body = {
        "bill_categoryid": category["id"],
        "bill_date": factory.day(1),
        "bill_expiry_date": factory.day(8),
        "bill_notes": "New",
        "bill_discount_type": "fixed",
        "bill_discount_amount": 10,
    }
    updated = api.call("estimates.update", expect=200, estimateId=estimate["id"], body=body)["data"]

    assert updated["category"]["id"] == category["id"]
    assert (updated["dates"]["date"], updated["dates"]["expiry_date"]) == (
        factory.day(1),
        factory.day(8),
    )
    assert (updated["notes"], updated["totals"]["final_amount"]) == ("New", "90.00")
    assert updated["status"] == estimate["status"]
    assert factory.read("estimates", estimate) == updated


@rule(
    "PATCH of an estimate keeps fields that are left out; null clears `bill_expiry_date`.",
    source="Assumed: the reference marks absent fields of an update as a choice",
)
@pytest.mark.assumed
def test_an_update_keeps_fields_left_out_and_null_clears_the_expiry_date(
    api: Api, factory: Factory
) -> None:
    estimate = factory.estimate(
        bill_expiry_date=factory.day(30), bill_notes="Notes", bill_terms="Terms"
    )
    path = {"estimateId": estimate["id"]}
    body = required_header(estimate)
    unchanged = api.call("estimates.update", expect=200, body=body, **path)["data"]
    body["bill_expiry_date"] = None
    cleared = api.call("estimates.update", expect=200, body=body, **path)["data"]

    assert unchanged == estimate
    assert cleared["dates"]["expiry_date"] is None


@rule(
    "Publishing an estimate changes its status from `draft` to `new`, and nothing else.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
def test_publishing_a_draft_makes_it_new(api: Api, factory: Factory) -> None:
    draft = factory.estimate(items=[line()])
    published = api.call("estimates.publish", expect=200, estimateId=draft["id"])["data"]

    assert published == {**draft, "status": "new"}


@rule(
    "Publishing an estimate with status `{status}` gets 409, and the status stays.",
    source="Documented: docs-api.growcrm.io/estimates",
)
@pytest.mark.parametrize("status", ["new", "accepted", "declined", "revised"])
def test_only_a_draft_can_be_published(api: Api, factory: Factory, status: str) -> None:
    estimate = factory.estimate()
    path = {"estimateId": estimate["id"]}
    api.call("estimates.set_status", expect=200, body={"status": status}, **path)
    response = api.call("estimates.publish", expect=409, **path)

    assert set(response) == {"message"}
    assert factory.read("estimates", estimate)["status"] == status


@rule(
    "PUT /estimates/<id>/status sets `{status}`, and changes nothing else.",
    source="Documented: docs-api.growcrm.io/estimates",
)
@pytest.mark.parametrize("status", MANUAL_STATUSES)
def test_every_status_but_expired_can_be_set_by_hand(
    api: Api, factory: Factory, status: str
) -> None:
    estimate = factory.estimate()
    body = {"status": status}
    changed = api.call("estimates.set_status", expect=200, estimateId=estimate["id"], body=body)[
        "data"
    ]

    assert changed == {**estimate, "status": status}
    assert factory.read("estimates", estimate) == changed


@rule(
    "PUT /estimates/<id>/status with {status} gets 422 with an error for `status`.",
    source="Documented: docs-api.growcrm.io/estimates",
)
@pytest.mark.parametrize("status", ["expired", "paid", "", None, 2])
def test_no_other_status_can_be_set_by_hand(api: Api, factory: Factory, status: object) -> None:
    estimate = factory.estimate()
    body = {"status": status}
    response = api.call("estimates.set_status", expect=422, estimateId=estimate["id"], body=body)

    assert list(response["errors"]) == ["status"]
    assert factory.read("estimates", estimate) == estimate


@rule(
    "Every operation on an estimate id that does not exist gets 404.",
    source="Documented: docs-api.growcrm.io/estimates",
)
def test_an_unknown_estimate_is_not_found(api: Api, factory: Factory) -> None:
    path = {"estimateId": UNKNOWN_ID}
    header = {"bill_categoryid": ESTIMATE_CATEGORY, "bill_date": factory.day()}
    clone = {**header, "bill_clientid": factory.client()["id"]}

    for operation in ("get", "publish", "send_email", "convert_to_invoice"):
        api.call(f"estimates.{operation}", expect=404, **path)
    api.call("estimates.update", expect=404, body=header, **path)
    api.call("estimates.set_status", expect=404, body={"status": "new"}, **path)
    api.call("estimates.clone", expect=404, body=clone, **path)


@rule(
    "convert-to-invoice creates a Draft with client, project, lines, taxes, discount, adjustment and totals of the estimate.",
    source="Documented: docs-api.growcrm.io/estimates",
)
def test_a_converted_invoice_has_the_values_of_its_estimate(api: Api, factory: Factory) -> None:
    client = factory.client()
    project = factory.project(client)
    estimate = factory.estimate(
        client, items=[line(rate=75), line(rate=25)], rates=["10"], bill_projectid=project["id"]
    )
    body = {
        **required_header(estimate),
        "bill_discount_type": "percentage",
        "bill_discount_percentage": 10,
        "bill_adjustment_amount": -4,
        "bill_adjustment_description": "Goodwill",
    }
    estimate = api.call("estimates.update", expect=200, estimateId=estimate["id"], body=body)[
        "data"
    ]
    invoice = convert(api, estimate)

    assert invoice["status"]["id"] == DRAFT
    assert invoice["client"] == estimate["client"]
    assert invoice["project_id"] == project["id"]
    assert invoice["totals"] == estimate["totals"]
    assert invoice["totals"]["final_amount"] == "95.00"
    assert invoice["taxes"] == estimate["taxes"]
    assert invoice["tax_type"] == estimate["tax_type"]
    lines = [{**item, "id": None} for item in invoice["line_items"]]
    assert lines == [{**item, "id": None} for item in estimate["line_items"]]
    assert factory.read("invoices", invoice) == invoice


@rule(
    "After convert-to-invoice, `lineitem_id` of each inline tax is the id of a line of the invoice, not of the estimate.",
    source="Documented: docs-api.growcrm.io/estimates",
)
def test_inline_taxes_of_a_converted_invoice_have_the_ids_of_its_own_lines(
    api: Api, factory: Factory
) -> None:
    item = line(tax_rate_id=factory.tax_rate_id("20"))
    estimate = factory.estimate(items=[line(), item], bill_tax_type="inline")
    invoice = convert(api, estimate)

    assert [tax["lineitem_id"] for tax in invoice["taxes"]] == [invoice["line_items"][1]["id"]]
    assert invoice["line_items"][1]["id"] != estimate["line_items"][1]["id"]


@rule(
    "After convert-to-invoice the estimate has `is_converted` true and the `invoice_id`, and nothing else changed.",
    source="Documented: docs-api.growcrm.io/estimates",
)
def test_an_estimate_and_its_converted_invoice_are_linked(api: Api, factory: Factory) -> None:
    estimate = factory.estimate()
    invoice = convert(api, estimate)
    converted = factory.read("estimates", estimate)

    assert converted["converted"] == {"is_converted": True, "invoice_id": invoice["id"]}
    assert {**converted, "converted": estimate["converted"]} == estimate


@rule(
    "An invoice from an estimate has no notes, and the system's default terms, not the estimate's.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
def test_notes_and_terms_of_the_estimate_are_not_copied(api: Api, factory: Factory) -> None:
    invoice = convert(api, factory.estimate(bill_notes="Notes", bill_terms="Terms of the estimate"))

    assert invoice["notes"] is None
    assert invoice["terms"] != "Terms of the estimate"


@rule(
    "An invoice from an estimate is in category 4, whatever the category of the estimate.",
    source="Observed: the CRM core 3.2, Abdulkaderr/factuuren",
)
def test_a_converted_invoice_is_in_the_default_category(api: Api, factory: Factory) -> None:
    estimate = factory.estimate(bill_categoryid=factory.category("estimate")["id"])

    assert convert(api, estimate)["category"]["id"] == INVOICE_CATEGORY


@rule(
    "An invoice from an estimate is dated today and due after the client's `invoice_due_days`.",
    source="Assumed: the reference gives no source for its dates",
)
@pytest.mark.assumed
def test_a_converted_invoice_is_dated_today_and_due_like_a_new_invoice(
    api: Api, factory: Factory
) -> None:
    client = factory.client(client_billing_invoice_due_days=21)
    invoice = convert(api, factory.estimate(client, bill_date=factory.day(-100)))

    assert invoice["dates"]["date"] == factory.day()
    assert invoice["dates"]["due_date"] == factory.day(21)


@rule(
    "An estimate with status `{status}` can be converted, and keeps its status.",
    source="Assumed: the page names no condition",
)
@pytest.mark.assumed
@pytest.mark.parametrize("status", MANUAL_STATUSES)
def test_an_estimate_of_any_status_can_be_converted(
    api: Api, factory: Factory, status: str
) -> None:
    estimate = factory.estimate()
    path = {"estimateId": estimate["id"]}
    api.call("estimates.set_status", expect=200, body={"status": status}, **path)
    convert(api, estimate)

    assert factory.read("estimates", estimate)["status"] == status


@rule(
    "A second convert-to-invoice creates a second invoice, and `invoice_id` names the newest that exists.",
    source="Assumed: the page says nothing of a second call",
)
@pytest.mark.assumed
def test_a_second_conversion_creates_a_second_invoice_and_the_estimate_refers_to_the_newest(
    api: Api, factory: Factory
) -> None:
    estimate = factory.estimate(items=[line()])
    first, second = convert(api, estimate), convert(api, estimate)
    invoice_id = factory.read("estimates", estimate)["converted"]["invoice_id"]
    api.call("invoices.delete", expect=200, invoiceId=second["id"])

    assert first["id"] != second["id"]
    assert invoice_id == second["id"]
    assert factory.read("estimates", estimate)["converted"]["invoice_id"] == first["id"]


@rule(
    "New lines of the invoice do not change the estimate that it was created from.",
    source="Documented: docs-api.growcrm.io/estimates",
)
def test_a_change_of_the_invoice_does_not_change_the_estimate(api: Api, factory: Factory) -> None:
    estimate = factory.estimate(items=[line()])
    invoice = convert(api, estimate)
    body = {"items": [line(rate=1)]}
    api.call("invoices.set_items", expect=200, invoiceId=invoice["id"], body=body)

    assert factory.read("estimates", estimate)["totals"] == estimate["totals"]
