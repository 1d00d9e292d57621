"""The metrics of a server in the text formats of Prometheus and OpenMetrics.

This imports a library that only servers need whose metrics are read.
"""

from collections.abc import Iterator, Sequence
from itertools import accumulate

from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

from mockvoice import __version__
from mockvoice.control.metrics import Measurements
from mockvoice.kernel.histogram import Histogram
from mockvoice.state_store.metrics import StoreMetrics
from mockvoice.web.responses import Response

_NO_RESPONSE = "none"  # the label "status" of a request without a response


def render(measurements: Measurements, accept: Sequence[str]) -> Response:
    """Return the metrics in the format that one of the accepted media types asks for."""
    registry = CollectorRegistry()
    registry.register(_ServerCollector(measurements))
    # These describe the process, which may have other servers, too.
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    GCCollector(registry=registry)
    encode, content_type = choose_encoder(",".join(accept))
    return Response(encode(registry), media_type=content_type)


class _ServerCollector(Collector):
    """The metrics of one server, from numbers that it counts itself.

    The library's own counters would cost each request several times as much.
    """

    def __init__(self, measurements: Measurements) -> None:
        self._measurements = measurements

    def collect(self) -> Iterator[Metric]:
        """Yield the families of metrics."""
        now = self._measurements
        yield InfoMetricFamily(
            "mockvoice_build", "Version of Mockvoice.", value={"version": __version__}
        )
        yield from self._requests()
        yield _gauge("mockvoice_sandboxes", "Sandboxes of the server.", now.sandboxes)
        yield _gauge(
            "mockvoice_sandboxes_loaded",
            "Sandboxes whose data is in memory.",
            now.loaded_sandboxes,
        )
        rows = GaugeMetricFamily(
            "mockvoice_sandbox_rows",
            "Rows of all sandboxes whose data is in memory. Sandboxes share rows that none has changed.",
            labels=["vendor"],
        )
        for key, number in now.rows.items():
            rows.add_metric([key], number)
        yield rows
        yield _gauge(
            "mockvoice_journal_entries",
            "Requests that the journals of all sandboxes keep.",
            now.journal_entries,
        )
        yield from self._loop()
        yield from self._webhooks()
        if now.store is not None:
            yield from _store(now.store)

    def _requests(self) -> Iterator[Metric]:
        number = CounterMetricFamily(
            "mockvoice_requests",
            "Requests that were answered, or ended without a response (status none).",
            labels=["vendor", "operation", "status"],
        )
        durations = HistogramMetricFamily(
            "mockvoice_request_duration_seconds",
            "Time from the head of a request to its response.",
            labels=["vendor", "operation"],
        )
        for vendor, metrics in self._measurements.requests.items():
            for name, operation in metrics.operations().items():
                for status, count in operation.statuses.items():
                    label = _NO_RESPONSE if status is None else str(status)
                    number.add_metric([vendor, name, label], count)
                _add(durations, [vendor, name], operation.durations)
        yield number
        yield durations

    def _loop(self) -> Iterator[Metric]:
        """Yield what only a server with listeners has."""
        lag = self._measurements.loop_lag
        if lag is None:
            return
        yield _histogram(
            "mockvoice_event_loop_lag_seconds",
            "Delay of a timer that runs ten times a second on the event loop. Requests wait as long.",
            lag,
        )
        connections = GaugeMetricFamily(
            "mockvoice_connections", "Open connections.", labels=["listener"]
        )
        for listener, number in self._measurements.connections.items():
            connections.add_metric([listener], number)
        yield connections

    def _webhooks(self) -> Iterator[Metric]:
        attempts = CounterMetricFamily(
            "mockvoice_webhook_attempts",
            "Attempts to deliver a webhook: success (a status of 2xx), error_status or no_response.",
            labels=["vendor", "result"],
        )
        for (key, result), number in self._measurements.webhook_attempts.items():
            attempts.add_metric([key, result], number)
        yield attempts


def _store(store: StoreMetrics) -> Iterator[Metric]:
    batches = CounterMetricFamily(
        "mockvoice_store_batches",
        "Batches of changes that were written to the store: stored, or failed and undone.",
        labels=["result"],
    )
    batches.add_metric(["stored"], store.stored_batches)
    batches.add_metric(["failed"], store.failed_batches)
    yield batches
    yield CounterMetricFamily(
        "mockvoice_store_rows", "Rows that were stored or removed.", store.stored_rows
    )
    yield _gauge(
        "mockvoice_store_failing",
        "1 if the last batch could not be stored, so that changes are rejected with 503; else 0.",
        int(store.is_failing),
    )
    yield _histogram(
        "mockvoice_store_batch_duration_seconds",
        "Time to write a batch, stored or failed.",
        store.batch_seconds,
    )
    yield _histogram(
        "mockvoice_store_wait_seconds",
        "Time from the first change of a batch until it is stored, for which its requests wait.",
        store.storing_seconds,
    )
    loads = CounterMetricFamily(
        "mockvoice_store_loads", "Reads of the data of a sandbox.", labels=["result"]
    )
    loads.add_metric(["success"], store.successful_loads)
    loads.add_metric(["failed"], store.failed_loads)
    yield loads
    yield _histogram(
        "mockvoice_store_load_duration_seconds",
        "Time to read the data of a sandbox, successfully or not.",
        store.load_seconds,
    )


def _gauge(name: str, documentation: str, value: float) -> Metric:
    return GaugeMetricFamily(name, documentation, value)


def _histogram(name: str, documentation: str, histogram: Histogram) -> Metric:
    family = HistogramMetricFamily(name, documentation, labels=[])
    _add(family, [], histogram)
    return family


def _add(family: HistogramMetricFamily, labels: Sequence[str], histogram: Histogram) -> None:
    """Add a histogram to a family, whose buckets include those of smaller values."""
    bounds = [*map(floatToGoString, histogram.bounds), "+Inf"]
    buckets = list(zip(bounds, accumulate(histogram.counts), strict=True))
    family.add_metric(labels, buckets, histogram.sum)
