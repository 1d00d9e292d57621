"""A server with one planted fault, or with none: what a suite or a person then asks.

``python -m contract_tests.mutants.server halo half-cent-to-even`` serves it until it is ended.
"""

import sys
from collections.abc import Callable
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from contract_tests.mutants.catalogue import Mutant, catalogue
from contract_tests.mutants.planting import plant
from contract_tests.mutants.wire import rewriting
from mock_server import app
from mock_server.listeners import CannotListen
from mock_server.settings import Settings

FIRST_PORT, LAST_PORT, STEP = 21000, 31000, 10


def opened(vendor: str) -> app.Server:
    """A server for one vendor whose ports stand as far apart as those of a real run.

    By that distance the suites find the control API of a mock.
    """
    # From noon on, so that no run goes past midnight between two of its requests.
    noon = datetime.combine(datetime.now(UTC).date(), time(12), UTC)
    for port in range(FIRST_PORT, LAST_PORT, STEP):
        try:
            return app.Server(Settings(port=port, vendors=(vendor,), now=noon))
        except CannotListen:
            continue
    raise CannotListen(f"no free ports between {FIRST_PORT} and {LAST_PORT}")


def planted(mutant: Mutant) -> None:
    """Put the fault into this process, before a server is made."""
    plant(f"mock_server.vendors.{mutant.vendor}", mutant.edits)
    if mutant.wire:
        healthy = app.build

        def build(*given: Any) -> Any:
            return _Rewritten(healthy(*given), mutant)

        app.build = build
        app.start = lambda made: start(made.healthy)


start: Callable[[Any], None] = app.start


class _Rewritten:
    def __init__(self, healthy: Any, mutant: Mutant) -> None:
        self.healthy = healthy
        self._app = rewriting(healthy, mutant.wire)

    def __call__(self, *asked: Any) -> Any:
        return self._app(*asked)


def main(vendor: str, name: str = "", ready: str = "") -> None:
    """Serve until a signal ends it; the address goes to the ready file, or is printed."""
    if name:
        planted(catalogue(vendor)[name])
    server = opened(vendor)

    def tell() -> None:
        url = server.urls["vendors"][vendor]["root_url"]
        if ready:
            Path(ready).write_text(url, "utf-8")
        else:
            print(url, flush=True)

    server.run(tell)


if __name__ == "__main__":
    main(*sys.argv[1:])
