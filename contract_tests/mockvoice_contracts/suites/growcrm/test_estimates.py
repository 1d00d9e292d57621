"""Estimates: their header, their statuses, and the invoices that are made of them."""

import pytest

from mockvoice_contracts.harness.client import Api
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

BY_HAND = ["draft", "new", "accepted", "declined", "revised"]


def convert(api: Api, estimate: Record) -> Record:
    answer = api.call("estimates.convert_to_invoice", expect=201, estimateId=estimate["id"])
    invoice: Record = answer["data"]
    return invoice


def test_a_new_estimate_is_an_empty_draft(api: Api, make: Factory) -> None:
    client = make.client()
    body = {
        "bill_clientid": client["id"],
        "bill_categoryid": ESTIMATE_CATEGORY,
        "bill_date": make.day(),
        "bill_expiry_date": make.day(30),
        "bill_terms": "Net 30",
        "bill_notes": "Hello",
    }
    estimate = api.call("estimates.create", expect=201, body=body)["data"]

    assert estimate["status"] == "draft"
    assert estimate["client"] == {"id": client["id"], "name": client["company_name"]}
    assert estimate["category"]["id"] == ESTIMATE_CATEGORY
    assert (estimate["dates"]["date"], estimate["dates"]["expiry_date"]) == (
        make.day(),
        make.day(30),
    )
    assert estimate["converted"] == {"is_converted": False, "invoice_id": None}
    assert (estimate["notes"], estimate["terms"]) == ("Hello", "Net 30")
    assert estimate["line_items"] == estimate["taxes"] == estimate["tags"] == []
    assert make.read("estimates", estimate) == estimate


def test_an_estimate_without_expiry_date_has_none(make: Factory) -> None:
    assert make.estimate()["dates"]["expiry_date"] is None


@pytest.mark.assumed
@pytest.mark.parametrize("operation", ["estimates.create", "estimates.update", "estimates.clone"])
def test_an_estimate_does_not_expire_before_its_date(
    api: Api, make: Factory, operation: str
) -> None:
    estimate = make.estimate()
    body = {
        **required_header(estimate),
        "bill_clientid": estimate["client"]["id"],
        "bill_expiry_date": make.day(-1),
    }
    where = {} if operation == "estimates.create" else {"estimateId": estimate["id"]}
    refused = api.call(operation, expect=422, body=body, **where)

    assert list(refused["errors"]) == ["bill_expiry_date"]


def test_an_update_changes_the_header(api: Api, make: Factory) -> None:
    estimate, category = make.estimate(items=[line()]), make.category("estimate")
    body = {
        "bill_categoryid": category["id"],
        "bill_date": make.day(1),
        "bill_expiry_date": make.day(8),
        "bill_notes": "New",
        "bill_discount_type": "fixed",
        "bill_discount_amount": 10,
    }
    updated = api.call("estimates.update", expect=200, estimateId=estimate["id"], body=body)["data"]

    assert updated["category"]["id"] == category["id"]
    assert (updated["dates"]["date"], updated["dates"]["expiry_date"]) == (make.day(1), make.day(8))
    assert (updated["notes"], updated["totals"]["final_amount"]) == ("New", "90.00")
    assert updated["status"] == estimate["status"]
    assert make.read("estimates", estimate) == updated


@pytest.mark.assumed
def test_what_an_update_leaves_out_stays_and_null_takes_the_expiry_date_away(
    api: Api, make: Factory
) -> None:
    estimate = make.estimate(bill_expiry_date=make.day(30), bill_notes="Notes", bill_terms="Terms")
    where = {"estimateId": estimate["id"]}
    kept = api.call("estimates.update", expect=200, body=required_header(estimate), **where)["data"]
    body = {**required_header(estimate), "bill_expiry_date": None}
    open_ended = api.call("estimates.update", expect=200, body=body, **where)["data"]

    assert kept == estimate
    assert open_ended["dates"]["expiry_date"] is None


def test_a_published_draft_is_new(api: Api, make: Factory) -> None:
    draft = make.estimate(items=[line()])
    published = api.call("estimates.publish", expect=200, estimateId=draft["id"])["data"]

    assert published == {**draft, "status": "new"}


@pytest.mark.parametrize("status", ["new", "accepted", "declined", "revised"])
def test_only_a_draft_is_published(api: Api, make: Factory, status: str) -> None:
    estimate = make.estimate()
    where = {"estimateId": estimate["id"]}
    api.call("estimates.set_status", expect=200, body={"status": status}, **where)
    refused = api.call("estimates.publish", expect=409, **where)

    assert set(refused) == {"message"}
    assert make.read("estimates", estimate)["status"] == status


@pytest.mark.parametrize("status", BY_HAND)
def test_every_status_but_expired_is_set_by_hand(api: Api, make: Factory, status: str) -> None:
    estimate = make.estimate()
    body = {"status": status}
    changed = api.call("estimates.set_status", expect=200, estimateId=estimate["id"], body=body)[
        "data"
    ]

    assert changed == {**estimate, "status": status}
    assert make.read("estimates", estimate) == changed


