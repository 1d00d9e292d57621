"""A workspace in which time passes, and which tells subscribers what happens in it."""

import asyncio
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from typing import Any, Self

import orjson

from mock_server.kernel.clock import Clock
from mock_server.vendors.count import courier, render
from mock_server.vendors.count.backend import CountBackend, run_day
from mock_server.vendors.count.models import Delivery, Invoice
from mock_server.vendors.count.rules import documents, templates, webhooks

# So many documents are made by schedules at one instant; runs beyond that are skipped. A clock
# that jumps a thousand years must not keep the loop from everybody else.
RUNS_AT_ONCE = 1000

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = datetime(9998, 12, 31, tzinfo=UTC)


class Workspace(CountBackend):
    """The world of one workspace."""

    def tables(self) -> None:
        super().tables()
        self.under_way: set[asyncio.Task[None]] = set()  # so that no attempt is forgotten
        self.expected: dict[str, tuple[int, datetime | None]] = {}

    def fork(self, clock: Clock, seed: int | None = None) -> Self:
        twin = super().fork(clock, seed)
        twin.under_way, twin.expected = set(), {}
        return twin

    # -- time --------------------------------------------------------------------------------

    def next_due(self) -> datetime | None:
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

    def fall_due(self) -> None:
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
        listeners = () if self.retelling else webhooks.listening(self, event)
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
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return  # a world outside of a server tells nobody; what waits goes on waiting
        for delivery in webhooks.take_due(self):
            self.undo.defer(lambda each=delivery: self._start(loop, each))  # type: ignore[misc]

    def _start(self, loop: asyncio.AbstractEventLoop, delivery: Delivery) -> None:
        task = loop.create_task(self._deliver(loop, delivery))
        self.under_way.add(task)
        task.add_done_callback(self.under_way.discard)

    async def _deliver(self, loop: asyncio.AbstractEventLoop, delivery: Delivery) -> None:
        status, error = await courier.attempt(delivery)
        with self.transaction():
            noted = webhooks.note_attempt(self, delivery.id, status, error)
        if noted is not None and noted.state == "waiting" and not self.clock.frozen:
            wait = (noted.next_at - self.clock.microseconds()) / 1_000_000
            loop.call_later(max(wait, 0) + 0.005, self.post)


def _midnight(ordinal: int) -> datetime:
    day = date.fromordinal(max(min(ordinal, _LATEST.toordinal()), 1))
    return datetime.combine(day, time(), UTC)
