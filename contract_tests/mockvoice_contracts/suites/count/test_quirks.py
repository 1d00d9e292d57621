"""Where the vendor's pages and newer sources differ: both settings of a mock."""

from collections.abc import Callable
from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.count.factories import UNKNOWN_ID, Factory

DOCUMENTED = ("invoiceNumber", "dueDate", "isDraft", "invoiceType")


@rule(
    "A new invoice without invoiceNumber, dueDate, isDraft and invoiceType returns 400 by the vendor's page, and gets defaults by its newer client.",
    source="Assumed: the vendor's page and its client differ; a setting of the mock decides",
)
@pytest.mark.assumed
@pytest.mark.needs("settings")
def test_the_documents_require_fields_that_newer_sources_omit(
    api: Api, factory: Factory, settings: Callable[..., None]
) -> None:
    body = {k: v for k, v in factory.invoice_body().items() if k not in DOCUMENTED}
    settings(quirks="strict")
    error = _error(api, {**body, "customerUuid": UNKNOWN_ID})
    assert [(row["field"], row["code"]) for row in error["errors"]] == [
        *[(field, "required") for field in DOCUMENTED],
        ("customerUuid", "reference_not_found"),
    ]

    settings(quirks="observed")
    created = api.call("invoices.create", expect=200, body=body)["data"]
    assert (created["isDraft"], created["invoiceType"]) == (True, "invoice")
    assert created["dueDate"] == created["date"]
    _error(api, {**body, "customerUuid": UNKNOWN_ID}, 404)


@rule(
    "Tax ids in responses are UUIDs by the vendor's page, and integers by its newer client.",
    source="Assumed: the vendor's page and its client differ; a setting of the mock decides",
)
@pytest.mark.assumed
@pytest.mark.needs("settings")
def test_tax_rates_have_uuids_in_the_documents_and_integers_in_newer_sources(
    api: Api, factory: Factory, settings: Callable[..., None]
) -> None:
    tax = factory.taxes[0]
    customer = factory.customer(taxes=[tax["uuid"]])
    line = factory.line(taxes=[{"uuid": tax["uuid"]}])
    transaction = factory.transaction(taxes=[tax["id"]])
    path = {"invoiceId": factory.invoice(products=[line])["id"]}

    def tax_ids() -> list[Any]:
        invoice = api.call("invoices.get", expect=200, **path)["data"]
        records = [
            api.call("customers.get", expect=200, customerId=customer["id"]),
            api.call("transactions.get", expect=200, transactionId=transaction["id"]),
        ]
        return [
            invoice["taxes"][0]["id"],
            invoice["products"][0]["taxes"][0]["id"],
            *[record["data"]["taxes"][0] for record in records],
        ]

    settings(quirks="strict")
    assert set(tax_ids()) == {tax["uuid"]}
    settings(quirks="observed")
    assert {type(tax_id) for tax_id in tax_ids()} == {int}


def _error(api: Api, body: dict[str, Any], status: int = 400) -> dict[str, Any]:
    response: dict[str, Any] = api.call("invoices.create", expect=status, body=body)
    return response
