"""A server with one planted fault, or with none, for a suite or a manual test.

``python -m mockvoice_contracts.mutants.server halo half-cent-to-even`` serves it until it is terminated.
"""

import sys
from collections.abc import Mapping
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp

from mockvoice.app import Server
from mockvoice.dispatcher import Dispatcher
from mockvoice.listeners import PortUnavailable
from mockvoice.settings import Settings
from mockvoice_contracts.mutants.catalogue import Mutant, load_catalogue
from mockvoice_contracts.mutants.patching import apply
from mockvoice_contracts.mutants.response_rewriting import rewrite_responses

Apps = Mapping[Any, ASGIApp]

FIRST_PORT, LAST_PORT, STEP = 21000, 31000, 10


def create_server(vendor: str) -> Server:
    """Create a server for one vendor, with the port offsets of a normal server.

    The suites use the offset to find the control API of a mock.
    """
    # Start at noon, so that no run passes midnight between two requests.
    noon = datetime.combine(datetime.now(UTC).date(), time(12), UTC)
    for port in range(FIRST_PORT, LAST_PORT, STEP):
        try:
            return Server(Settings(port=port, vendors=(vendor,), now=noon))
        except PortUnavailable:
            continue
    raise PortUnavailable(f"no free ports between {FIRST_PORT} and {LAST_PORT}")


def apply_mutant(mutant: Mutant) -> None:
    """Apply the fault to this process, before a server is created."""
    apply(f"mockvoice.vendors.{mutant.vendor}", mutant.edits)
    if mutant.wire:
        original_mount = Dispatcher.mount

        def mount_rewriting(
            dispatcher: Dispatcher, by_port: Apps, by_prefix: Apps, fallback: ASGIApp
        ) -> None:
            original_mount(
                dispatcher,
                _rewriting_apps(by_port, mutant),
                _rewriting_apps(by_prefix, mutant),
                fallback,
            )

        Dispatcher.mount = mount_rewriting  # type: ignore[method-assign,assignment]


def _rewriting_apps(apps: Apps, mutant: Mutant) -> dict[Any, ASGIApp]:
    return {key: rewrite_responses(app, mutant.wire) for key, app in apps.items()}


def main(vendor: str, name: str = "", ready: str = "") -> None:
    """Serve until a signal arrives; write the address to the file ``ready``, or print it."""
    if name:
        apply_mutant(load_catalogue(vendor)[name])
    server = create_server(vendor)

    def announce() -> None:
        url = server.urls["vendors"][vendor]["root_url"]
        if ready:
            Path(ready).write_text(url, "utf-8")
        else:
            print(url, flush=True)

    server.run(announce)


if __name__ == "__main__":
    main(*sys.argv[1:])
