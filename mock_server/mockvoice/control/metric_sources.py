"""What a server counts all the time, for its metrics."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mockvoice.kernel.histogram import Histogram
from mockvoice.state_store.metrics import StoreMetrics
from mockvoice.web.request_metrics import RequestMetrics

CONTROL = "control"  # stands for a vendor in the numbers of requests


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricSources:
    """Numbers that change with each request, batch or tick."""

    requests: Mapping[str, RequestMetrics]  # by vendor, and by ``CONTROL``
    store: StoreMetrics | None = None
    # Returns the number of open connections by listener; a mock without listeners has none.
    connections: Callable[[], Mapping[str, int]] = dict
    loop_lag: Histogram | None = None  # in seconds
