"""Redelivery of a webhook through the control API: the attempt is made while the caller waits."""

import time
from typing import Any
from urllib.parse import quote

from mockvoice.kernel.clock import monotonic
from mockvoice.outbound.control_client import ControlClient

# An attempt ends within ten seconds, and its response's body is read for one more.
MAX_SECONDS = 30.0
POLL_SECONDS = 0.05


class RedeliveryUnfinished(Exception):
    """The attempt did not end in time, or the sandbox was reset or restored meanwhile."""


def redeliver(
    client: ControlClient, deliveries: str, delivery_id: str, *, sign_again: bool = False
) -> dict[str, Any]:
    """Send a delivery once more; return it with the new attempt as the last one.

    ``deliveries`` is the path of the sandbox's deliveries. Raises ``ControlApiError``,
    ``ServerUnavailable`` and ``RedeliveryUnfinished``.
    """
    path = f"{deliveries}/{quote(delivery_id, safe='')}"
    before = client.get(path)["attempts"]
    client.send("POST", f"{path}/redeliver", {"sign_again": sign_again})
    deadline = monotonic() + MAX_SECONDS
    while monotonic() < deadline:
        delivery: dict[str, Any] = client.get(path)
        attempts = delivery["attempts"]
        if attempts != before and attempts[-1]["cause"] == "redelivery":
            return delivery
        time.sleep(POLL_SECONDS)
    raise RedeliveryUnfinished(
        f"the redelivery of {delivery_id} did not end within {MAX_SECONDS:.0f} s; other deliveries may "
        "wait for their receivers"
    )
