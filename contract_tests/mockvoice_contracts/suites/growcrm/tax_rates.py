"""The account's tax rates, which the API can neither create nor list; a target file names them."""

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from mockvoice_contracts.harness import targets
from mockvoice_contracts.harness.client import Api, ContractBreach, NotAllowed
from mockvoice_contracts.harness.targets import Target

# The field of an error for an id that is not that of a tax rate: tax_rate_ids or tax_rate_ids.0.
RATE_FIELD = "tax_rate_ids"


def ids_by_percentage(target: Target) -> dict[Decimal, int]:
    """Return the ids that the target file names; for a mock without one, those of a new account."""
    known: Mapping[str, int] = target.known.get("tax_rates", {})
    if not known and target.is_mock:
        document = json.loads(targets.fixtures("growcrm").joinpath("install.json").read_bytes())
        known = {row["rate"]: row["id"] for row in document["tax_rates"]}
    return {Decimal(rate): rate_id for rate, rate_id in known.items()}


class RateVerifier:
    """Verifies once for each tax rate that the server has it with the percentage of the target file.

    Otherwise each test with taxes would say that a correct server breaks the contract.
    """

    def __init__(self) -> None:
        self._problems: dict[tuple[int, Decimal], str | None] = {}

    def problem(
        self, api: Api, create_invoice: Callable[[], int], percent: Decimal, rate_id: int
    ) -> str | None:
        """Return why a tax rate is not the one that the target file says, or ``None``.

        It is applied to an invoice; ``create_invoice`` returns the id of a new one. Whatever else is
        wrong is left to the tests.
        """
        key = rate_id, percent
        if key not in self._problems:
            try:
                found = _problem(api, create_invoice(), percent, rate_id)
            except (NotAllowed, ContractBreach):
                found = None
            self._problems[key] = found
        return self._problems[key]


def _problem(api: Api, invoice_id: int, percent: Decimal, rate_id: int) -> str | None:
    body = {"items": [{"description": "Work", "quantity": 1, "rate": 100}], RATE_FIELD: [rate_id]}
    response = api.send(
        "PUT",
        f"/api/invoices/{invoice_id}/items",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    if response.status == 422 and any(map(_is_rate_field, _part(response.body, "errors"))):
        return f"the server has no tax rate with the id {rate_id}"
    taxes = _part(_part(response.body, "data"), "taxes") if response.status == 200 else ()
    rates = [str(tax["rate"]) for tax in taxes if isinstance(tax, Mapping) and "rate" in tax]
    if rates and not any(_is_equal(rate, percent) for rate in rates):
        return f"the tax rate with the id {rate_id} has {rates[0]} %, not {percent} %"
    return None


def _part(body: Any, name: str) -> Any:
    """Return a property of a response, or nothing if the response does not have it."""
    part = body.get(name) if isinstance(body, Mapping) else None
    return part if isinstance(part, Mapping | list) else ()


def _is_rate_field(name: Any) -> bool:
    return isinstance(name, str) and name.partition(".")[0] == RATE_FIELD


def _is_equal(text: str, percent: Decimal) -> bool:
    try:
        return Decimal(text) == percent
    except ArithmeticError:
        return True  # The tests say that it is not a number.
