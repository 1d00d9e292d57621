"""The amounts of credits after their lines and payments change."""

from decimal import Decimal

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.halo.factories import Factory, decimals, line, money


@rule(
    "credit_total and credit_outstanding of a credit follow its lines, and what it paid before stays in credit_used.",
    source="Assumed: the properties are documented, the rule is not",
)
@pytest.mark.assumed
def test_the_outstanding_credit_follows_its_lines(factory: Factory) -> None:
    client = factory.client()["id"]
    credit = factory.invoice(line(-50), client_id=client, invoicetype=1)
    invoice = factory.invoice(line(30), client_id=client)
    use = {"apply_credit": True, "apply_credit_id": credit["id"], "apply_credit_amount": 30}
    factory.save("invoice", {"id": invoice["id"], **use})

    grown = factory.save("invoice", {"id": credit["id"], "add_lines": [line(-10)]})

    names = ("credit_total", "credit_used", "credit_outstanding")
    assert money(grown, *names) == decimals("60", "30", "30")


@rule(
    "A payment from a credit that is deleted or reduced gives the amount back to credit_outstanding and to amountdue; "
    "it cannot be raised above what the credit has left.",
    source="Assumed: the properties are documented, the rule is not",
)
@pytest.mark.assumed
def test_a_deleted_credit_payment_gives_the_credit_back(api: Api, factory: Factory) -> None:
    client = factory.client()["id"]
    credit = factory.invoice(line(-50), client_id=client, invoicetype=1)
    invoice = factory.invoice(line(100), client_id=client)
    use = {"apply_credit": True, "apply_credit_id": credit["id"], "apply_credit_amount": 40}
    factory.save("invoice", {"id": invoice["id"], **use})
    (payment,) = factory.read(invoice, includedetails="true")["payments"]

    def sides() -> list[Decimal]:
        return [*money(factory.read(credit), "credit_used", "credit_outstanding"),
                *money(factory.read(invoice), "amountdue")]  # fmt: skip

    assert payment["credit_note_id"] == credit["id"]
    factory.assert_rejected("invoice_payment.save", {"id": payment["id"], "amount": 51})
    assert sides() == decimals("40", "10", "60")
    factory.save("invoice_payment", {"id": payment["id"], "amount": 15})
    assert sides() == decimals("15", "35", "85")
    api.call("invoice_payment.delete", expect=200, paymentId=payment["id"])
    assert sides() == decimals("0", "50", "100")

    factory.save("invoice", {"id": invoice["id"], **use, "apply_credit_amount": 50})
    assert sides() == decimals("50", "0", "50")
    (payment,) = factory.read(invoice, includedetails="true")["payments"]
    api.call("invoice_payment.delete", expect=200, paymentId=payment["id"])
    assert sides() == decimals("0", "50", "100")


@rule(
    "A credit that has paid an invoice can be neither voided nor deleted; a voided credit pays nothing.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_a_used_credit_stays(api: Api, factory: Factory) -> None:
    client = factory.client()["id"]
    used, voided = (factory.invoice(line(-50), client_id=client, invoicetype=1) for _ in range(2))
    invoice = factory.invoice(line(100), client_id=client)
    use = {"id": invoice["id"], "apply_credit": True, "apply_credit_amount": 10}
    factory.save("invoice", use | {"apply_credit_id": used["id"]})
    api.call("invoice.void", expect=200, invoiceId=voided["id"])

    assert isinstance(factory.assert_rejected("invoice.void", invoiceId=used["id"]), str)
    assert isinstance(factory.assert_rejected("invoice.delete", invoiceId=used["id"]), str)
    assert isinstance(
        factory.assert_rejected("invoice.save", use | {"apply_credit_id": voided["id"]}), str
    )
    assert factory.read(invoice)["amountpaid"] == 10
