"""Fixtures of Toyshop's suite."""

from collections.abc import Callable
from typing import Any

import pytest

from mockvoice_contracts.suite_api import Api, RecordFactory, Target


class Factory(RecordFactory):
    """Creates records. Fields that a test does not set get default values."""

    def customer(self) -> dict[str, Any]:
        """Create a customer."""
        body = {"name": self.unique_name("Ada"), "email": self.email()}
        customer: dict[str, Any] = self._api.call("customers.create", expect=201, body=body)
        return customer

    def order(self, **fields: Any) -> dict[str, Any]:
        """Create an order of a new customer: 9.75, due in ten days."""
        body = {
            "customer_id": self.customer()["id"],
            "due_date": self.day(10),
            "lines": [{"toy": "Kite", "quantity": 3, "price": 3.25}],
            **fields,
        }
        order: dict[str, Any] = self._api.call("orders.create", expect=201, body=body)
        return order


@pytest.fixture(scope="module")
def factory(api: Api, target: Target, unique: Callable[[str], str]) -> Factory:
    """Return a factory of records with unique names."""
    return Factory(api, target, unique)
