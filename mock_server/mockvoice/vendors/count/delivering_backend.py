"""The backend of a workspace that delivers webhooks, with a timer for the next attempt."""

import asyncio
import logging
from functools import partial
from typing import Any, Self

import orjson

from mockvoice.kernel.clock import Clock
from mockvoice.vendors.count import render, webhook_delivery
from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.delivery_pool import Deliveries, pool_of
from mockvoice.vendors.count.integration_models import UNFINISHED, AttemptResult, PlannedAttempt
from mockvoice.vendors.count.payload_check import check_payload
from mockvoice.vendors.count.rules import deliveries, webhooks

logger = logging.getLogger("mockvoice.count")


class DeliveringBackend(CountBackend):
    """The tables of one workspace, its timer and its webhook deliveries."""

    def define_tables(self) -> None:
        """Create the tables, and the state of timers and deliveries, which is not exported."""
        super().define_tables()
        self.pending_deliveries = Deliveries()
        self.timer: asyncio.TimerHandle | None = None  # for the next delivery attempt
        self.closed = False
        self.overflowing = False  # whether the last event had more deliveries than could wait

    def fork(self, clock: Clock, seed: int | None = None) -> Self:
        """Return a copy of this workspace with another clock and no deliveries in progress."""
        copy = super().fork(clock, seed)
        copy.pending_deliveries, copy.timer, copy.closed = Deliveries(), None, False
        return copy

    # -- timers ------------------------------------------------------------------------------

    def take_over(self, previous: Self) -> None:
        """Take the place of a workspace; its deliveries in progress go on, and are recorded here."""
        self.requests_seen = previous.requests_seen
        self.pending_deliveries = previous.pending_deliveries
        if self.pending_deliveries.workspace is not None:
            self.pending_deliveries.workspace = self
        previous.pending_deliveries = Deliveries()
        super().take_over(previous)

    @property
    def needs_timers(self) -> bool:
        """Whether any delivery is unfinished."""
        return any(self.deliveries.count("state", state) for state in UNFINISHED)

    def start_timers(self) -> None:
        """Schedule the next delivery attempt.

        A copy sends deliveries again that were in progress when it was made: only the original
        records their results.
        """
        is_sending = self.pending_deliveries.pending or self.undo.unstored_work
        if not is_sending and self.deliveries.count("state", "sending"):
            with self.transaction():
                deliveries.release_claimed(self)
        self._set_timer()

    def close(self) -> None:
        """Cancel the timer, and the delivery attempts that run or wait."""
        self.closed = True
        self._set_timer()
        self.pending_deliveries.cancel()

    def _set_timer(self) -> None:
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None
        at = None if self.closed or self.clock.frozen else deliveries.next_attempt_at(self)
        loop = _running_loop()
        if at is not None and loop is not None:
            wait = (at - self.clock.microseconds()) / 1_000_000
            # At most a day, since an event loop cannot wait longer than a few weeks.
            seconds = min(max(wait, 0), 86_400) + 0.005
            self.timer = loop.call_later(seconds, self._on_timer)

    def _on_timer(self) -> None:
        if self.change_in_progress is None:
            self.send_due_deliveries()
        self._set_timer()

    # -- webhook deliveries ------------------------------------------------------------------

    def prepare_deliveries(self) -> None:
        """Get ready to send, so that the first delivery is not late."""
        if _running_loop() is not None and self.sandbox_settings.webhooks == "send":
            webhook_delivery.prepare()

    def publish_event(self, event: str, row: Any, before: Any = None) -> None:
        """Queue a delivery of an event for each of its active subscriptions.

        Documented: the content of a delivery. Assumed: ``previousData`` has the former values of
        the changed fields.
        """
        subscriptions = () if self.is_replaying else webhooks.active_subscriptions(self, event)
        if not subscriptions:
            return
        data, previous = render.event_data(self, event, row, before)
        self._log_overflow(event, len(subscriptions))
        for webhook in subscriptions:
            uuid = self.ids.uuid("delivery")
            payload = webhooks.payload(event, uuid, self.now(), render.team(self), data)
            if previous:
                payload["previousData"] = previous
            check_payload(event, payload)
            deliveries.queue(self, webhook, orjson.dumps(payload).decode(), uuid)
        self.undo.defer(self.send_due_deliveries)

    def _log_overflow(self, event: str, number: int) -> None:
        """Log that deliveries will not be sent, once until no delivery is unfinished."""
        room = deliveries.room_for_deliveries(self)
        if number > room and not self.overflowing:
            logger.warning(
                "%d deliveries of %s, and further ones, are not sent: the workspace has %d "
                "unfinished deliveries, which is the maximum",
                number - room,
                event,
                deliveries.MAX_UNFINISHED,
            )
        self.overflowing = number > room or (self.overflowing and room < deliveries.MAX_UNFINISHED)

    def send_due_deliveries(self) -> None:
        """Send the deliveries that are due."""
        with self.transaction():
            self.claim_due_deliveries()

    def claim_due_deliveries(self) -> None:
        """Claim the due deliveries; they are sent after the transaction is committed."""
        loop = _running_loop()
        if loop is None or self.closed:
            return  # without a running server, deliveries keep waiting
        for planned in deliveries.claim_due(self):
            self._send_after_commit(planned)
        self.undo.defer(self._set_timer)  # a fault may have put a delivery off

    def redeliver(self, delivery_id: int, *, sign_again: bool) -> None:
        """Send a delivery once more. Raises as ``plan_redelivery`` does."""
        planned = deliveries.plan_redelivery(self, delivery_id, sign_again=sign_again)
        if self.pending_deliveries.number_waiting >= deliveries.MAX_UNFINISHED:
            raise deliveries.CannotRedeliver(
                f"{deliveries.MAX_UNFINISHED} attempts already wait for their turn"
            )
        with self.transaction():
            self._send_after_commit(planned)

    def _send_after_commit(self, planned: PlannedAttempt) -> None:
        delivery = self.deliveries.get(planned.delivery_id)
        if delivery is not None:
            self.undo.defer(partial(self._send, delivery.receiver, planned))

    def _send(self, receiver: str, planned: PlannedAttempt) -> None:
        if not self.closed:  # a store may have been waited for
            pool_of(asyncio.get_running_loop()).add(self, receiver, planned)

    async def attempt(self, planned: PlannedAttempt) -> AttemptResult | None:
        """Make an attempt; return the result, or ``None`` if there is no such delivery."""
        delivery = self.deliveries.get(planned.delivery_id)
        if delivery is None:
            return None
        return await webhook_delivery.attempt(delivery, planned.signature)

    def record_attempt(self, planned: PlannedAttempt, result: AttemptResult) -> None:
        """Record the result of an attempt."""
        with self.transaction():
            deliveries.record_attempt(self, planned, result)
            self.claim_due_deliveries()  # it may have been what another delivery waited for
        self._set_timer()


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
