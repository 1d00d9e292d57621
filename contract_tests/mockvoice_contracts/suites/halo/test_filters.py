"""Every filter of the lists of invoices and templates, with a matching and another record."""

from typing import Any

import pytest

from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.halo.factories import Factory, line

SENT = {"datesent": "2026-01-05", "emailstatus": 1}
# Query parameters, the fields of an invoice that matches, and the fields of one that does not.
Case = tuple[dict[str, Any], dict[str, Any], dict[str, Any]]
CASES: list[Case] = [
    ({"billingcategory_ids": "3,4"}, {"billingcategory": 4}, {"billingcategory": 5}),
    ({"datesearch": "duedate", "start_date": "2026-03-01"}, {"duedate": "2026-03-01"}, {"duedate": "2026-02-28"}),
    ({"contract_id": 21}, {"contract_id": 21}, {"contract_id": 22}),
    ({"site_id": 5}, {"sitenumber": 5}, {"sitenumber": 6}),
    ({"user_id": 31}, {"uid": 31}, {}),
    ({"salesorder_id": 8}, {"salesorder_id": 8}, {}),
    ({"purchaseorder_id": 9}, {"purchaseorder_id": 9}, {"purchaseorder_id": 10}),
    ({"notpostedonly": "true"}, {}, {"posted": True}),
    ({"postedonly": "true"}, {"posted": True}, {}),
    ({"reviewrequired": "true"}, {"reviewrequired": True}, {}),
    ({"reviewrequired": "false"}, {}, {"reviewrequired": True}),
    ({"third_party_id": "SI-1"}, {"thirdpartyinvoicenumber": "SI-1"}, {"thirdpartyinvoicenumber": "SI-11"}),
    ({"xero_id": "x-1"}, {"xeroid": "x-1"}, {"xeroid": "x-2"}),
    ({"quickbooks_id": 12}, {"qboid": 12}, {"qboid": 13}),
]  # fmt: skip
ASSUMED_CASES: list[Case] = [
    ({"search": "zebra"}, {"reference": "A ZEBRA here"}, {"reference": "horse"}),
    ({"asset_id": 77}, {"lines": [line(asset_id=77)]}, {"lines": [line(asset_id=78)]}),
    ({"awaiting_approval": "true"}, {"requires_approval": True, "approval_status": 1}, {"requires_approval": True, "approval_status": 2}),
    ({"billing_date": "2026-02-01"}, {"schedule_date": "2026-02-01T10:00:00"}, {"schedule_date": "2026-02-02"}),
    ({"start_date": "2026-01-02", "end_date": "2026-01-03"}, {"invoice_date": "2026-01-03T23:00:00"}, {"invoice_date": "2026-01-04"}),
    ({"datesearch": "schedulestartdate", "end_date": "2026-03-01"}, {"period_start_date": "2026-02-01"}, {"period_start_date": "2026-03-02"}),
    ({"datesearch": "scheduleenddate", "start_date": "2026-03-01"}, {"period_end_date": "2026-03-01"}, {}),
    ({"invoicedatestart": "2026-01-05T00:00:00"}, {"invoice_date": "2026-01-05"}, {"invoice_date": "2026-01-04"}),
    ({"invoicedateend": "2026-01-05"}, {"invoice_date": "2026-01-05T12:00:00"}, {"invoice_date": "2026-01-06"}),
    ({"contract_id": 0}, {}, {"contract_id": 22}),
    ({"ticket_id": 901}, {"ticket_id": 901}, {"ticket_id": 902}),
    ({"ticket_id": 903}, {"lines": [line(ticket_id=903)]}, {"lines": [line()]}),
    ({"includecredits": "False"}, {"invoicetype": 0}, {"invoicetype": 1}),
    ({"includeinvoices": "true", "includecredits": "false"}, {"invoicetype": 0}, {"invoicetype": 1}),
    ({"includeinvoices": "FALSE", "includepoinvoices": "TRUE"}, {"typeid": 2}, {"typeid": 0}),
    ({}, {"type": 1}, {"type": 2}),
    ({"paymentstatuses": "0,-1"}, {"lines": [line(5)]}, {"lines": [line(5)], "markaspaid": True}),
    ({"paymentstatuses": "1"}, {"lines": [line(5)], "markaspaid": True}, {"lines": [line(5)]}),
    ({"sent_status": 1}, SENT, {}),
    ({"sent_status": 0}, {}, SENT),
    ({"stripeautopaymentrequired": "true"}, {"include_in_autopay": True, "lines": [line(5)]}, {"lines": [line(5)]}),
    ({"quote_status": "3, 4"}, {"quote_status": 4}, {"quote_status": 5}),
    ({"quote_status": "won,0"}, {"quote_status": 0}, {}),
    ({"rinvoice_type": "contracts"}, {"contract_id": 5}, {}),
    ({"rinvoice_type": "invoices"}, {}, {"contract_id": 5}),
    ({"ready_for_invoicing": "true"}, {}, {"posted": True}),
    ({"ready_for_invoicing": "true"}, {"requires_approval": True, "approval_status": 2}, {"requires_approval": True}),
]  # fmt: skip


