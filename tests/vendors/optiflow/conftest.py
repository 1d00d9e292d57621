"""A tenant with an owner, a customer, a tracked product and a service."""

from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from mockvoice.kernel.clock import Clock
from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.install import install
from mockvoice.vendors.optiflow.models import OWNER, Actor
from mockvoice.vendors.optiflow.rules import contacts, products, sales
from mockvoice.web.contract import resource

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
OWNER_ACTOR = Actor(user_id=1, workspace_id=1, role=OWNER, view_all_locations=True)


class Tenant:
    """The data of a tenant; each rule runs in its own transaction, like a request."""

    def __init__(self) -> None:
        self.clock = Clock(NOON, frozen=True)
        self.backend = OptiBackend(self.clock)
        self.actor = OWNER_ACTOR
        document = orjson.loads(resource("fixtures", "optiflow", "install.json").read_bytes())
        with self.backend.transaction():
            install(self.backend, document)
        customer = {"name": "Cliente", "contact_type": "customer"}
        self.customer_id = self.apply(contacts.create, customer).id
        self.tracked_product_id = self.product(100)
        self.service_id = self.product(None, product_type="service")

    def apply(self, rule: Callable[..., Any], *arguments: Any) -> Any:
        """Return the result of a rule; if it raises, its changes are rolled back."""
        with self.backend.transaction():
            return rule(self.backend, *arguments)

    def product(self, quantity: float | None, **fields: Any) -> int:
        number = len(self.backend.products) + 1
        body = {
            "name": f"Producto {number}",
            "sku": f"P-{number}",
            "product_type": "physical",
            "price": 100,
            "initial_quantity": quantity,
            **fields,
        }
        return self.apply(products.create, self.actor, body).id

    def invoice(self, *items: dict[str, Any], **fields: Any) -> Any:
        body = {
            "contact_id": self.customer_id,
            "document_subtype_id": 1,
            "issue_date": "2026-03-02",
            "items": [
                {
                    "product_id": self.service_id,
                    "quantity": 1,
                    "unit_price": 100,
                    "taxes": [],
                    **item,
                }
                for item in items or ({},)
            ],
            **fields,
        }
        return self.apply(sales.create, self.actor, body)

    def stock(self, product_id: int, workspace_id: int = 1) -> str:
        stock = self.backend.stocks.get(f"{workspace_id}:{product_id}")
        return stock.quantity if stock else "0.00"

    @contextmanager
    def unchanged(self):
        """Assert that the block adds no row and changes no counter and no series."""
        before = self._counts_and_series()
        yield
        assert self._counts_and_series() == before

    def _counts_and_series(self) -> tuple[Any, ...]:
        backend = self.backend
        return backend.counts(), backend.ids.counters(), list(backend.document_subtypes)


@pytest.fixture
def tenant() -> Tenant:
    return Tenant()
