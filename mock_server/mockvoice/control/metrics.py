"""The numbers of a server's metrics at one moment: those that it counts, and others that are looked up."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mockvoice.control.context import ServerContext
from mockvoice.kernel.histogram import Histogram
from mockvoice.sandboxes.sandbox import Sandbox
from mockvoice.state_store.metrics import StoreMetrics
from mockvoice.web.request_metrics import RequestMetrics
from mockvoice.web.vendor import Vendor


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurements:
    """All numbers of a server at one moment. They change no more, so a thread may render them."""

    requests: Mapping[str, RequestMetrics]  # by vendor, and by ``CONTROL``
    store: StoreMetrics | None
    connections: Mapping[str, int]
    loop_lag: Histogram | None
    sandboxes: int
    loaded_sandboxes: int  # those whose data is in memory
    rows: Mapping[str, int]  # of loaded sandboxes, by vendor
    journal_entries: int
    webhook_attempts: Mapping[tuple[str, str], int]  # by vendor and result


def measure(server: ServerContext) -> Measurements:
    """Return the present numbers. Must be called on the event loop."""
    sources = server.metrics
    sandboxes = list(server.sandboxes)
    loaded = [each for each in sandboxes if each.backends.is_loaded]
    return Measurements(
        requests={key: each.copy() for key, each in sources.requests.items()},
        store=None if sources.store is None else sources.store.copy(),
        connections=sources.connections(),
        loop_lag=None if sources.loop_lag is None else sources.loop_lag.copy(),
        sandboxes=len(sandboxes),
        loaded_sandboxes=len(loaded),
        rows=_rows(loaded, server.vendors),
        journal_entries=sum(each.request_log.entry_count for each in sandboxes),
        webhook_attempts=_webhook_attempts(server.vendors),
    )


def _rows(sandboxes: Iterable[Sandbox], vendors: Iterable[str]) -> Mapping[str, int]:
    rows = Counter(dict.fromkeys(vendors, 0))
    for sandbox in sandboxes:
        for key in sandbox.backends.vendors():
            rows[key] += sandbox.backends.peek(key).row_counter.rows
    return rows


def _webhook_attempts(vendors: Mapping[str, Vendor]) -> Mapping[tuple[str, str], int]:
    return {
        (key, result): number
        for key, vendor in vendors.items()
        if vendor.webhook_log is not None
        for result, number in vendor.webhook_log.attempts().items()
    }
