"""Invariants that hold in every instance."""

from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.invariant_checks import (
    UniqueValues,
    check_unchanged,
)
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.halo.factories import UNKNOWN_ID, Factory, line


@rule(
    "An invoice that is created without invoicenumber gets a number that no other has.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_an_invoice_without_a_number_gets_one_of_its_own(factory: Factory) -> None:
    client = factory.client()["id"]
    values = UniqueValues()
    for _ in range(3):
        values.add("the number", factory.invoice(line(), client_id=client)["invoicenumber"])


@rule(
    "A POST that is rejected with 400 for a value of the wrong type changes no other property of the record.",
    source="Observed: github.com/Midtown-Technology-Group/halocli, dev_write_results.json",
)
@pytest.mark.parametrize("resource", ["invoice", "recurring_invoice"])
def test_a_request_with_a_value_of_another_type_changes_nothing(
    factory: Factory, resource: str
) -> None:
    record = factory.header(resource, line(10), line(20))
    body = {"id": record["id"], "reference": "Changed", "lines": [{"unit_price": "much"}]}

    check_unchanged(
        lambda: factory.read(record), lambda: factory.assert_rejected(f"{resource}.save", body)
    )


@rule(
    "A POST that is rejected with 400 for an unknown client_id or invoice_id stores nothing.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_a_rejected_request_changes_nothing(api: Api, factory: Factory) -> None:
    invoice = factory.invoice(line(10), line(20))
    query = {"client_id": invoice["client_id"]}

    def rejected(status: int, **body: Any) -> Any:
        return lambda: factory.assert_rejected(
            "invoice.save", {"id": invoice["id"], **body}, status=status
        )

    check_unchanged(
        lambda: (factory.read(invoice), api.call("invoice.search", expect=200, query=query)),
        rejected(400, reference="Changed", client_id=UNKNOWN_ID),
        lambda: factory.assert_rejected(
            "invoice_payment.save", {"invoice_id": UNKNOWN_ID, "amount": 1}
        ),
        lambda: factory.assert_rejected(
            "invoice.save", {"client_id": UNKNOWN_ID, "lines": [line()]}
        ),
    )
