"""Filters of recurring invoices by their next run, and of invoices by the recurring invoice that created them."""

from datetime import datetime, timedelta

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.halo.factories import Factory, line


@rule(
    "ready_for_invoicing lists the recurring invoices whose next run is today or earlier, and no disabled ones or those without a run.",
    source="Assumed: the parameter is documented, the rule is not",
)
@pytest.mark.assumed
def test_a_run_of_today_is_ready(factory: Factory) -> None:
    client = factory.client()["id"]
    now = datetime.fromisoformat(factory.invoice(client_id=client)["date_created"][:19])
    bodies = {
        "earlier": {"nextcreationdate": "2020-01-31"},
        "today": {"nextcreationdate": now.date().isoformat()},
        "later": {"nextcreationdate": (now + timedelta(days=2)).date().isoformat()},
        "disabled": {"nextcreationdate": "2020-01-31", "disabled": True},
        "none": {},
    }
    names = {
        factory.template(line(5), client_id=client, **body)["id"]: name
        for name, body in bodies.items()
    }

    query = {"ready_for_invoicing": "true"}
    listed = factory.list_ids(client, "recurring_invoice.search", **query)
    assert {names[one] for one in listed} == {"earlier", "today"}


@rule(
    "recurringinvoice_id lists all invoices of this recurring invoice and none of another one, also after it is deleted.",
    source="Assumed: the parameter is documented, what it compares is not",
)
@pytest.mark.assumed
def test_invoices_are_told_apart_by_their_template(api: Api, factory: Factory) -> None:
    client = factory.client()["id"]
    first, second = (
        factory.template(line(5), client_id=client, period=2, nextcreationdate="2026-01-31")["id"]
        for _ in range(2)
    )
    body = [first, second, first]
    ids = [row["id"] for row in api.call("recurring_invoice.process", expect=200, body=body)]
    factory.invoice(line(5), client_id=client)

    def listed(template_id: int) -> list[int]:
        return factory.list_ids(client, recurringinvoice_id=template_id, order="id")

    assert (listed(first), listed(second)) == ([ids[0], ids[2]], [ids[1]])
    api.call("recurring_invoice.delete", expect=200, recurringInvoiceId=first)
    assert listed(first) == [ids[0], ids[2]]
