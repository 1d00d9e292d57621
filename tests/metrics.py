"""The metrics of a running server, read as Prometheus reads them."""

from typing import Any, Self

import requests
from prometheus_client import parser
from prometheus_client.metrics_core import Metric
from prometheus_client.samples import Sample


class Metrics:
    """All samples of one scrape."""

    def __init__(self, families: list[Metric]) -> None:
        self.families = families
        self.samples: list[Sample] = [sample for each in families for sample in each.samples]

    @classmethod
    def scrape(cls, main: str, **headers: str) -> Self:
        """Return what a server measures now."""
        response = requests.get(f"{main}/_mock/metrics", headers=headers, timeout=30)
        assert response.status_code == 200, response.text
        assert response.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        return cls(list(parser.text_string_to_metric_families(response.text)))

    def select(self, name: str, **labels: Any) -> list[Sample]:
        """Return the samples of this name that have these labels, and perhaps others."""
        wanted = {key: str(value) for key, value in labels.items()}.items()
        return [
            each for each in self.samples if each.name == name and wanted <= each.labels.items()
        ]

    def value(self, name: str, **labels: Any) -> float:
        """Return the value of the only sample with these labels."""
        (sample,) = self.select(name, **labels)
        return float(sample.value)

    def total(self, name: str, **labels: Any) -> float:
        """Return the sum of all samples with these labels; 0 without any."""
        return sum(each.value for each in self.select(name, **labels))

    def buckets(self, histogram: str, **labels: Any) -> dict[float, float]:
        """Return the buckets of the only histogram with these labels: the number up to each bound."""
        samples = self.select(f"{histogram}_bucket", **labels)
        buckets = {float(each.labels["le"]): each.value for each in samples}
        assert len(buckets) == len(samples), "these labels select several histograms"
        return buckets