@rule(
    "GET /Invoice lists only the invoices that match {query}.",
    source="Documented: usehalo.com/swagger, GET /Invoice",
)
@pytest.mark.parametrize(("query", "matching", "other"), CASES, ids=lambda case: str(case)[:50])
def test_only_the_matching_invoice_is_listed(
    factory: Factory, query: dict[str, Any], matching: dict[str, Any], other: dict[str, Any]
) -> None:
    check_only_the_matching_one_is_listed(factory, "invoice", query, matching, other)


@rule(
    "GET /Invoice lists only the invoices that match {query}.",
    source="Assumed: the parameters are documented, what they compare is not",
)
@pytest.mark.assumed
@pytest.mark.parametrize(
    ("query", "matching", "other"), ASSUMED_CASES, ids=lambda case: str(case)[:50]
)
def test_only_the_invoice_with_the_assumed_meaning_is_listed(
    factory: Factory, query: dict[str, Any], matching: dict[str, Any], other: dict[str, Any]
) -> None:
    check_only_the_matching_one_is_listed(factory, "invoice", query, matching, other)


def check_only_the_matching_one_is_listed(
    factory: Factory,
    resource: str,
    query: dict[str, Any],
    matching: dict[str, Any],
    other: dict[str, Any],
) -> None:
    client = factory.client()["id"]
    record = factory.header(resource, client_id=client, **matching)
    factory.header(resource, client_id=client, **other)

    assert factory.list_ids(client, f"{resource}.search", **query) == [record["id"]]


INVOICE, CREDIT, PO_INVOICE = 0, 1, 2


@rule(
    "includeinvoices, includecredits and includepoinvoices each include or drop one kind alone; without them, PO invoices are left out.",
    source="Assumed: the parameters are documented, their default is not",
)
@pytest.mark.assumed
@pytest.mark.parametrize(
    ("query", "kinds"),
    [({}, {INVOICE, CREDIT}), ({"includecredits": "false"}, {INVOICE}), ({"includecredits": "true"}, {INVOICE, CREDIT}),
     ({"includeinvoices": "false"}, {CREDIT}), ({"includeinvoices": "false", "includecredits": "false"}, set()),
     ({"includepoinvoices": "false"}, {INVOICE, CREDIT}), ({"includepoinvoices": "true"}, {INVOICE, CREDIT, PO_INVOICE}),
     ({"includecredits": "false", "includepoinvoices": "true"}, {INVOICE, PO_INVOICE}),
     ({"includecredits": "undefined"}, {INVOICE, CREDIT})],
    ids=str,
)  # fmt: skip
@pytest.mark.parametrize("operation", ["invoice.search", "recurring_invoice.search"])
def test_each_switch_of_a_kind_includes_or_drops_that_kind_alone(
    factory: Factory, operation: str, query: dict[str, Any], kinds: set[int]
) -> None:
    client = factory.client()["id"]
    create = factory.invoice if operation == "invoice.search" else factory.template
    ids = {
        kind: create(client_id=client, type=kind)["id"] for kind in (INVOICE, CREDIT, PO_INVOICE)
    }

    assert set(factory.list_ids(client, operation, **query)) == {ids[kind] for kind in kinds}


