"""The backend of a workspace with timers, recurring templates and webhook deliveries."""

import asyncio
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from typing import Any, Self

import orjson

from mockvoice.kernel.clock import Clock
from mockvoice.vendors.count import render, webhook_delivery
from mockvoice.vendors.count.backend import CountBackend, creation_day
from mockvoice.vendors.count.integration_models import Delivery
from mockvoice.vendors.count.models import Invoice
from mockvoice.vendors.count.rules import documents, templates, webhooks

# The most documents that templates create at one instant; further missed runs are skipped, so that
# a clock that jumps a thousand years does not block the event loop.
MAX_RUNS_AT_ONCE = 1000

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = datetime(9998, 12, 31, tzinfo=UTC)


class ScheduledBackend(CountBackend):
    """The tables of one workspace, its timers and its webhook deliveries."""

    def define_tables(self) -> None:
        """Create the tables, and the state of timers and deliveries, which is not exported."""
        super().define_tables()
        # Attempts in progress; the event loop itself keeps only weak references to tasks.
        self.delivery_tasks: set[asyncio.Task[None]] = set()
        # By table: its revision, and the time of its next event at that revision.
        self.next_events: dict[str, tuple[int, datetime | None]] = {}
        self.timer: asyncio.TimerHandle | None = None  # for the next delivery attempt
        self.closed = False

    def fork(self, clock: Clock, seed: int | None = None) -> Self:
        """Return a copy of this workspace with another clock and no deliveries in progress."""
        copy = super().fork(clock, seed)
        copy.delivery_tasks, copy.next_events, copy.timer, copy.closed = set(), {}, None, False
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

    # -- due events --------------------------------------------------------------------------

    def next_event_at(self) -> datetime | None:
        """Return the time of the next overdue document, template run or delivery, if any."""
        earliest: datetime | None = None
        for table, find_next in (
            (self.invoices, self._next_overdue_at),
            (self.templates, self._next_run_at),
            (self.deliveries, self._next_attempt_at),
        ):
            # The cached time is valid until the table changes.
            cached = self.next_events.get(table.name)
            if cached is None or cached[0] != table.revision:
                cached = self.next_events[table.name] = (table.revision, find_next())
            if cached[1] is not None and (earliest is None or cached[1] < earliest):
                earliest = cached[1]
        return earliest

    def _next_overdue_at(self) -> datetime | None:
        invoice = self.by_due_state("waiting").first()
        return None if invoice is None else _midnight_of(invoice.due_date.toordinal() + 1)

    def _next_run_at(self) -> datetime | None:
        template = self.templates.select({"running": True}, order="run").first()
        return None if template is None else _midnight_of(creation_day(template))

    def _next_attempt_at(self) -> datetime | None:
        at = webhooks.next_attempt_at(self)
        return None if at is None else _EPOCH + timedelta(microseconds=at)

    def run_due_events(self) -> None:
        """Run all due events; rows that do not change are not written."""
        self._update_late_documents()
        self._run_schedules()
        self._send_due_deliveries()

    def _update_late_documents(self) -> None:
        """Update which documents are late, also after the clock was set back."""
        today = self.clock.today()

        def is_late(invoice: Invoice) -> bool:
            return invoice.due_date < today

        changed = [
            *takewhile(is_late, self.by_due_state("waiting")),
            *takewhile(lambda invoice: not is_late(invoice), reversed(self.by_due_state("late"))),
        ]
        for invoice in changed:
            documents.save(self, invoice)

    def _run_schedules(self) -> None:
        today = self.clock.today().toordinal()
        runs = 0
        while True:
            template = self.templates.select({"running": True}, order="run").first()
            if template is None or creation_day(template) > today:
                return
            runs += 1
            if runs <= MAX_RUNS_AT_ONCE or template.next_run == self.clock.today():
                templates.run(self, template)
            else:
                templates.skip_missed_runs(self, template)

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
            self._send_due_deliveries()

    def _send_due_deliveries(self) -> None:
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


def _midnight_of(ordinal: int) -> datetime:
    day = date.fromordinal(max(min(ordinal, _LATEST.toordinal()), 1))
    return datetime.combine(day, time(), UTC)
