"""Webhook deliveries of a sandbox; real accounts do not show them."""

import time
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from mockvoice.commands.base import sandbox_path
from mockvoice.kernel.clock import monotonic
from mockvoice.outbound.control_client import ControlClient
from mockvoice.outbound.redelivery import redeliver

POLL_SECONDS = 0.02
MAX_SHOWN = 10

_DONE = ("delivered", "collected")
_UNFINISHED = ("waiting", "sending")


class SandboxWebhooks:
    """The webhook deliveries of one sandbox."""

    def __init__(self, client: ControlClient, sandbox: str) -> None:
        self._client = client
        self._path = sandbox_path(sandbox, "webhooks", "deliveries")

    def list(
        self,
        *,
        vendor: str | None = None,
        event: str | None = None,
        state: str | None = None,
        after: str | None = None,
        limit: int | None = None,
    ) -> list[dict[str, Any]]:
        """Return the deliveries with all their attempts, the newest first.

        ``after`` is the id of a delivery: only later ones.
        """
        filters = {
            "vendor": vendor, "event": event, "state": state, "after": after, "limit": limit,
        }  # fmt: skip
        present = {name: value for name, value in filters.items() if value is not None}
        rows: list[dict[str, Any]] = self._client.get(f"{self._path}?{urlencode(present)}")
        return rows

    def get(self, delivery_id: str) -> dict[str, Any]:
        """Return one delivery."""
        row: dict[str, Any] = self._client.get(f"{self._path}/{quote(delivery_id, safe='')}")
        return row

    def redeliver(self, delivery_id: str, *, sign_again: bool = False) -> dict[str, Any]:
        """Send a delivery once more, byte for byte, and return it with the new attempt.

        With ``sign_again`` it has a signature by the subscription's present secret.
        """
        return redeliver(self._client, self._path, delivery_id, sign_again=sign_again)

    def wait_for(
        self,
        event: str,
        *,
        vendor: str | None = None,
        after: str | None = None,
        seconds: float = 5.0,
    ) -> dict[str, Any]:
        """Wait until a delivery of an event was accepted or collected, and return the newest one.

        Deliveries from before the call count; ``after`` excludes those up to an id. Raises ``AssertionError``
        after so many seconds, or as soon as no delivery of the event can succeed any more.
        """
        deadline = monotonic() + seconds
        while True:
            rows = self.list(vendor=vendor, event=event, after=after)
            for row in rows:
                if row["state"] in _DONE:
                    return row
            has_ended = bool(rows) and not any(row["state"] in _UNFINISHED for row in rows)
            if has_ended or monotonic() >= deadline:
                within = "" if has_ended else f" within {seconds:g} s"
                raise AssertionError(
                    f"no delivery of {event} was accepted{within}; {_summary(self.list(after=after))}"
                )
            time.sleep(POLL_SECONDS)


def _summary(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the newest deliveries as text, with the reason why each was not accepted."""
    if not rows:
        return "there are no deliveries: is a subscription to the event active?"
    lines = [f"  {row['id']} {row['event']} to {row['url']}: {_outcome(row)}" for row in rows]
    return "the newest deliveries are:\n" + "\n".join(lines[:MAX_SHOWN])


def _outcome(row: Mapping[str, Any]) -> str:
    last = row["attempts"][-1] if row["attempts"] else None
    if row["reason"] is not None or last is None:
        return f"{row['state']} ({row['reason'] or 'no attempt yet'})"
    result = last["error"] or f"status {last['status']}"
    return f"{row['state']} after {len(row['attempts'])} attempts ({result})"