@pytest.mark.parametrize("status", ["expired", "paid", "", None, 2])
def test_no_other_status_is_set_by_hand(api: Api, make: Factory, status: object) -> None:
    estimate = make.estimate()
    body = {"status": status}
    refused = api.call("estimates.set_status", expect=422, estimateId=estimate["id"], body=body)

    assert list(refused["errors"]) == ["status"]
    assert make.read("estimates", estimate) == estimate


def test_an_estimate_that_is_not_there_is_not_found(api: Api, make: Factory) -> None:
    where = {"estimateId": UNKNOWN_ID}
    header = {"bill_categoryid": ESTIMATE_CATEGORY, "bill_date": make.day()}
    clone = {**header, "bill_clientid": make.client()["id"]}

    for operation in ("get", "publish", "send_email", "convert_to_invoice"):
        api.call(f"estimates.{operation}", expect=404, **where)
    api.call("estimates.update", expect=404, body=header, **where)
    api.call("estimates.set_status", expect=404, body={"status": "new"}, **where)
    api.call("estimates.clone", expect=404, body=clone, **where)


def test_an_invoice_made_of_an_estimate_carries_its_bill_over(api: Api, make: Factory) -> None:
    client = make.client()
    project = make.project(client)
    estimate = make.estimate(
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
    shown = [{**each, "id": None} for each in invoice["line_items"]]
    assert shown == [{**each, "id": None} for each in estimate["line_items"]]
    assert make.read("invoices", invoice) == invoice


def test_inline_taxes_of_the_invoice_name_its_own_lines(api: Api, make: Factory) -> None:
    item = line(tax_rate_id=make.tax_rate_id("20"))
    estimate = make.estimate(items=[line(), item], bill_tax_type="inline")
    invoice = convert(api, estimate)

    assert [tax["lineitem_id"] for tax in invoice["taxes"]] == [invoice["line_items"][1]["id"]]
    assert invoice["line_items"][1]["id"] != estimate["line_items"][1]["id"]


def test_estimate_and_invoice_are_linked(api: Api, make: Factory) -> None:
    estimate = make.estimate()
    invoice = convert(api, estimate)
    converted = make.read("estimates", estimate)

    assert converted["converted"] == {"is_converted": True, "invoice_id": invoice["id"]}
    assert {**converted, "converted": estimate["converted"]} == estimate


def test_notes_and_terms_of_the_estimate_are_not_carried_over(api: Api, make: Factory) -> None:
    invoice = convert(api, make.estimate(bill_notes="Notes", bill_terms="Terms of the estimate"))

    assert invoice["notes"] is None
    assert invoice["terms"] != "Terms of the estimate"


def test_the_invoice_is_filed_in_the_default_category(api: Api, make: Factory) -> None:
    estimate = make.estimate(bill_categoryid=make.category("estimate")["id"])

    assert convert(api, estimate)["category"]["id"] == INVOICE_CATEGORY


@pytest.mark.assumed
def test_the_invoice_is_dated_today_and_due_by_the_rule_for_new_invoices(
    api: Api, make: Factory
) -> None:
    client = make.client(client_billing_invoice_due_days=21)
    invoice = convert(api, make.estimate(client, bill_date=make.day(-100)))

    assert invoice["dates"]["date"] == make.day()
    assert invoice["dates"]["due_date"] == make.day(21)


@pytest.mark.assumed
@pytest.mark.parametrize("status", BY_HAND)
def test_an_estimate_of_any_status_is_converted(api: Api, make: Factory, status: str) -> None:
    estimate = make.estimate()
    where = {"estimateId": estimate["id"]}
    api.call("estimates.set_status", expect=200, body={"status": status}, **where)
    convert(api, estimate)

    assert make.read("estimates", estimate)["status"] == status


@pytest.mark.assumed
def test_a_second_conversion_makes_a_second_invoice_and_the_newest_is_named(
    api: Api, make: Factory
) -> None:
    estimate = make.estimate(items=[line()])
    first, second = convert(api, estimate), convert(api, estimate)
    named = make.read("estimates", estimate)["converted"]["invoice_id"]
    api.call("invoices.delete", expect=200, invoiceId=second["id"])

    assert first["id"] != second["id"]
    assert named == second["id"]
    assert make.read("estimates", estimate)["converted"]["invoice_id"] == first["id"]


def test_later_changes_of_one_do_not_reach_the_other(api: Api, make: Factory) -> None:
    estimate = make.estimate(items=[line()])
    invoice = convert(api, estimate)
    body = {"items": [line(rate=1)]}
    api.call("invoices.set_items", expect=200, invoiceId=invoice["id"], body=body)

    assert make.read("estimates", estimate)["totals"] == estimate["totals"]
