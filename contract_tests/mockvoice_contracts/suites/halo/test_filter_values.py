"""Filters by other records, by lists of values and by the caller; parameters without effect."""

from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.halo.factories import Factory, line

IGNORED = [
    {"quote_status": ","}, {"ready_for_invoicing": "false"}, {"rinvoice_type": "both"}, {"invoicedatestart": "true"},
    {"includeinactive": "undefined"}, {"reviewrequired": "undefined"}, {"datesearch": "nothing"}, {"count": "true"},
]  # fmt: skip


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
    other = factory.header(resource, client_id=client["id"])

    for text in (number.upper(), third.lower(), reference[1:-1], str(record["id"])):
        listed = factory.list_ids(client, f"{resource}.search", **{parameter: text})
        # The name of the client is random, so it may contain the id.
        is_in_name = text.lower() in client["name"].lower()
        expected = {record["id"], other["id"]} if is_in_name else {record["id"]}
        assert set(listed) == expected, text
    by_client = factory.list_ids(
        client, f"{resource}.search", **{parameter: client["name"].upper()}
    )
    assert len(by_client) == 2
    assert factory.list_ids(client, f"{resource}.search", **{parameter: f"{number}x"}) == []


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
