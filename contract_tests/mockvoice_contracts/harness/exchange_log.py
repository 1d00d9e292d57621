"""Log of each scenario's exchanges and response shapes, to compare two servers."""

import os
from typing import Any

import requests

from mockvoice_contracts.harness import response_shapes
from mockvoice_contracts.harness.contract import SAFE, Contract, Operation
from mockvoice_contracts.harness.response_shapes import EnumValues


class ExchangeLog:
    """The exchanges of the scenarios with one server.

    Generated requests are not logged: they depend on earlier responses, so two servers get
    different ones.
    """

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._enum_values: dict[str, EnumValues] = {}
        self.exchanges: list[dict[str, Any]] = []

    def record(self, operation: Operation, response: requests.Response, body: Any) -> None:
        """Record the status, media type and shape of a response."""
        test = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" (")[0]
        if not test or "test_contract.py" in test or _is_generated():
            return
        media = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        self.exchanges.append(
            {
                "test": test,
                "operation": operation.id,
                "status": response.status_code,
                "media": media if response.content else "",
                "shape": None
                if body is None
                else response_shapes.shape_of(body, self._enum_values_for(operation)),
            }
        )

    def _enum_values_for(self, operation: Operation) -> EnumValues | None:
        """Return the enum values of a writing operation's responses; ``None`` for a read.

        A read may return other people's records, so only its shape can be compared.
        """
        if operation.method in SAFE:
            return None
        if operation.id not in self._enum_values:
            self._enum_values[operation.id] = EnumValues(self._contract, operation)
        return self._enum_values[operation.id]


def _is_generated() -> bool:
    """Return whether Hypothesis runs a test; a check that ends before its tests does not need it."""
    from hypothesis import currently_in_test_context

    return currently_in_test_context()
