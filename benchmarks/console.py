"""The time of the console's pages with many invoices, and how long other requests wait meanwhile.

``python -m benchmarks.console [--invoices NUMBER]`` prints the figures of every vendor.
"""

import argparse
import json
import statistics
import sys
import time
import urllib.request
from collections.abc import Sequence
from typing import Any

from benchmarks.load import Figures, OtherClient
from benchmarks.seeding import empty_server

ROUNDS = 5
PAGES = {
    "overview": "",
    "list": "/records/{vendor}/invoices",
    "sorted": "/records/{vendor}/invoices?sort=-amount&page=3",
    "filtered": "/records/{vendor}/invoices?status=overdue",
    "csv": "/records/{vendor}/invoices.csv",
}


def console(invoices: int) -> dict[str, Figures]:
    """Return the milliseconds of each page by vendor: the median of the first views after a change.

    ``again`` is the median of the list without a change before it; ``wait`` is the longest time of
    another client's requests meanwhile.
    """
    with empty_server() as urls:
        return {key: _measure(urls, key, invoices) for key in urls["vendors"]}


def _measure(urls: dict[str, Any], vendor: str, invoices: int) -> Figures:
    sandbox = f"{urls['main']}/_mock/sandboxes/{vendor}"
    _send(f"{urls['main']}/_mock/sandboxes", {"name": vendor, "data": "empty"})
    _send(f"{sandbox}/seed", {"vendor": vendor, "clients": invoices // 20, "invoices": invoices})
    root = f"{urls['main']}/sandboxes/{vendor}"
    figures: Figures = {}
    _send(f"{sandbox}/snapshots", {"name": "seeded"})
    for name, page in PAGES.items():
        figures[name] = statistics.median(
            _first_view(sandbox, root + page.format(vendor=vendor)) for _ in range(ROUNDS)
        )
    path = root + PAGES["list"].format(vendor=vendor)
    figures["again"] = statistics.median(_milliseconds(path) for _ in range(ROUNDS))
    with OtherClient(urls["vendors"]["growcrm"]["root_url"]) as other:
        for page in PAGES.values():
            _first_view(sandbox, root + page.format(vendor=vendor))
    figures["wait"] = other.longest * 1000
    return figures


def _first_view(sandbox: str, url: str) -> float:
    """Return the milliseconds of a page whose data was not read since it was restored."""
    _send(f"{sandbox}/snapshots/seeded/restore", {})
    return _milliseconds(url)


def _send(url: str, body: dict[str, Any]) -> None:
    request = urllib.request.Request(
        url, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=600) as response:
        response.read()


def _milliseconds(url: str) -> float:
    started = time.perf_counter()
    with urllib.request.urlopen(url, timeout=60) as response:
        response.read()
    return (time.perf_counter() - started) * 1000


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--invoices", type=int, default=10_000)
    options = parser.parse_args(arguments)
    for vendor, figures in console(options.invoices).items():
        print(vendor, ", ".join(f"{name} {value:.0f} ms" for name, value in figures.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
