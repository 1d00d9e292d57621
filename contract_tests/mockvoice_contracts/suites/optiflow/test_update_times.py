"""``created_at`` and ``updated_at`` of every resource, after changes of each kind."""

from time import sleep
from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.clock import ServerClock
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.optiflow.factories import (
    UNKNOWN_ID,
    Factory,
    Record,
    id_parameter,
)
from mockvoice_contracts.suites.optiflow.new_records import new_record
from mockvoice_contracts.suites.optiflow.numbering import new_series, set_default, toggle_active
from mockvoice_contracts.suites.optiflow.same_records import check_same, instant

# A value that is rejected, and changes that each change a column of the record itself.
NAMED = ({"name": "x" * 256}, {"name": "Otro nombre"})
CHANGES: dict[str, tuple[Record, ...]] = {
    "invoices": (
        {"contact_id": UNKNOWN_ID},
        {"notes": "Otra"}, {"payment_term": "90days"}, {"issue_date": "2026-01-05"}, {"status": "cancelled"},
        {"items": [{"quantity": 7}]},
    ),
    "quotations": (
        {"contact_id": UNKNOWN_ID},
        {"notes": "Otra"}, {"status": "sent"}, {"issue_date": "2026-01-05"}, {"items": [{"quantity": 7}]},
    ),
    "payments": (
        {"bank_account_id": UNKNOWN_ID},
        {"note": "Otra"}, {"amount": "7.00"}, {"payment_date": "2026-01-05"}, {"payment_method": "check"},
    ),
    "contacts": (*NAMED, {"observations": "Otra"}, {"status": "inactive"}, {"credit_limit": "7.00"}),
    "products": (*NAMED, {"price": "7.00"}, {"description": "Otra"}, {"is_active": False}),
    "taxes": (*NAMED, {"rate": "7.00"}),
    "currencies": (*NAMED, {"symbol": "Q$"}, {"is_active": False}),
    "document_subtypes": (*NAMED, {"end_number": 700}, {"is_active": False}, {"start_number": 7}),
    "salesmen": (*NAMED, {"surname": "Otra"}),
    "bank_accounts": (*NAMED, {"description": "Otra"}, {"account_number": "7"}),
}  # fmt: skip


def let_time_pass(api: Api) -> None:
    """Wait until the server's clock shows another second: servers may store times in whole seconds."""
    if "clock" in api.target.abilities:
        ServerClock(api.target).advance(seconds=2)
    else:
        sleep(1.1)


def body_of(factory: Factory, change: Record) -> Record:
    """Return the body of an update: names are made unique, and lines get their other fields."""
    body = dict(change)
    if body.get("name") == "Otro nombre":
        body["name"] = factory.unique_name("Otro nombre")
    if "items" in body:
        body["items"] = [factory.line(**item) for item in body["items"]]
    return body


def check_touched(before: Record, after: Record, change: Any) -> None:
    """Check that a record has a later time of its last change, and the same time of creation."""
    times = f"{before['updated_at']} and {after['updated_at']}"
    assert instant(after["updated_at"]) > instant(before["updated_at"]), f"{change}: {times}"
    assert instant(after["created_at"]) == instant(before["created_at"]), f"{change}: created_at"


@rule(
    "Every update of a record of {kind} sets updated_at to the time of the change and leaves created_at; a rejected one leaves both.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/invoices, api/quotations, api/contacts and api/products",
)
@pytest.mark.parametrize("kind", CHANGES)
def test_an_update_changes_updated_at_only(api: Api, factory: Factory, kind: str) -> None:
    rejected, *changes = CHANGES[kind]
    records = [new_record(factory, kind) for _ in changes]
    untouched = factory.read(kind, new_record(factory, kind))
    let_time_pass(api)
    later = new_record(factory, kind)
    path_params = id_parameter(kind, untouched)
    assert factory.error_fields(f"{kind}.update", rejected, **path_params) == list(rejected)

    # The series of a document has issued a number for the later one.
    check_same(factory.read(kind, untouched), untouched, ignoring=["document_subtype"])
    assert instant(later["created_at"]) > instant(untouched["created_at"])
    assert instant(later["updated_at"]) >= instant(later["created_at"])
    for record, change in zip(records, changes, strict=True):
        body, path_params = body_of(factory, change), id_parameter(kind, record)
        changed = api.call(f"{kind}.update", expect=200, body=body, **path_params)["data"]
        check_touched(record, changed, change)
        check_same(factory.read(kind, record), changed)


