"""A workspace in which time passes, and which tells subscribers what happens in it."""

import asyncio
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from typing import Any, Self

import orjson

from mockvoice.kernel.clock import Clock
from mockvoice.vendors.count import courier, render
from mockvoice.vendors.count.backend import CountBackend, run_day
from mockvoice.vendors.count.models import Delivery, Invoice
from mockvoice.vendors.count.rules import documents, templates, webhooks

# So many documents are made by schedules at one instant; runs beyond that are skipped. A clock
# that jumps a thousand years must not keep the loop from everybody else.
RUNS_AT_ONCE = 1000

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = datetime(9998, 12, 31, tzinfo=UTC)


class Workspace(CountBackend):
    """The world of one workspace."""

    def define_tables(self) -> None:
        super().define_tables()
        self.under_way: set[asyncio.Task[None]] = set()  # so that no attempt is forgotten
        self.expected: dict[str, tuple[int, datetime | None]] = {}
        self.timer: asyncio.TimerHandle | None = None  # at the next attempt
        self.ended = False

    def fork(self, clock: Clock, seed: int | None = None) -> Self:
        twin = super().fork(clock, seed)
        twin.under_way, twin.expected, twin.timer, twin.ended = set(), {}, None, False
        return twin

    # -- real time ---------------------------------------------------------------------------

    def start_timers(self) -> None:
        """Let what waits for being sent be sent when its time comes; also what was under way in
        the world that this one goes on from, since nobody will note there how it went.
        """
        if not self.under_way and self.deliveries.count("state", "sending"):
            with self.transaction():
                webhooks.call_back(self)
        self._set_timer()

    def close(self) -> None:
        """Forget attempts that are under way or to come."""
        self.ended = True
        self._set_timer()
        for task in self.under_way:
            task.cancel()

    def _set_timer(self) -> None:
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None
        at = None if self.ended or self.clock.frozen else webhooks.next_attempt(self)
        loop = _running_loop()
        if at is not None and loop is not None:
            wait = (at - self.clock.microseconds()) / 1_000_000
            # A day at the most: a loop cannot wait for longer than some weeks.
            seconds = min(max(wait, 0), 86_400) + 0.005
            self.timer = loop.call_later(seconds, self._ring)

    def _ring(self) -> None:
        self.post()
        self._set_timer()

    # -- time --------------------------------------------------------------------------------

    def next_event_at(self) -> datetime | None:
        """When the next document is late, the next schedule runs, or the next delivery is tried."""
        earliest: datetime | None = None
        for table, look in (
            (self.invoices, self._next_lapse),
            (self.templates, self._next_run),
            (self.deliveries, self._next_attempt),
        ):
            # Looked up again only when its table has changed.
            known = self.expected.get(table.name)
            if known is None or known[0] != table.revision:
                known = self.expected[table.name] = (table.revision, look())
            if known[1] is not None and (earliest is None or known[1] < earliest):
                earliest = known[1]
        return earliest

    def _next_lapse(self) -> datetime | None:
        invoice = self.lapsing("waiting").first()
        return None if invoice is None else _midnight(invoice.due_date.toordinal() + 1)

    def _next_run(self) -> datetime | None:
        template = self.templates.select({"runs": True}, order="run").first()
        return None if template is None else _midnight(run_day(template))

    def _next_attempt(self) -> datetime | None:
        at = webhooks.next_attempt(self)
        return None if at is None else _EPOCH + timedelta(microseconds=at)

    def run_due_events(self) -> None:
        """Do what the calendar asks for by now, in order; touches what changes only."""
        self._lapse()
        self._run_schedules()
        self._post()

    def _lapse(self) -> None:
        """Bring every status that follows the calendar up to date, backwards too."""
        today = self.clock.today()

        def is_over(invoice: Invoice) -> bool:
            return invoice.due_date < today

        moving = [
            *takewhile(is_over, self.lapsing("waiting")),
            *takewhile(lambda each: not is_over(each), reversed(self.lapsing("late"))),
        ]
        for invoice in moving:
            documents.save(self, invoice)

    def _run_schedules(self) -> None:
        today = self.clock.today().toordinal()
        runs = 0
        while True:
            template = self.templates.select({"runs": True}, order="run").first()
            if template is None or run_day(template) > today:
                return
            runs += 1
            if runs <= RUNS_AT_ONCE or template.next_run == self.clock.today():
                templates.run(self, template)
            else:
                templates.skip_to_today(self, template)

    # -- subscribers -------------------------------------------------------------------------

    def announce(self, event: str, row: Any, before: Any = None) -> None:
        """Queue an event for everybody who has subscribed to it.

        Documented: what is in a delivery. Assumed: the former values of what changed.
        """
        listeners = () if self.is_replaying else webhooks.listening(self, event)
        if not listeners:
            return
        data, previous = render.event_data(self, event, row, before)
        for webhook in listeners:
            uuid = self.ids.uuid("delivery")
            payload = webhooks.payload(event, uuid, self.now(), render.team(self), data)
            if previous:
                payload["previousData"] = previous
            webhooks.queue(self, webhook, orjson.dumps(payload).decode(), uuid)
        self.undo.defer(self.post)

    def post(self) -> None:
        """Send what is due."""
        with self.transaction():
            self._post()

    def _post(self) -> None:
        loop = _running_loop()
        if loop is None or self.ended:
            return  # a world outside of a server tells nobody; what waits goes on waiting
        for delivery in webhooks.take_due(self):
            self.undo.defer(lambda each=delivery: self._start(loop, each))  # type: ignore[misc]

    def _start(self, loop: asyncio.AbstractEventLoop, delivery: Delivery) -> None:
        task = loop.create_task(self._deliver(delivery))
        self.under_way.add(task)
        task.add_done_callback(self.under_way.discard)

    async def _deliver(self, delivery: Delivery) -> None:
        status, error = await courier.attempt(delivery)
        with self.transaction():
            webhooks.note_attempt(self, delivery.id, status, error)
        self._set_timer()


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def _midnight(ordinal: int) -> datetime:
    day = date.fromordinal(max(min(ordinal, _LATEST.toordinal()), 1))
    return datetime.combine(day, time(), UTC)
