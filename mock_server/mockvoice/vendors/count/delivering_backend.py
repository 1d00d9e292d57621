"""The backend of a workspace that delivers webhooks, with a timer for the next attempt."""

import asyncio
from typing import Any, Self

import orjson

from mockvoice.kernel.clock import Clock
from mockvoice.vendors.count import render, webhook_delivery
from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.integration_models import Delivery
from mockvoice.vendors.count.rules import webhooks


class DeliveringBackend(CountBackend):
    """The tables of one workspace, its timer and its webhook deliveries."""

    def define_tables(self) -> None:
        """Create the tables, and the state of timers and deliveries, which is not exported."""
        super().define_tables()
        # Attempts in progress; the event loop itself keeps only weak references to tasks.
        self.delivery_tasks: set[asyncio.Task[None]] = set()
        self.timer: asyncio.TimerHandle | None = None  # for the next delivery attempt
        self.closed = False

    def fork(self, clock: Clock, seed: int | None = None) -> Self:
        """Return a copy of this workspace with another clock and no deliveries in progress."""
        copy = super().fork(clock, seed)
        copy.delivery_tasks, copy.timer, copy.closed = set(), None, False
        return copy

    # -- timers ------------------------------------------------------------------------------

    def start_timers(self) -> None:
        """Schedule the next delivery attempt.

        A copy sends deliveries again that were in progress when it was made: only the original
        records their results.
        """
        if not self.delivery_tasks and self.deliveries.count("state", "sending"):
            with self.transaction():
                webhooks.release_claimed(self)
        self._set_timer()

    def close(self) -> None:
        """Cancel the timer and the delivery attempts in progress."""
        self.closed = True
        self._set_timer()
        for task in self.delivery_tasks:
            task.cancel()

    def _set_timer(self) -> None:
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None
        at = None if self.closed or self.clock.frozen else webhooks.next_attempt_at(self)
        loop = _running_loop()
        if at is not None and loop is not None:
            wait = (at - self.clock.microseconds()) / 1_000_000
            # At most a day, since an event loop cannot wait longer than a few weeks.
            seconds = min(max(wait, 0), 86_400) + 0.005
            self.timer = loop.call_later(seconds, self._on_timer)

    def _on_timer(self) -> None:
        self.send_due_deliveries()
        self._set_timer()

    # -- webhook deliveries ------------------------------------------------------------------

    def publish_event(self, event: str, row: Any, before: Any = None) -> None:
        """Queue a delivery of an event for each of its active subscriptions.

        Documented: the content of a delivery. Assumed: ``previousData`` has the former values of
        the changed fields.
        """
        subscriptions = () if self.is_replaying else webhooks.active_subscriptions(self, event)
        if not subscriptions:
            return
        data, previous = render.event_data(self, event, row, before)
        for webhook in subscriptions:
            uuid = self.ids.uuid("delivery")
            payload = webhooks.payload(event, uuid, self.now(), render.team(self), data)
            if previous:
                payload["previousData"] = previous
            webhooks.queue_delivery(self, webhook, orjson.dumps(payload).decode(), uuid)
        self.undo.defer(self.send_due_deliveries)

    def send_due_deliveries(self) -> None:
        """Send the deliveries that are due."""
        with self.transaction():
            self.claim_due_deliveries()

    def claim_due_deliveries(self) -> None:
        """Claim the due deliveries; they are sent after the transaction is committed."""
        loop = _running_loop()
        if loop is None or self.closed:
            return  # without a running server, deliveries keep waiting
        for delivery in webhooks.claim_due(self):
            self.undo.defer(lambda claimed=delivery: self._start_delivery(loop, claimed))  # type: ignore[misc]

    def _start_delivery(self, loop: asyncio.AbstractEventLoop, delivery: Delivery) -> None:
        task = loop.create_task(self._deliver(delivery))
        self.delivery_tasks.add(task)
        task.add_done_callback(self.delivery_tasks.discard)

    async def _deliver(self, delivery: Delivery) -> None:
        status, error = await webhook_delivery.attempt(delivery)
        with self.transaction():
            webhooks.record_attempt(self, delivery.id, status, error)
        self._set_timer()


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
