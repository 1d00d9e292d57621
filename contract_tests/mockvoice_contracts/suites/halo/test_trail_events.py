"""The change trail after payments, runs and credits, also those that are undone."""

from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.halo.change_trail import fields, trail
from mockvoice_contracts.suites.halo.factories import Factory, Record, line


@rule(
    "GET /InvoiceChange has a row for each line added or removed, each change of paymentstatus and the change of voided.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_lines_payments_and_voiding_are_logged(api: Api, factory: Factory) -> None:
    invoice = factory.invoice(line(10), line(20))
    factory.save(
        "invoice", {"id": invoice["id"], "lines": [{"id": invoice["lines"][0]["id"]}, line(5)]}
    )
    payment = factory.payment(invoice, 1)
    api.call("invoice_payment.delete", expect=200, paymentId=payment["id"])
    api.call("invoice.void", expect=200, invoiceId=invoice["id"])

    rows = fields(trail(api, invoice))

    assert rows[:3] == [
        ("voided", "False", "True"),
        ("paymentstatus", "2", "0"),
        ("paymentstatus", "-1", "2"),
    ]
    assert {row[0] for row in rows[3:5]} == {"Created", "Deleted"}


@rule(
    "After a payment is deleted or moved, the newest row of paymentstatus says what the invoice has now.",
    source="Assumed: the codes of paymentstatus have no source",
)
@pytest.mark.assumed
def test_the_trail_follows_payments_that_are_undone(api: Api, factory: Factory) -> None:
    invoice, other = factory.invoice(line(100)), factory.invoice(line(100))

    def statuses(record: Record) -> list[tuple[Any, Any]]:
        rows = trail(api, record, search="paymentstatus")
        return [(row["old_value"], row["new_value"]) for row in rows]

    payment = factory.payment(invoice, 100)
    factory.save("invoice_payment", {"id": payment["id"], "amount": 40})
    factory.save("invoice_payment", {"id": payment["id"], "invoice_id": other["id"]})
    assert statuses(invoice) == [("2", "0"), ("1", "2"), ("-1", "1")]
    assert statuses(other) == [("-1", "2")]

    api.call("invoice_payment.delete", expect=200, paymentId=payment["id"])
    assert statuses(other) == [("2", "0"), ("-1", "2")]
    factory.save("invoice", {"id": other["id"], "markaspaid": True})
    assert statuses(other)[0] == ("0", "1")


@rule(
    "GET /InvoiceChange has the rows of lastcreated and nextcreationdate after process and after POST /Template, "
    "and Created of the new invoice.",
    source="Assumed: only the properties of a row are documented",
)
@pytest.mark.assumed
def test_runs_and_timers_are_logged(api: Api, factory: Factory) -> None:
    template = factory.template(line(5), period=2, nextcreationdate="2026-01-31")
    invoice = api.call("recurring_invoice.process", expect=200, body=[template["id"]])[0]
    factory.save("template", {"id": template["schedule_id"], "nextcreationdate": "2026-05-01"})

    def moves(name: str) -> list[tuple[str | None, str | None]]:
        return [
            (old and old[:10], new and new[:10])
            for field, old, new in fields(trail(api, template))
            if field == name
        ]

    assert moves("nextcreationdate") == [("2026-02-28", "2026-05-01"), ("2026-01-31", "2026-02-28")]
    assert moves("lastcreated") == [(None, "2026-01-31")]
    assert fields(trail(api, invoice)) == [("Created", None, None)]


@rule(
    "A credit note has its own row Created, and applying it adds rows to the invoice that it pays only.",
    source="Assumed: only the properties of a row are documented",
)
@pytest.mark.assumed
def test_a_credit_is_logged_where_it_is_used(api: Api, factory: Factory) -> None:
    invoice = factory.invoice(line(100))
    credit = factory.save("invoice", {"id": invoice["id"], "_create_credit_note": True})
    use = {"apply_credit": True, "apply_credit_id": credit["id"], "apply_credit_amount": 100}
    factory.save("invoice", {"id": invoice["id"], **use})

    assert fields(trail(api, credit)) == [("Created", None, None)]
    assert fields(trail(api, invoice))[0] == ("paymentstatus", "-1", "1")


@rule(
    "A rejected request, a rejected void and _validateonly add no row to GET /InvoiceChange: {resource}.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", ["invoice", "recurring_invoice"])
def test_what_does_not_happen_is_not_logged(api: Api, factory: Factory, resource: str) -> None:
    record = factory.header(resource, line(10))
    factory.assert_rejected(
        f"{resource}.save", {"id": record["id"], "reference": "x", "client_id": 2**31 - 1}
    )
    factory.save(resource, {"id": record["id"], "reference": "x", "_validateonly": True})
    if resource == "invoice":
        factory.payment(record, 1)
        factory.assert_rejected("invoice.void", invoiceId=record["id"])

    changed = [name for name, _, _ in fields(trail(api, record))]
    assert changed == (["paymentstatus", "Created"] if resource == "invoice" else ["Created"])