@rule(
    "PUT of a record of {kind} sets updated_at as PATCH does.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/invoices, api/quotations, api/contacts and api/products",
)
@pytest.mark.parametrize("kind", [kind for kind in CHANGES if kind != "payments"])
def test_put_changes_updated_at_only(api: Api, factory: Factory, kind: str) -> None:
    record, change = new_record(factory, kind), CHANGES[kind][1]
    let_time_pass(api)
    body, path_params = body_of(factory, change), id_parameter(kind, record)
    changed = api.call(f"{kind}.replace", expect=200, body=body, **path_params)["data"]

    check_touched(record, changed, change)


@rule(
    "A new name or description of a workspace, by PATCH or PUT, sets its updated_at and leaves created_at.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/workspaces",
)
def test_an_update_of_a_workspace_changes_updated_at_only(api: Api, factory: Factory) -> None:
    first, second, untouched = (factory.workspace() for _ in range(3))
    let_time_pass(api)
    for operation, workspace, body in (
        ("update", first, {"name": factory.unique_name("Otra sucursal")}),
        ("replace", second, {"name": second["name"], "description": "Otra"}),
    ):
        changed = api.call(
            f"workspaces.{operation}", expect=200, body=body, workspaceId=workspace["id"]
        )["data"]
        check_touched(workspace, changed, body)
        rows = {row["id"]: row for row in api.call("workspaces.search", expect=200)["data"]}

        check_same(rows[workspace["id"]], changed)
        assert instant(rows[untouched["id"]]["updated_at"]) == instant(untouched["updated_at"])


@rule(
    "Deactivating and activating a product, switching a series on and off, and making it the default one set updated_at.",
    source="Observed: github.com/luisscruza/optiflow, app/Models/Product.php and app/Models/DocumentSubtype.php",
)
def test_switches_change_updated_at(api: Api, factory: Factory) -> None:
    product, series = factory.service(), factory.series()
    for action in ("deactivate", "activate"):
        let_time_pass(api)
        switched = api.call(f"products.{action}", expect=200, productId=product["id"])["data"]
        toggled = toggle_active(api, series)

        check_touched(product, switched, action)
        check_touched(series, toggled, "toggle-active")
        product, series = switched, toggled
    with new_series(api, factory, "payment", "A") as (receipts,):
        let_time_pass(api)
        check_touched(receipts, set_default(api, receipts), "set-default")


@rule(
    "A payment that changes the status of its invoice, its voiding, and the conversion of a quotation set updated_at of the invoice and the quotation; the voided payment has the time of its voiding.",
    source="Observed: github.com/luisscruza/optiflow, app/Models/Invoice.php and app/Actions/CreateInvoiceAction.php",
)
def test_a_new_status_changes_updated_at(api: Api, factory: Factory) -> None:
    invoice, quotation, other = factory.invoice(), factory.quotation(), factory.quotation()
    let_time_pass(api)
    payment = factory.payment(invoice, 40)
    body = {"document_subtype_id": factory.invoice_series_id}
    converted = factory.create("quotations.convert", body, **id_parameter("quotations", quotation))
    factory.invoice(quotation_id=other["id"])
    paid = factory.read("invoices", invoice)
    let_time_pass(api)
    api.call("payments.delete", expect=204, **id_parameter("payments", payment))
    voided = factory.read("payments", payment)

    check_touched(invoice, paid, "a payment")
    check_touched(paid, factory.read("invoices", invoice), "a voided payment")
    check_touched(payment, voided, "voiding")
    assert instant(voided["deleted_at"]) > instant(payment["created_at"])
    for record in (quotation, other):
        check_touched(record, factory.read("quotations", record), "the conversion")
    assert instant(converted["created_at"]) > instant(quotation["created_at"])
