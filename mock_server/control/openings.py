"""New sandboxes."""

from collections.abc import Mapping
from datetime import datetime

from mock_server.kernel.clock import Clock
from mock_server.settings import Data
from mock_server.web.sandboxes import Sandbox, Sandboxes
from mock_server.web.vendor import Vendor
from mock_server.web.worlds import Worlds


def open_sandbox(
    name: str,
    vendors: Mapping[str, Vendor],
    worlds: Worlds,
    sandboxes: Sandboxes,
    *,
    data: Data = "demo",
    seed: int = 0,
    now: datetime | None = None,
) -> Sandbox:
    """A sandbox with a world of each vendor, found by its name and by its credentials."""
    clock = Clock(now)
    sandbox = Sandbox(
        name,
        clock,
        {key: worlds.open(vendor, data, clock, seed) for key, vendor in vendors.items()},
        {key: dict(vendor.credentials) for key, vendor in vendors.items()},
        seed,
    )
    sandboxes.add(sandbox, vendors)
    return sandbox
