"""Webhook deliveries of a sandbox; real accounts do not show them."""

import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from mockvoice.commands.base import sandbox_path
from mockvoice.kernel.clock import monotonic
from mockvoice.outbound.control_client import ControlClient
from mockvoice.outbound.redelivery import redeliver

POLL_SECONDS = 0.02
MAX_SHOWN = 10
MAX_BODY_SHOWN = 200

_DONE = ("delivered", "collected")
_UNFINISHED = ("waiting", "sending")


class SandboxWebhooks:
    """The webhook deliveries of one sandbox."""

    def __init__(self, client: ControlClient, sandbox: str) -> None:
        self._client = client
        self._path = sandbox_path(sandbox, "webhooks", "deliveries")
        self._clock = sandbox_path(sandbox, "clock")

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
        """Wait until the newest delivery of an event is accepted or collected, and return it.

        Deliveries that can no longer succeed do not count, and deliveries from before the call do, unless
        ``after`` is the id of the last one of those. Raises ``AssertionError`` after so many seconds, or as soon
        as no delivery of the event can succeed any more.
        """
        deadline = monotonic() + seconds
        while True:
            rows = self.list(vendor=vendor, event=event, after=after)
            newest = next((row for row in rows if row["state"] in (*_DONE, *_UNFINISHED)), None)
            if newest is not None and newest["state"] in _DONE:
                return newest
            has_ended = bool(rows) and newest is None
            if has_ended or monotonic() >= deadline:
                within = "" if has_ended else f" within {seconds:g} s"
                raise AssertionError(
                    f"no delivery of {event} was accepted{within}; {self._summary(after)}"
                )
            time.sleep(POLL_SECONDS)

    def _summary(self, after: str | None) -> str:
        """Return the newest deliveries as text, with the reason why each was not accepted."""
        rows = self.list(after=after, limit=MAX_SHOWN)
        if not rows:
            return "there are no deliveries: is a subscription to the event active?"
        lines = [f"  {row['id']} {row['event']} to {row['url']}: {_outcome(row)}" for row in rows]
        is_frozen = self._client.get(self._clock)["frozen"]
        if is_frozen and any(row["state"] == "waiting" for row in rows):
            lines.append("  the sandbox's clock is frozen: advance it for the next attempt")
        return "the newest deliveries are:\n" + "\n".join(lines)


def _outcome(row: Mapping[str, Any]) -> str:
    attempts = row["attempts"]
    if row["reason"] is not None or not attempts:
        text = f"{row['state']} ({row['reason']})" if row["reason"] is not None else row["state"]
    else:
        number = "1 attempt" if len(attempts) == 1 else f"{len(attempts)} attempts"
        text = f"{row['state']} after {number} ({_result(attempts[-1])})"
    next_at = row["next_attempt_at"]
    return text if next_at is None else f"{text}, next attempt at {next_at}"


def _result(attempt: Mapping[str, Any]) -> str:
    if attempt["status"] is None:
        return str(attempt["error"])
    body = attempt["response_body"]
    return f"status {attempt['status']}" + (f": {body[:MAX_BODY_SHOWN]}" if body else "")
