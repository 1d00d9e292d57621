"""Credit notes, and what they pay."""

from decimal import Decimal

import pytest

from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.halo.factories import (
    Factory,
    Record,
    assert_same,
    line,
)


@pytest.fixture
def invoice(factory: Factory) -> Record:
    """Create the invoice of the worked example, with a total of 277.33."""
    return factory.invoice(line(40, qty_order=3, tax_rate=20),
                        line(12.345, qty_order=10, discount_perc=10, tax_rate=20))  # fmt: skip


@rule(
    "_create_credit_note creates a credit with the negated lines of the invoice; apply_credit pays another invoice from it, and credit_used and credit_outstanding follow.",
    source="Assumed: the properties are documented, the rule is not",
)
@pytest.mark.assumed
def test_a_credit_note_negates_its_invoice_and_pays_another(
    factory: Factory, invoice: Record
) -> None:
    credit = factory.save("invoice", {"id": invoice["id"], "_create_credit_note": True})
    other = factory.invoice(line(100), client_id=invoice["client_id"])

    paid = factory.save("invoice", {"id": other["id"], "apply_credit": True, "apply_credit_id": credit["id"],
                                 "apply_credit_amount": 60})  # fmt: skip
    after = factory.read(credit, includedetails="true")

    assert (credit["invoicetype"], credit["creditlinkedtoinvoiceid"]) == (1, invoice["id"])
    assert credit["total"] == -invoice["total"]
    assert [row["creditlinkedidid"] for row in credit["lines"]] == [
        row["id"] for row in invoice["lines"]
    ]
    assert (paid["amountdue"], paid["paymentstatus"]) == (40, 2)
    assert (after["credit_used"], after["credit_outstanding"]) == (60, Decimal("217.33"))
    assert after["credit_outstanding_for_customer"] == after["credit_outstanding"]
    assert after["credit_note_allocations"][0]["halo_invoice_id"] == other["id"]


@rule(
    "apply_credit_amount is at most credit_outstanding and at most amountdue; mark_credit_as_used leaves nothing.",
    source="Assumed: the properties are documented, the rule is not",
)
@pytest.mark.assumed
def test_a_credit_applies_at_most_what_either_side_has_left(factory: Factory) -> None:
    client = factory.client()["id"]
    credit = factory.invoice(line(-50), client_id=client, invoicetype=1)
    invoice = factory.invoice(line(30), client_id=client)
    use = {"id": invoice["id"], "apply_credit": True, "apply_credit_id": credit["id"]}

    assert isinstance(
        factory.assert_rejected("invoice.save", use | {"apply_credit_amount": 51}), str
    )
    assert isinstance(
        factory.assert_rejected("invoice.save", use | {"apply_credit_amount": 31}), str
    )
    used = factory.save("invoice", {"id": credit["id"], "mark_credit_as_used": True})
    assert (used["credit_total"], used["credit_outstanding"]) == (50, 0)
    assert isinstance(
        factory.assert_rejected("invoice.save", use | {"apply_credit_amount": 1}), str
    )


@rule(
    "apply_credit rejects a credit of another client: 400 with a text.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_a_credit_pays_only_invoices_of_its_own_client(factory: Factory) -> None:
    credit = factory.invoice(line(-50), client_id=factory.client()["id"], invoicetype=1)
    invoice = factory.invoice(line(100))
    use = {"id": invoice["id"], "apply_credit": True, "apply_credit_id": credit["id"]}

    assert isinstance(
        factory.assert_rejected("invoice.save", use | {"apply_credit_amount": 10}), str
    )
    assert_same(factory.read(invoice), invoice)
