"""Records that take no change: voided invoices, and trials with _validateonly."""

from collections.abc import Callable
from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.invariant_checks import check_unchanged
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.halo.change_trail import trail_ids
from mockvoice_contracts.suites.halo.factories import Factory, line


@rule(
    "A voided invoice takes no change of its lines by lines, add_lines or updatelines, no markaspaid, and no credit "
    "note: 400 with a text, and nothing changes.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_a_voided_invoice_is_locked(api: Api, factory: Factory) -> None:
    client = factory.client()["id"]
    invoice = factory.invoice(line(10), client_id=client)
    credit = factory.invoice(line(-50), client_id=client, invoicetype=1)
    api.call("invoice.void", expect=200, invoiceId=invoice["id"])
    use = {"apply_credit": True, "apply_credit_id": credit["id"], "apply_credit_amount": 1}

    def rejected(**body: Any) -> Callable[[], Any]:
        return lambda: factory.assert_rejected("invoice.save", {"id": invoice["id"], **body})

    check_unchanged(
        lambda: (factory.read(invoice), trail_ids(api, invoice), factory.list_ids(client)),
        rejected(lines=[line(1)]),
        rejected(add_lines=[line(1)]),
        rejected(_create_credit_note=True),
        rejected(**use),
        lambda: factory.assert_rejected(
            "invoice.update_lines", {"id": invoice["lines"][0]["id"], "qty_order": 5}
        ),
    )


@rule(
    "_validateonly stores nothing: no record, no payment, no use of a credit, no row of GET /InvoiceChange.",
    source="Assumed: the property is documented, the rule is not",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", ["invoice", "recurring_invoice"])
def test_validateonly_changes_no_other_record(api: Api, factory: Factory, resource: str) -> None:
    record = factory.header(resource, line(10))
    client = record["client_id"]
    credit = factory.invoice(line(-50), client_id=client, invoicetype=1)
    use = {"apply_credit": True, "apply_credit_id": credit["id"], "apply_credit_amount": 5}
    extra = use if resource == "invoice" else {}
    trial = {"id": record["id"], "_validateonly": True, "add_lines": [line(7)], **extra}

    def validate() -> None:
        assert factory.save(resource, trial)["total"] == 17

    check_unchanged(
        lambda: (factory.read(record), factory.read(credit), trail_ids(api, record)), validate
    )
