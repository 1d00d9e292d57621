"""Copying invoices and estimates."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.suites.growcrm.factories import (
    CANCELLED,
    DRAFT,
    ESTIMATE_CATEGORY,
    PAID,
    UNKNOWN_ID,
    Factory,
    Record,
    line,
    required_header,
)


def order(make: Factory, client: Record, **fields: object) -> Record:
    """What a copy does not take from its source."""
    return {
        "bill_clientid": client["id"],
        "bill_date": make.day(30),
        "bill_due_date": make.day(44),
        **fields,
    }


def without_ids(bill: Record) -> tuple[list[Record], list[Record]]:
    """Lines and taxes of a bill, apart from the ids of its lines."""
    places = {line["id"]: place for place, line in enumerate(bill["line_items"])}
    lines = [{**line, "id": None} for line in bill["line_items"]]
    taxes = [{**tax, "lineitem_id": places.get(tax["lineitem_id"])} for tax in bill["taxes"]]
    return lines, taxes


@pytest.fixture
def source(api: Api, make: Factory) -> Record:
    """A published invoice with everything that an invoice can have."""
    client = make.client()
    item = line(tax_rate_id=make.tax_rate_id("20"), discount_type="percentage", discount_value=10)
    invoice = make.invoice(
        client,
        items=[line(description="Plain"), item],
        bill_tax_type="inline",
        bill_projectid=make.project(client)["id"],
        bill_categoryid=make.category()["id"],
        bill_notes="Notes",
        bill_terms="Terms",
    )
    where = {"invoiceId": invoice["id"]}
    adjusted = {"bill_adjustment_amount": -5, "bill_adjustment_description": "Goodwill"}
    api.call("invoices.update", expect=200, body={**required_header(invoice), **adjusted}, **where)
    api.call("invoices.set_tags", expect=200, body={"tags": ["retainer"]}, **where)
    api.call("invoices.publish", expect=200, **where)
    return make.read("invoices", invoice)


def test_a_copy_is_a_new_draft_for_the_named_client_with_the_named_dates(
    api: Api, make: Factory, source: Record
) -> None:
    client = make.client()
    project = make.project(client)
    body = order(make, client, bill_projectid=project["id"])
    copy = api.call("invoices.clone", expect=201, invoiceId=source["id"], body=body)["data"]

    assert copy["id"] != source["id"]
    assert copy["status"]["id"] == DRAFT
    assert copy["client"] == {"id": client["id"], "name": client["company_name"]}
    assert copy["project_id"] == project["id"]
    assert (copy["dates"]["date"], copy["dates"]["due_date"]) == (make.day(30), make.day(44))
    assert make.read("invoices", copy) == copy


def test_a_copy_has_the_lines_taxes_amounts_terms_category_and_mode_of_its_source(
    api: Api, make: Factory, source: Record
) -> None:
    body = order(make, source["client"])
    copy = api.call("invoices.clone", expect=201, invoiceId=source["id"], body=body)["data"]

    for name in ("totals", "terms", "category", "tax_type"):
        assert copy[name] == source[name]
    assert without_ids(copy) == without_ids(source)
    old = {each["id"] for each in source["line_items"]}
    assert old.isdisjoint(each["id"] for each in copy["line_items"])


def test_a_copy_of_a_summary_has_its_discount_and_taxes(api: Api, make: Factory) -> None:
    source = make.invoice(items=[line()], rates=["10"])
    discount = {"bill_discount_type": "percentage", "bill_discount_percentage": 5}
    body = {**required_header(source), **discount}
    source = api.call("invoices.update", expect=200, invoiceId=source["id"], body=body)["data"]
    body = order(make, source["client"])
    copy = api.call("invoices.clone", expect=201, invoiceId=source["id"], body=body)["data"]

    assert copy["totals"] == source["totals"]
    assert copy["taxes"] == source["taxes"]


@pytest.mark.assumed
def test_a_copy_has_no_notes(api: Api, make: Factory, source: Record) -> None:
    body = order(make, source["client"])
    copy = api.call("invoices.clone", expect=201, invoiceId=source["id"], body=body)["data"]

    assert copy["notes"] is None


def test_a_copy_has_neither_tags_nor_project_nor_payments(
    api: Api, make: Factory, source: Record
) -> None:
    make.payment(source, 20)
    body = order(make, source["client"])
    copy = api.call("invoices.clone", expect=201, invoiceId=source["id"], body=body)["data"]
    payments = api.call("payments.search", expect=200, query={"invoice_id": copy["id"]})

    assert (copy["tags"], copy["project_id"]) == ([], None)
    assert payments["data"] == []


def test_the_source_stays_as_it_is(api: Api, make: Factory, source: Record) -> None:
    body = order(make, make.client())
    api.call("invoices.clone", expect=201, invoiceId=source["id"], body=body)

    assert make.read("invoices", source) == source


@pytest.mark.parametrize("status", [DRAFT, PAID, CANCELLED])
def test_a_source_may_have_any_status(api: Api, make: Factory, source: Record, status: int) -> None:
    api.call("invoices.set_status", expect=200, invoiceId=source["id"], body={"status": status})
    body = order(make, source["client"])
    copy = api.call("invoices.clone", expect=201, invoiceId=source["id"], body=body)["data"]

    assert copy["status"]["id"] == DRAFT


@pytest.mark.assumed
def test_a_copy_does_not_remember_that_its_sources_status_was_set_by_hand(
    api: Api, make: Factory, source: Record
) -> None:
    api.call("invoices.set_status", expect=200, invoiceId=source["id"], body={"status": CANCELLED})
    body = order(make, source["client"])
    copy = api.call("invoices.clone", expect=201, invoiceId=source["id"], body=body)["data"]
    api.call("invoices.publish", expect=200, invoiceId=copy["id"])
    make.payment(copy, 5000)

    assert make.read("invoices", copy)["status"]["id"] == PAID


@pytest.mark.assumed
def test_a_project_of_another_client_is_refused_and_nothing_is_copied(
    api: Api, make: Factory, source: Record
) -> None:
    client, project = make.client(), make.project()
    body = order(make, client, bill_projectid=project["id"])
    refused = api.call("invoices.clone", expect=409, invoiceId=source["id"], body=body)
    found = api.call("invoices.search", expect=200, query={"client_id": client["id"]})

    assert refused == {"message": "Cloning has failed. See log for details"}
    assert found["data"] == []


def test_an_invoice_that_is_not_there_cannot_be_copied(api: Api, make: Factory) -> None:
    body = order(make, make.client())

    assert api.call("invoices.clone", expect=404, invoiceId=UNKNOWN_ID, body=body)["message"]


def test_a_copy_of_an_estimate_is_a_new_draft(api: Api, make: Factory) -> None:
    source = make.estimate(
        items=[line(rate=70)], rates=["10"], bill_terms="Terms", bill_notes="Notes"
    )
    api.call("estimates.set_tags", expect=200, estimateId=source["id"], body={"tags": ["big"]})
    api.call("estimates.publish", expect=200, estimateId=source["id"])
    client, category = make.client(), make.category("estimate")
    body = {
        "bill_clientid": client["id"],
        "bill_categoryid": category["id"],
        "bill_date": make.day(3),
        "bill_expiry_date": make.day(9),
    }
    copy = api.call("estimates.clone", expect=201, estimateId=source["id"], body=body)["data"]

    assert copy["status"] == "draft"
    assert (copy["client"]["id"], copy["category"]["id"]) == (client["id"], category["id"])
    assert (copy["dates"]["date"], copy["dates"]["expiry_date"]) == (make.day(3), make.day(9))
    assert copy["totals"] == source["totals"]
    assert copy["totals"]["final_amount"] == "77.00"
    assert copy["terms"] == "Terms"
    assert without_ids(copy) == without_ids(source)


@pytest.mark.assumed
def test_a_copy_of_an_estimate_has_neither_notes_nor_tags_nor_conversion(
    api: Api, make: Factory
) -> None:
    source = make.estimate(bill_notes="Notes")
    api.call("estimates.set_tags", expect=200, estimateId=source["id"], body={"tags": ["big"]})
    api.call("estimates.convert_to_invoice", expect=201, estimateId=source["id"])
    body = {
        "bill_clientid": source["client"]["id"],
        "bill_categoryid": ESTIMATE_CATEGORY,
        "bill_date": make.day(),
    }
    copy = api.call("estimates.clone", expect=201, estimateId=source["id"], body=body)["data"]

    assert (copy["notes"], copy["tags"]) == (None, [])
    assert copy["converted"] == {"is_converted": False, "invoice_id": None}
    assert copy["dates"]["expiry_date"] is None


@pytest.mark.assumed
def test_an_estimate_is_not_copied_into_a_project_of_another_client(
    api: Api, make: Factory
) -> None:
    source, project = make.estimate(), make.project()
    body = {
        "bill_clientid": source["client"]["id"],
        "bill_categoryid": ESTIMATE_CATEGORY,
        "bill_date": make.day(),
        "bill_projectid": project["id"],
    }
    refused = api.call("estimates.clone", expect=409, estimateId=source["id"], body=body)

    assert set(refused) == {"message"}
