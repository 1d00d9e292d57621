"""Invoices and recurring invoices share their ids and lines; the path decides the kind."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.halo.factories import UNKNOWN_ID, Factory, line


@rule(
    "updatelines and Lines reject a line whose ihid is missing, unknown or of the other kind: 400 with a text.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_a_line_must_belong_to_a_record_of_the_right_kind(factory: Factory) -> None:
    invoice, template = factory.invoice(line()), factory.template(line())

    for body in ({}, {"ihid": UNKNOWN_ID}, {"ihid": template["id"]}, {"id": template["lines"][0]["id"]},
                 {"id": invoice["lines"][0]["id"], "ihid": invoice["id"] + 1}):  # fmt: skip
        assert isinstance(factory.assert_rejected("invoice.update_lines", body), str)
    assert isinstance(
        factory.assert_rejected("recurring_invoice.update_lines", {"ihid": invoice["id"]}), str
    )
    assert isinstance(
        factory.assert_rejected("recurring_invoice.add_lines", {"ihid": invoice["id"]}), str
    )
    factory.assert_rejected("invoice.update_lines", {"id": UNKNOWN_ID}, status=404)


@rule(
    "A recurring invoice has an id of at most -2 and is_recurring_invoice true; an invoice has a positive id and false.",
    source="Observed: report queries on INVOICEHEADER",
)
def test_templates_have_negative_ids(api: Api, factory: Factory) -> None:
    invoice, template = factory.invoice(), factory.template()

    assert template["id"] <= -2
    assert invoice["id"] > 0
    assert (template["is_recurring_invoice"], invoice["is_recurring_invoice"]) == (True, False)


@rule(
    "A negative id is 404 below /Invoice, a positive one below /RecurringInvoice; the path decides the kind of a new record, not is_recurring_invoice.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_an_id_of_the_other_kind_is_unknown(api: Api, factory: Factory) -> None:
    invoice = factory.invoice(is_recurring_invoice=True)
    template = factory.template(is_recurring_invoice=False)

    assert (template["use"], invoice["use"]) == ("recurringinvoice", "invoice")
    api.call("invoice.get", expect=404, invoiceId=template["id"])
    api.call("recurring_invoice.get", expect=404, recurringInvoiceId=invoice["id"])
    api.call("invoice.void", expect=404, invoiceId=template["id"])
