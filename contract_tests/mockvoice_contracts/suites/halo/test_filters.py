"""Every filter of the lists of invoices and templates, with a matching and another record."""

from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.harness.targets import Target
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
IGNORED = [
    {"quote_status": ","}, {"ready_for_invoicing": "false"}, {"rinvoice_type": "both"}, {"invoicedatestart": "true"},
    {"includeinactive": "undefined"}, {"reviewrequired": "undefined"}, {"datesearch": "nothing"}, {"count": "true"},
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


@rule(
    "{parameter} finds a part of invoicenumber, thirdpartyinvoicenumber, reference, client_name and id, in any case.",
    source="Assumed: the parameter is documented, the searched properties are not",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", ["invoice", "recurring_invoice"])
@pytest.mark.parametrize("parameter", ["search", "advanced_search"])
def test_text_is_searched_in_numbers_reference_client_and_id(
    factory: Factory, parameter: str, resource: str
) -> None:
    client = factory.client()
    number, third, reference = (factory.unique_name(word) for word in ("No", "Third", "Ref"))
    numbers = {"invoicenumber": number, "thirdpartyinvoicenumber": third}
    record = factory.header(resource, client_id=client["id"], reference=reference, **numbers)
    factory.header(resource, client_id=client["id"])

    for text in (number.upper(), third.lower(), reference[1:-1], str(record["id"])):
        listed = factory.list_ids(client, f"{resource}.search", **{parameter: text})
        assert listed == [record["id"]], text
    by_client = factory.list_ids(
        client, f"{resource}.search", **{parameter: client["name"].upper()}
    )
    assert len(by_client) == 2
    assert factory.list_ids(client, f"{resource}.search", **{parameter: f"{number}x"}) == []


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


@rule(
    "The parameter {query} does not filter the list.",
    source="Assumed: observed in browser calls (github.com/homotechsual/HaloAPI, issue 33) for some values only",
)
@pytest.mark.assumed
@pytest.mark.parametrize("query", IGNORED, ids=str)
def test_parameters_without_effect_filter_nothing(factory: Factory, query: dict[str, Any]) -> None:
    client = factory.client()["id"]
    invoice = factory.invoice(client_id=client)

    assert factory.list_ids(client, **query) == [invoice["id"]]


@rule(
    "client_ids lists the invoices of all clients whose ids it has, with commas between them.",
    source="Documented: usehalo.com/swagger, GET /Invoice",
)
@pytest.mark.parametrize("resource", ["invoice", "recurring_invoice"])
def test_invoices_are_filtered_by_several_clients(
    api: Api, factory: Factory, resource: str
) -> None:
    clients = [factory.client()["id"] for _ in range(3)]
    ids = [factory.header(resource, client_id=client)["id"] for client in clients]

    query = {"client_ids": f"{clients[0]},{clients[2]}"}
    rows = api.call(f"{resource}.search", expect=200, query=query)["invoices"]

    assert {row["id"] for row in rows} == {ids[0], ids[2]}


@rule(
    "toplevel_id lists the invoices of the clients of this top level.",
    source="Assumed: the parameter is documented, what it compares is not",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", ["invoice", "recurring_invoice"])
def test_invoices_are_filtered_by_the_top_level_of_their_client(
    api: Api, factory: Factory, resource: str
) -> None:
    toplevel_id = 40_000 + factory.client()["id"]
    inside, outside = factory.client(toplevel_id=toplevel_id), factory.client()
    first, second = (
        factory.header(resource, client_id=client["id"])["id"] for client in (inside, outside)
    )

    def ids() -> set[int]:
        rows = api.call(f"{resource}.search", expect=200, query={"toplevel_id": toplevel_id})
        return {row["id"] for row in rows["invoices"]}

    assert ids() == {first}
    factory.save("client", {"id": outside["id"], "toplevel_id": toplevel_id})
    assert ids() == {first, second}


@rule(
    "paymentstatuses is accepted with commas, as a repeated name and as paymentstatuses[].",
    source="Assumed: the forms are observed (github.com/homotechsual/HaloAPI, issue 33), the codes have no source",
)
@pytest.mark.assumed
def test_list_parameters_are_accepted_in_three_forms(api: Api, factory: Factory) -> None:
    client = factory.client()["id"]
    paid = factory.invoice(line(5), client_id=client, markaspaid=True)["id"]
    factory.invoice(line(5), client_id=client)

    for query in (
        "paymentstatuses=1,2",
        "paymentstatuses=1&paymentstatuses=2",
        "paymentstatuses%5B%5D=1&PaymentStatuses[]=2",
    ):
        response = api.send("GET", f"/api/invoice?CLIENT_ID={client}&{query}")
        assert [row["id"] for row in response.body["invoices"]] == [paid], query


@rule(
    "my_approvals=true lists the invoices whose approvalagent is the caller.",
    source="Assumed: the parameter is documented, what it compares is not",
)
@pytest.mark.assumed
def test_my_approvals_are_those_of_the_authenticated_agent(factory: Factory) -> None:
    client = factory.client()["id"]
    own = factory.invoice(client_id=client, approvalagent=1)["id"]
    factory.invoice(client_id=client, approvalagent=12)

    assert factory.list_ids(client, my_approvals="true") == [own]


@rule(
    "recurringinvoice_id lists the invoices that this recurring invoice created.",
    source="Assumed: the parameter is documented, what it compares is not",
)
@pytest.mark.assumed
def test_invoices_are_filtered_by_their_template(api: Api, factory: Factory) -> None:
    template = factory.template(line(), nextcreationdate="2026-01-31")
    invoice = api.call("recurring_invoice.process", expect=200, body=[template["id"]])[0]
    factory.invoice(client_id=template["client_id"])

    assert factory.list_ids(template["client_id"], recurringinvoice_id=template["id"]) == [
        invoice["id"]
    ]


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


@rule(
    "A quote_status that is not a code matches no invoice.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_an_unknown_quote_status_matches_nothing(factory: Factory) -> None:
    invoice = factory.invoice()

    assert factory.list_ids(invoice["client_id"], quote_status="won") == []


@rule(
    "ready_for_invoicing=true leaves out a voided invoice.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_a_voided_invoice_is_not_ready_for_invoicing(api: Api, factory: Factory) -> None:
    invoice = factory.invoice()
    ready = {"ready_for_invoicing": "true"}
    assert factory.list_ids(invoice["client_id"], **ready) == [invoice["id"]]

    api.call("invoice.void", expect=200, invoiceId=invoice["id"])

    assert factory.list_ids(invoice["client_id"], **ready) == []


@rule(
    "invoicedatestart=true and invoicedateend=true add the start and the end of the billed period to each row, else the invoice_date.",
    source="Assumed: the parameters are documented, the values are not",
)
@pytest.mark.assumed
@pytest.mark.parametrize("operation", ["invoice.search", "recurring_invoice.search"])
@pytest.mark.parametrize(
    ("period", "expected"),
    [({}, ["2026-01-05T10:00:00", "2026-01-05T10:00:00"]),
     ({"period_start_date": "2026-02-01", "period_end_date": "2026-02-28"}, ["2026-02-01T00:00:00", "2026-02-28T00:00:00"])],
    ids=["without-a-period", "with-a-period"],
)  # fmt: skip
def test_the_dates_of_the_billed_period_are_added_on_request(
    api: Api, factory: Factory, operation: str, period: dict[str, str], expected: list[str]
) -> None:
    create = factory.invoice if operation == "invoice.search" else factory.template
    client = create(invoice_date="2026-01-05T10:00:00", **period)["client_id"]
    names = ["invoicedatestart", "invoicedateend"]

    def row(**switches: str) -> Any:
        query = {"client_id": client, **switches}
        return api.call(operation, expect=200, query=query)["invoices"][0]

    requested = row(**dict.fromkeys(names, "True"))
    assert [requested.get(name) for name in names] == expected
    assert row(invoicedateend="true").keys() & set(names) == {"invoicedateend"}
    assert row(invoicedatestart="2026-01-01").keys() & set(names) == set()
    assert row(**dict.fromkeys(names, "false")).keys() & set(names) == set()


@rule(
    "A recurring invoice returns the duedate that was sent, and none after null.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_a_template_shows_the_due_date_that_was_sent(factory: Factory) -> None:
    template = factory.template(duedate="2026-02-01")
    assert template["duedate"][:10] == "2026-02-01"

    cleared = factory.save("recurring_invoice", {"id": template["id"], "duedate": None})

    assert "duedate" not in cleared


@rule(
    "datesearch=last_modified applies start_date and end_date to last_modified.",
    source="Documented: usehalo.com/swagger, GET /Invoice",
)
def test_last_modified_can_be_searched_by_date(factory: Factory) -> None:
    invoice = factory.invoice(invoice_date="2001-01-01")
    day = invoice["last_modified"][:10]

    assert factory.list_ids(invoice["client_id"], datesearch="last_modified", start_date=day) == [
        invoice["id"]
    ]
    assert (
        factory.list_ids(invoice["client_id"], datesearch="last_modified", end_date="2001-12-31")
        == []
    )


@rule(
    "Rows of a list have their lines with includelines=true only, and only their id with idonly=true.",
    source="Documented: usehalo.com/swagger, GET /Invoice",
)
@pytest.mark.parametrize("resource", ["invoice", "recurring_invoice"])
def test_lines_are_listed_on_request(api: Api, factory: Factory, resource: str) -> None:
    record = factory.header(resource, line(3))
    query = {"client_id": record["client_id"]}

    def row(**switches: str) -> Any:
        return api.call(f"{resource}.search", expect=200, query=query | switches)["invoices"][0]

    assert "lines" not in row()
    assert [one["unit_price"] for one in row(includelines="true")["lines"]] == [3]
    only_id = row(idonly="true")
    assert only_id["id"] == record["id"]
    assert not {"client_id", "total"} & only_id.keys()


@rule(
    "include_linked_item_details=true adds lines with their linked_item, also without includelines.",
    source="Assumed: the parameter is documented, that it adds the lines is not",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", ["invoice", "recurring_invoice"])
def test_linked_items_are_listed_on_request(api: Api, factory: Factory, resource: str) -> None:
    item = factory.item(baseprice=3)
    record = factory.header(resource, {"_itemid": item["id"]})
    query = {"client_id": record["client_id"]}

    def lines(**switches: str) -> Any:
        rows = api.call(f"{resource}.search", expect=200, query=query | switches)["invoices"]
        return rows[0]["lines"]

    assert "linked_item" not in lines(includelines="true")[0]
    for switches in ({}, {"includelines": "True"}):
        with_items = lines(include_linked_item_details="true", **switches)
        assert with_items[0]["linked_item"]["id"] == item["id"], switches


@rule(
    "GET /Invoice/lines returns invoices with their lines, of one client with client_id; without it, of all clients or 400.",
    source="Observed: github.com/Midtown-Technology-Group/halocli, sweep_results.json",
)
def test_lines_are_listed_of_one_client_or_of_all(
    api: Api, factory: Factory, target: Target
) -> None:
    invoice, other = factory.invoice(line(3)), factory.invoice(line(4))

    own = api.call("invoice.lines", expect=200, query={"client_id": invoice["client_id"]})
    answer = api.exchange(
        "invoice.lines",
        expect=200 if target.is_mock else (200, 400),
        query={"pageinate": "true", "page_no": 1, "page_size": 2},
    )

    assert [row["lines"][0]["unit_price"] for row in own["invoices"]] == [3]
    if answer.status == 400:
        assert answer.body == "Parameter client_id must be included"
        return
    assert [answer.body[name] for name in ("page_no", "page_size")] == [1, 2]
    assert len(answer.body["invoices"]) == 2
    assert all("lines" in row for row in answer.body["invoices"])
    assert answer.body["record_count"] >= 2
    if target.is_mock:
        rows = api.call("invoice.lines", expect=200)["invoices"]
        assert {invoice["id"], other["id"]} <= {row["id"] for row in rows}
