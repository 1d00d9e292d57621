"""Backends for unit tests: an empty workspace with a frozen clock."""

from datetime import UTC, datetime
from typing import Any

import orjson

from mockvoice.kernel.clock import Clock
from mockvoice.resources import resource
from mockvoice.sandboxes.registry import SandboxRegistry
from mockvoice.sandboxes.sandbox import Sandbox
from mockvoice.vendors.count import VENDOR, install
from mockvoice.vendors.count.delivering_backend import DeliveringBackend

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
INCOME, BANK = "126e79e2-e6ca-41d6-a1ad-bc4e10bfa287", "70ad2ccd-03bb-405b-a04f-14a7b6d801b2"


def empty_backend(seed_number: int = 0) -> DeliveringBackend:
    """Return a newly installed workspace."""
    backend = VENDOR.create_backend(Clock(NOON, frozen=True), seed_number)
    assert isinstance(backend, DeliveringBackend)
    document = orjson.loads(resource("fixtures", "count", "install.json").read_bytes())
    with backend.transaction():
        install.install(backend, document)
    return backend


def sandboxes(**others: DeliveringBackend) -> tuple[SandboxRegistry, DeliveringBackend]:
    """Return a registry with the default sandbox and others, and the default sandbox's backend."""
    backend = empty_backend()
    registry = SandboxRegistry()
    for name, other in {"default": backend, **others}.items():
        word = "demo" if name == "default" else name
        credentials = {k: v.replace("demo", word) for k, v in VENDOR.credentials.items()}
        sandbox = Sandbox(name, other.clock, {"count": other}, {"count": credentials})
        registry.add(sandbox, {"count": VENDOR})
    return registry, backend


def invoice_body(product_id: str, customer_id: str, **fields: Any) -> dict[str, Any]:
    """Return the request body of an invoice of 100.00."""
    line = {"productUuid": product_id, "quantity": 1, "unitPrice": 100}
    return {"customerUuid": customer_id, "date": "2026-03-02", "products": [line], **fields}
