"""Requests that are rejected change nothing: not the record, nor others that it would have touched."""

from collections.abc import Callable
from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.invariant_checks import check_unchanged
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.halo.change_trail import trail_ids
from mockvoice_contracts.suites.halo.factories import UNKNOWN_ID, Factory, Record, line

NAMED = ["tax", "currency", "cost_centres", "budget_type", "client", "item"]


@rule(
    "POST of a record of {resource} with several elements stores none if one is invalid.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", NAMED)
def test_no_element_is_stored_if_one_is_invalid(api: Api, factory: Factory, resource: str) -> None:
    record = factory.save(resource, {"name": factory.unique_name("Kept")})
    name = factory.unique_name("Never")

    for invalid in ({"name": None}, {"id": UNKNOWN_ID, "name": "x"}):
        body = [{"name": name}, {"id": record["id"], "name": name}, invalid]
        api.call(f"{resource}.save", expect=(400, 404), body=body)

    body = api.call(f"{resource}.search", expect=200, query={"order": "id", "orderdesc": "true"})
    rows = body if isinstance(body, list) else body[f"{resource}s"]
    names = {row["id"]: row["name"] for row in rows}
    assert names[record["id"]] == record["name"]
    assert name not in names.values()


@rule(
    "A record of {resource} cannot lose its name: name null or empty is 400, and the name stays.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", NAMED)
def test_a_name_cannot_be_removed(api: Api, factory: Factory, resource: str) -> None:
    record = factory.save(resource, {"name": factory.unique_name("Kept")})

    for body in ({"name": None}, {"name": ""}, {"id": record["id"], "name": None}):
        factory.assert_rejected(f"{resource}.save", body)

    unchanged = factory.save(resource, {"id": record["id"]})
    assert unchanged["name"] == record["name"]


@rule(
    "{operation} with several elements stores none if one is invalid: no line, no total, no change_seq, no row of "
    "GET /InvoiceChange.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize(
    "operation",
    ["invoice.update_lines", "recurring_invoice.update_lines", "recurring_invoice.add_lines"],
)
def test_no_line_is_stored_if_one_is_invalid(api: Api, factory: Factory, operation: str) -> None:
    record = factory.header(operation.partition(".")[0], line(10), line(20))
    valid = {"ihid": record["id"], "unit_price": 99}
    known = {"id": record["lines"][0]["id"], "ihid": record["id"], "unit_price": 98}

    def rejected(invalid: Record) -> Callable[[], Any]:
        return lambda: factory.assert_rejected(operation, valid, known, invalid)

    check_unchanged(
        lambda: (factory.read(record), trail_ids(api, record)),
        rejected({}),
        rejected({"ihid": UNKNOWN_ID}),
        rejected({"ihid": record["id"], "tax_code": "no such code"}),
        rejected({"ihid": record["id"], "unit_price": "much"}),
    )


@rule(
    "A rejected save of a record of {resource} changes neither the record nor its lines, its change_seq and its rows of "
    "GET /InvoiceChange.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", ["invoice", "recurring_invoice"])
def test_a_rejected_save_changes_neither_header_nor_trail(
    api: Api, factory: Factory, resource: str
) -> None:
    record = factory.header(resource, line(10), reference="kept")
    factory.save(resource, {"id": record["id"], "internal_note": "second"})
    changed = {"id": record["id"], "reference": "Changed", "add_lines": [line(5)]}

    def rejected(status: int = 400, **body: Any) -> Callable[[], Any]:
        return lambda: factory.assert_rejected(f"{resource}.save", changed | body, status=status)

    check_unchanged(
        lambda: (factory.read(record), trail_ids(api, record)),
        rejected(last_change_seq=1),
        rejected(client_id=UNKNOWN_ID),
        rejected(currency_code=UNKNOWN_ID),
        rejected(lines=[line(5), line(5, tax_code="no such code")]),
        rejected(lines=[{"id": UNKNOWN_ID}], status=404),
    )


@rule(
    "A rejected payment changes neither amountpaid, paymentstatus nor change_seq of its invoice, also if it would "
    "move there from another one.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_a_rejected_payment_changes_no_invoice(api: Api, factory: Factory) -> None:
    paid, voided = factory.invoice(line(100)), factory.invoice(line(100))
    payment = factory.payment(paid, 40)
    api.call("invoice.void", expect=200, invoiceId=voided["id"])

    def rejected(**body: Any) -> Callable[[], Any]:
        return lambda: factory.assert_rejected(
            "invoice_payment.save", {"id": payment["id"], **body}
        )

    check_unchanged(
        lambda: (
            factory.read(paid, includedetails="true"),
            factory.read(voided),
            trail_ids(api, paid),
        ),
        rejected(amount=0),
        rejected(amount=50, invoice_id=UNKNOWN_ID),
        rejected(amount=50, invoice_id=voided["id"]),
        rejected(amount=None),
        lambda: factory.assert_rejected(
            "invoice_payment.save", {"invoice_id": voided["id"], "amount": 1}
        ),
    )


@rule(
    "A rejected apply_credit changes neither the credit nor the invoice, and creates no invoice.",
    source="Assumed: the properties are documented, the rule is not",
)
@pytest.mark.assumed
def test_a_rejected_credit_changes_neither_side(api: Api, factory: Factory) -> None:
    client = factory.client()["id"]
    credit = factory.invoice(line(-50), client_id=client, invoicetype=1)
    invoice = factory.invoice(line(30), client_id=client)
    use = {"apply_credit": True, "apply_credit_id": credit["id"]}

    def rejected(**body: Any) -> Callable[[], Any]:
        return lambda: factory.assert_rejected("invoice.save", use | body)

    check_unchanged(
        lambda: (factory.read(credit), factory.read(invoice), factory.list_ids(client)),
        rejected(id=invoice["id"], apply_credit_amount=31, reference="Changed"),
        rejected(id=invoice["id"], apply_credit_amount=0),
        rejected(id=invoice["id"], apply_credit_amount=-5),
        rejected(id=invoice["id"], apply_credit_id=invoice["id"], apply_credit_amount=1),
        rejected(client_id=client, lines=[line(100)], apply_credit_amount=60),
    )


@rule(
    "A rejected process changes neither the timer nor the lines of any recurring invoice in the request.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_a_rejected_run_changes_no_template(api: Api, factory: Factory) -> None:
    entry = {"date": "2026-01-16", "quantity": 2, "unitprice": 7}
    template = factory.template(line(5, onetimecharge=True), line(15, prorata_data=[entry]),
                                period=2, nextcreationdate="2026-02-01")  # fmt: skip
    client = template["client_id"]

    check_unchanged(
        lambda: (factory.read(template), factory.list_ids(client), trail_ids(api, template)),
        lambda: factory.assert_rejected("recurring_invoice.process", template["id"], -UNKNOWN_ID),
        lambda: factory.assert_rejected("recurring_invoice.process", template["id"], 1),
    )
