"""The rounding of other income: payments without an invoice."""

import pytest

from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.optiflow.factories import Factory

AMOUNTS = ("subtotal_amount", "tax_amount", "withholding_amount", "amount")


@rule(
    "Each withholding and each tax of other_income is rounded to the cent on its own, half away from zero.",
    source="Assumed: the formula is the source's; the rounding has no source",
)
@pytest.mark.assumed
def test_half_cents_of_other_income_are_rounded_one_by_one(factory: Factory) -> None:
    line = {
        "chart_account_id": 1,
        "description": "Alquiler",
        "tax_id": factory.tax_id("itbis 18.00"),
    }
    body = {
        "payment_type": "other_income",
        "bank_account_id": factory.shared_account["id"],
        "payment_date": factory.day(),
        "payment_method": "cash",
        "lines": [{**line, "quantity": 1, "unit_price": price} for price in ("0.25", "0.25", "100")],
        # Type 2 is 10 %.
        "withholdings": [{"withholding_type_id": 2, "base_amount": base} for base in ("0.25", "0.25", "0.45")],
    }  # fmt: skip

    created = factory.create("payments.create", body)

    assert [row["tax_amount"] for row in created["lines"]] == ["0.05", "0.05", "18.00"]
    assert [row["amount"] for row in created["withholdings"]] == ["0.03", "0.03", "0.05"]
    assert [created[name] for name in AMOUNTS] == ["100.50", "18.10", "0.11", "118.49"]
