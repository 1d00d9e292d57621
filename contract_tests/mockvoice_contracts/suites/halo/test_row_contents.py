"""What the rows of lists have: lines, items, dates of the billed period, or only the id."""

from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.harness.targets import Target
from mockvoice_contracts.suites.halo.factories import Factory, line


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
