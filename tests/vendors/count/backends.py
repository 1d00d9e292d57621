"""Worlds for unit tests: an empty workspace in which time stands still."""

from datetime import UTC, datetime
from typing import Any

import orjson

from mockvoice.kernel.clock import Clock
from mockvoice.vendors.count import VENDOR, install
from mockvoice.vendors.count.scheduled import ScheduledBackend
from mockvoice.web.contract import resource
from mockvoice.web.sandboxes import Sandbox, SandboxRegistry

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
INCOME, BANK = "126e79e2-e6ca-41d6-a1ad-bc4e10bfa287", "70ad2ccd-03bb-405b-a04f-14a7b6d801b2"


def workspace(seed_number: int = 0) -> ScheduledBackend:
    """A fresh workspace."""
    world = ScheduledBackend(Clock(NOON, frozen=True), seed_number)
    document = orjson.loads(resource("fixtures", "count", "install.json").read_bytes())
    with world.transaction():
        install.install(world, document)
    return world


def sandboxes(**others: ScheduledBackend) -> tuple[SandboxRegistry, ScheduledBackend]:
    """The default sandbox, and others by name, each with credentials of its own."""
    world = workspace()
    found = SandboxRegistry()
    for name, each in {"default": world, **others}.items():
        word = "demo" if name == "default" else name
        credentials = {k: v.replace("demo", word) for k, v in VENDOR.credentials.items()}
        sandbox = Sandbox(name, each.clock, {"count": each}, {"count": credentials})
        found.add(sandbox, {"count": VENDOR})
    return found, world


def body(product_id: str, customer_id: str, **fields: Any) -> dict[str, Any]:
    """A request for an invoice of 100.00."""
    line = {"productUuid": product_id, "quantity": 1, "unitPrice": 100}
    return {"customerUuid": customer_id, "date": "2026-03-02", "products": [line], **fields}
