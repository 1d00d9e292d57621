"""The series of documents whose request names none, if the preferred one is not usable."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.clock import ServerClock
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.optiflow.factories import (
    Factory,
    Record,
    id_parameter,
    workspace_header,
)
from mockvoice_contracts.suites.optiflow.numbering import new_series, prefer, set_default


def convert(api: Api, factory: Factory, workspace: Record) -> Record:
    """Create a quotation in a workspace and convert it without a body."""
    headers = workspace_header(workspace)
    body = factory.document_body("quotations")
    quotation = factory.create("quotations.create", body, headers=headers)
    converted: Record = api.call(
        "quotations.convert", expect=201, headers=headers, **id_parameter("quotations", quotation)
    )["data"]
    return converted


@rule(
    "convert-to-invoice without a body takes the default series once the preferred one has no number left.",
    source="Observed: github.com/luisscruza/optiflow, app/Http/Controllers/CreateInvoiceFromQuotationController.php",
)
def test_a_conversion_does_not_use_an_exhausted_preferred_series(
    api: Api, factory: Factory
) -> None:
    workspace, series = factory.workspace(), factory.series(end_number=2)
    prefer(api, workspace, series)
    with new_series(api, factory, "invoice", "A") as (default,):
        set_default(api, default)
        converted = [convert(api, factory, workspace) for _ in range(3)]

    prefix = series["prefix"]
    numbers = [invoice["document_number"] for invoice in converted]
    assert numbers[:2] == [f"{prefix}00000001", f"{prefix}00000002"]
    assert converted[2]["document_subtype_id"] == default["id"]


@rule(
    "convert-to-invoice without a body takes the default series once the preferred one has expired.",
    source="Observed: github.com/luisscruza/optiflow, app/Http/Controllers/CreateInvoiceFromQuotationController.php",
)
@pytest.mark.needs("clock")
def test_a_conversion_does_not_use_an_expired_preferred_series(
    api: Api, factory: Factory, clock: ServerClock
) -> None:
    workspace, series = factory.workspace(), factory.series(valid_until_date=factory.day(2))
    prefer(api, workspace, series)
    with new_series(api, factory, "invoice", "A") as (default,):
        set_default(api, default)
        before = convert(api, factory, workspace)
        clock.advance(days=3)
        after = convert(api, factory, workspace)

    assert before["document_subtype_id"] == series["id"]
    assert after["document_subtype_id"] == default["id"]


@rule(
    "A receipt has no number of a preferred series of type payment that has no number left.",
    source="Assumed: the source does not check the end of the series",
)
@pytest.mark.assumed
def test_a_receipt_does_not_use_an_exhausted_preferred_series(api: Api, factory: Factory) -> None:
    workspace = factory.workspace()
    headers = workspace_header(workspace)
    invoice = factory.create("invoices.create", factory.invoice_body(), headers=headers)
    series = factory.series(type="payment", start_number=8, end_number=9)
    prefer(api, workspace, series)

    numbers = [
        factory.create("payments.create", factory.payment_body(invoice), headers=headers)[
            "payment_number"
        ]
        for _ in range(3)
    ]

    assert numbers[:2] == [f"{series['prefix']}0008", f"{series['prefix']}0009"]
    assert not numbers[2].startswith(series["prefix"])
