"""Clones of invoices and estimates."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
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


def clone_body(factory: Factory, client: Record, **fields: object) -> Record:
    """Return the fields that the request for a clone must send."""
    return {
        "bill_clientid": client["id"],
        "bill_date": factory.day(30),
        "bill_due_date": factory.day(44),
        **fields,
    }


def without_ids(bill: Record) -> tuple[list[Record], list[Record]]:
    """Return lines and taxes of a bill without the ids of its lines."""
    positions = {line["id"]: position for position, line in enumerate(bill["line_items"])}
    lines = [{**line, "id": None} for line in bill["line_items"]]
    taxes = [{**tax, "lineitem_id": positions.get(tax["lineitem_id"])} for tax in bill["taxes"]]
    return lines, taxes


@pytest.fixture
def source(api: Api, factory: Factory) -> Record:
    """A published invoice with a value in every field."""
    client = factory.client()
    item = line(
        tax_rate_id=factory.tax_rate_id("20"), discount_type="percentage", discount_value=10
    )
    invoice = factory.invoice(
        client,
        items=[line(description="Plain"), item],
        bill_tax_type="inline",
        bill_projectid=factory.project(client)["id"],
        bill_categoryid=factory.category()["id"],
        bill_notes="Notes",
        bill_terms="Terms",
    )
    path = {"invoiceId": invoice["id"]}
    adjustment = {"bill_adjustment_amount": -5, "bill_adjustment_description": "Goodwill"}
    api.call("invoices.update", expect=200, body={**required_header(invoice), **adjustment}, **path)
    api.call("invoices.set_tags", expect=200, body={"tags": ["retainer"]}, **path)
    api.call("invoices.publish", expect=200, **path)
    return factory.read("invoices", invoice)


@rule(
    "POST /invoices/<id>/clone creates a Draft with a new id and the client, project and dates of the body.",
    source="Documented: docs-api.growcrm.io/invoices",
)
def test_a_clone_is_a_new_draft_with_the_client_and_dates_of_the_request(
    api: Api, factory: Factory, source: Record
) -> None:
    client = factory.client()
    project = factory.project(client)
    body = clone_body(factory, client, bill_projectid=project["id"])
    clone = api.call("invoices.clone", expect=201, invoiceId=source["id"], body=body)["data"]

    assert clone["id"] != source["id"]
    assert clone["status"]["id"] == DRAFT
    assert clone["client"] == {"id": client["id"], "name": client["company_name"]}
    assert clone["project_id"] == project["id"]
    assert (clone["dates"]["date"], clone["dates"]["due_date"]) == (
        factory.day(30),
        factory.day(44),
    )
    assert factory.read("invoices", clone) == clone


@rule(
    "A clone has the lines (with new ids), taxes, totals, terms, category and tax_type of its source.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
def test_a_clone_has_the_lines_taxes_amounts_terms_category_and_mode_of_its_source(
    api: Api, factory: Factory, source: Record
) -> None:
    body = clone_body(factory, source["client"])
    clone = api.call("invoices.clone", expect=201, invoiceId=source["id"], body=body)["data"]

    for name in ("totals", "terms", "category", "tax_type"):
        assert clone[name] == source[name]
    assert without_ids(clone) == without_ids(source)
    old_ids = {item["id"] for item in source["line_items"]}
    assert old_ids.isdisjoint(item["id"] for item in clone["line_items"])


@rule(
    "A clone of a summary invoice has the header discount, the taxes and the totals of its source.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
def test_a_clone_in_summary_mode_has_the_discount_and_taxes_of_its_source(
    api: Api, factory: Factory
) -> None:
    source = factory.invoice(items=[line()], rates=["10"])
    discount = {"bill_discount_type": "percentage", "bill_discount_percentage": 5}
    body = {**required_header(source), **discount}
    source = api.call("invoices.update", expect=200, invoiceId=source["id"], body=body)["data"]
    body = clone_body(factory, source["client"])
    clone = api.call("invoices.clone", expect=201, invoiceId=source["id"], body=body)["data"]

    assert clone["totals"] == source["totals"]
    assert clone["taxes"] == source["taxes"]


@rule(
    "`notes` of a clone is null.",
    source="Assumed: the CRM core stores an empty text, null is chosen here",
)
@pytest.mark.assumed
def test_a_clone_has_no_notes(api: Api, factory: Factory, source: Record) -> None:
    body = clone_body(factory, source["client"])
    clone = api.call("invoices.clone", expect=201, invoiceId=source["id"], body=body)["data"]

    assert clone["notes"] is None


@rule(
    "A clone has no tags, no payments, and without `bill_projectid` no project.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
def test_a_clone_has_no_tags_project_or_payments(
    api: Api, factory: Factory, source: Record
) -> None:
    factory.payment(source, 20)
    body = clone_body(factory, source["client"])
    clone = api.call("invoices.clone", expect=201, invoiceId=source["id"], body=body)["data"]
    payments = api.call("payments.search", expect=200, query={"invoice_id": clone["id"]})

    assert (clone["tags"], clone["project_id"]) == ([], None)
    assert payments["data"] == []


@rule(
    "POST /invoices/<id>/clone does not change the source.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
def test_cloning_does_not_change_the_source(api: Api, factory: Factory, source: Record) -> None:
    body = clone_body(factory, factory.client())
    api.call("invoices.clone", expect=201, invoiceId=source["id"], body=body)

    assert factory.read("invoices", source) == source


@rule(
    "An invoice with status {status} can be cloned, and the copy is a Draft (1).",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
@pytest.mark.parametrize("status", [DRAFT, PAID, CANCELLED])
def test_an_invoice_of_any_status_can_be_cloned(
    api: Api, factory: Factory, source: Record, status: int
) -> None:
    api.call("invoices.set_status", expect=200, invoiceId=source["id"], body={"status": status})
    body = clone_body(factory, source["client"])
    clone = api.call("invoices.clone", expect=201, invoiceId=source["id"], body=body)["data"]

    assert clone["status"]["id"] == DRAFT


@rule(
    "Payments change the status of a clone even if the status of its source was set by hand.",
    source="Assumed: the CRM core copies the manual flag, the reset is a choice",
)
@pytest.mark.assumed
def test_a_clone_has_an_automatic_status_even_if_the_source_was_set_by_hand(
    api: Api, factory: Factory, source: Record
) -> None:
    api.call("invoices.set_status", expect=200, invoiceId=source["id"], body={"status": CANCELLED})
    body = clone_body(factory, source["client"])
    clone = api.call("invoices.clone", expect=201, invoiceId=source["id"], body=body)["data"]
    api.call("invoices.publish", expect=200, invoiceId=clone["id"])
    factory.payment(clone, 5000)

    assert factory.read("invoices", clone)["status"]["id"] == PAID


@rule(
    "A clone with a `bill_projectid` of another client gets 409, and no invoice is created.",
    source="Assumed: the CRM core refuses the clone, the status 409 is a choice",
)
@pytest.mark.assumed
def test_a_clone_with_a_project_of_another_client_is_rejected(
    api: Api, factory: Factory, source: Record
) -> None:
    client, project = factory.client(), factory.project()
    body = clone_body(factory, client, bill_projectid=project["id"])
    response = api.call("invoices.clone", expect=409, invoiceId=source["id"], body=body)
    invoices = api.call("invoices.search", expect=200, query={"client_id": client["id"]})

    assert invoices["data"] == []
    assert response["message"]
    if api.target.is_mock:
        assert response["message"] == "Cloning has failed. See log for details"


@rule(
    "Clone of an invoice id that does not exist gets 404.",
    source="Documented: docs-api.growcrm.io/invoices",
)
def test_an_unknown_invoice_cannot_be_cloned(api: Api, factory: Factory) -> None:
    body = clone_body(factory, factory.client())

    assert api.call("invoices.clone", expect=404, invoiceId=UNKNOWN_ID, body=body)["message"]


@rule(
    "POST /estimates/<id>/clone creates a `draft` with client, category and dates of the body, and lines, taxes, totals and terms of its source.",
    source="Documented: docs-api.growcrm.io/estimates",
)
def test_a_clone_of_an_estimate_is_a_new_draft(api: Api, factory: Factory) -> None:
    source = factory.estimate(
        items=[line(rate=70)], rates=["10"], bill_terms="Terms", bill_notes="Notes"
    )
    api.call("estimates.set_tags", expect=200, estimateId=source["id"], body={"tags": ["big"]})
    api.call("estimates.publish", expect=200, estimateId=source["id"])
    client, category = factory.client(), factory.category("estimate")
    body = {
        "bill_clientid": client["id"],
        "bill_categoryid": category["id"],
        "bill_date": factory.day(3),
        "bill_expiry_date": factory.day(9),
    }
    clone = api.call("estimates.clone", expect=201, estimateId=source["id"], body=body)["data"]

    assert clone["status"] == "draft"
    assert (clone["client"]["id"], clone["category"]["id"]) == (client["id"], category["id"])
    assert (clone["dates"]["date"], clone["dates"]["expiry_date"]) == (
        factory.day(3),
        factory.day(9),
    )
    assert clone["totals"] == source["totals"]
    assert clone["totals"]["final_amount"] == "77.00"
    assert clone["terms"] == "Terms"
    assert without_ids(clone) == without_ids(source)


@rule(
    "A clone of an estimate has no notes, tags and expiry date, and is not converted.",
    source="Assumed: the page does not say what is copied",
)
@pytest.mark.assumed
def test_a_clone_of_an_estimate_has_no_notes_tags_or_conversion(api: Api, factory: Factory) -> None:
    source = factory.estimate(bill_notes="Notes")
    api.call("estimates.set_tags", expect=200, estimateId=source["id"], body={"tags": ["big"]})
    api.call("estimates.convert_to_invoice", expect=201, estimateId=source["id"])
    body = {
        "bill_clientid": source["client"]["id"],
        "bill_categoryid": ESTIMATE_CATEGORY,
        "bill_date": factory.day(),
    }
    clone = api.call("estimates.clone", expect=201, estimateId=source["id"], body=body)["data"]

    assert (clone["notes"], clone["tags"]) == (None, [])
    assert clone["converted"] == {"is_converted": False, "invoice_id": None}
    assert clone["dates"]["expiry_date"] is None


@rule(
    "A clone of an estimate with a `bill_projectid` of another client gets 409.",
    source="Assumed: the CRM core refuses the clone, the status 409 is a choice",
)
@pytest.mark.assumed
def test_an_estimate_cannot_be_cloned_into_a_project_of_another_client(
    api: Api, factory: Factory
) -> None:
    source, project = factory.estimate(), factory.project()
    body = {
        "bill_clientid": source["client"]["id"],
        "bill_categoryid": ESTIMATE_CATEGORY,
        "bill_date": factory.day(),
        "bill_projectid": project["id"],
    }
    response = api.call("estimates.clone", expect=409, estimateId=source["id"], body=body)

    assert set(response) == {"message"}