TEMPLATES: list[Case] = [
    ({"datesearch": "duedate", "end_date": "2026-02-01"}, {"duedate": "2026-02-01"}, {"duedate": "2026-02-02"}),
    ({"datesearch": "duedate", "start_date": "2026-02-01"}, {"duedate": "2026-02-01"}, {"duedate": "2026-01-31"}),
    ({"site_id": 6}, {"sitenumber": 6}, {"sitenumber": 7}),
    ({"user_id": 31}, {"uid": 31}, {}),
    ({"contract_id": 21}, {"contract_id": 21}, {"contract_id": 22}),
    ({"billingcategory_ids": "3,4"}, {"billingcategory": 4}, {"billingcategory": 5}),
    ({"salesorder_id": 8}, {"salesorder_id": 8}, {}),
    ({"purchaseorder_id": 9}, {"purchaseorder_id": 9}, {"purchaseorder_id": 10}),
    ({"reviewrequired": "true"}, {"reviewrequired": True}, {}),
    ({"third_party_id": "SI-1"}, {"thirdpartyinvoicenumber": "SI-1"}, {"thirdpartyinvoicenumber": "SI-11"}),
    ({"xero_id": "x-1"}, {"xeroid": "x-1"}, {"xeroid": "x-2"}),
    ({"quickbooks_id": 12}, {"qboid": 12}, {"qboid": 13}),
    ({"postedonly": "true"}, {"posted": True}, {}),
    ({"notpostedonly": "true"}, {}, {"posted": True}),
]  # fmt: skip
ASSUMED_TEMPLATES: list[Case] = [
    ({"rinvoice_type": "contracts"}, {"contract_id": 5}, {}),
    ({"rinvoice_type": "invoices"}, {}, {"contract_id": 5}),
    ({"ready_for_invoicing": "true"}, {"nextcreationdate": "2026-01-31"}, {}),
    ({"ready_for_invoicing": "true"}, {"nextcreationdate": "2026-01-31"}, {"nextcreationdate": "2026-01-31", "disabled": True}),
    ({"datesearch": "schedulestartdate", "start_date": "2026-02-01"}, {"startdate": "2026-02-01"}, {"startdate": "2026-01-31"}),
    ({"datesearch": "duedate", "start_date": "2026-02-01"}, {"duedate": "2026-02-01"}, {}),
    ({"ticket_id": 901}, {"ticket_id": 901}, {"ticket_id": 902}),
    ({"ticket_id": 903}, {"lines": [line(ticket_id=903)]}, {"lines": [line()]}),
    ({"awaiting_approval": "true"}, {"requires_approval": True, "approval_status": 1}, {"requires_approval": True, "approval_status": 2}),
    ({"sent_status": 1}, SENT, {}),
    ({"billing_date": "2026-02-01"}, {"schedule_date": "2026-02-01T10:00:00"}, {"schedule_date": "2026-02-02"}),
    ({"invoicedateend": "2026-01-05"}, {"invoice_date": "2026-01-05T12:00:00"}, {"invoice_date": "2026-01-06"}),
    ({"includecredits": "false"}, {"type": 0}, {"type": 1}),
    ({"quote_status": "3"}, {"quote_status": 3}, {}),
    ({"datesearch": "scheduleenddate", "end_date": "2026-02-01"}, {"enddate": "2026-02-01"}, {"enddate": "2026-02-02"}),
    ({"search": "zebra"}, {"reference": "zebra"}, {"reference": "horse"}),
    ({"asset_id": 6}, {"lines": [line(asset_id=6)]}, {"lines": [line()]}),
    ({"start_date": "2026-02-01"}, {"invoice_date": "2026-02-01"}, {"invoice_date": "2026-01-31"}),
]  # fmt: skip


@rule(
    "GET /RecurringInvoice lists only the recurring invoices that match {query}.",
    source="Documented: usehalo.com/swagger, GET /RecurringInvoice",
)
@pytest.mark.parametrize(("query", "matching", "other"), TEMPLATES, ids=lambda case: str(case)[:50])
def test_only_the_matching_template_is_listed(
    factory: Factory, query: dict[str, Any], matching: dict[str, Any], other: dict[str, Any]
) -> None:
    check_only_the_matching_one_is_listed(factory, "recurring_invoice", query, matching, other)


@rule(
    "GET /RecurringInvoice lists only the recurring invoices that match {query}.",
    source="Assumed: the parameters are documented, what they compare is not",
)
@pytest.mark.assumed
@pytest.mark.parametrize(
    ("query", "matching", "other"), ASSUMED_TEMPLATES, ids=lambda case: str(case)[:50]
)
def test_only_the_template_with_the_assumed_meaning_is_listed(
    factory: Factory, query: dict[str, Any], matching: dict[str, Any], other: dict[str, Any]
) -> None:
    check_only_the_matching_one_is_listed(factory, "recurring_invoice", query, matching, other)
