"""Due events of a workspace: late documents, runs of recurring templates, webhook deliveries."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile

from mockvoice.kernel.schedule import Schedule
from mockvoice.vendors.count.backend import CountBackend, creation_day
from mockvoice.vendors.count.delivering_backend import DeliveringBackend
from mockvoice.vendors.count.models import Invoice
from mockvoice.vendors.count.rules import deliveries, documents, templates

# The most documents that templates create at one instant; further missed runs are skipped, so that
# a clock that jumps a thousand years does not block the event loop.
MAX_RUNS_AT_ONCE = 1000

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = datetime(9998, 12, 31, tzinfo=UTC)


def next_overdue_at(backend: CountBackend) -> datetime | None:
    """Return the midnight when the next document becomes overdue."""
    invoice = backend.by_due_state("waiting").first()
    return None if invoice is None else _midnight_of(invoice.due_date.toordinal() + 1)


def next_run_at(backend: CountBackend) -> datetime | None:
    """Return the midnight when a template creates the next document."""
    template = backend.templates.select({"running": True}, order="run").first()
    return None if template is None else _midnight_of(creation_day(template))


def next_attempt_at(backend: CountBackend) -> datetime | None:
    """Return the time of the next delivery attempt."""
    at = deliveries.next_attempt_at(backend)
    return None if at is None else _EPOCH + timedelta(microseconds=at)


def run_due_events(backend: DeliveringBackend) -> None:
    """Run all due events; rows that do not change are not written."""
    _update_late_documents(backend)
    _run_templates(backend)
    backend.claim_due_deliveries()


def _update_late_documents(backend: CountBackend) -> None:
    """Update which documents are late, also after the clock was set back."""
    today = backend.clock.today()

    def is_late(invoice: Invoice) -> bool:
        return invoice.due_date < today

    changed = [
        *takewhile(is_late, backend.by_due_state("waiting")),
        *takewhile(lambda invoice: not is_late(invoice), reversed(backend.by_due_state("late"))),
    ]
    for invoice in changed:
        documents.save(backend, invoice)


def _run_templates(backend: CountBackend) -> None:
    today = backend.clock.today().toordinal()
    runs = 0
    while True:
        template = backend.templates.select({"running": True}, order="run").first()
        if template is None or creation_day(template) > today:
            return
        runs += 1
        if runs <= MAX_RUNS_AT_ONCE or template.next_run == backend.clock.today():
            templates.run(backend, template)
        else:
            templates.skip_missed_runs(backend, template)


def _midnight_of(ordinal: int) -> datetime:
    day = date.fromordinal(max(min(ordinal, _LATEST.toordinal()), 1))
    return datetime.combine(day, time(), UTC)


SCHEDULE = Schedule(
    {"invoices": next_overdue_at, "templates": next_run_at, "deliveries": next_attempt_at},
    run_due_events,
)
