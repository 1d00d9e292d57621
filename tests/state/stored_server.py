"""Servers whose sandboxes are kept in a file, and what must be the same after a restart."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from mockvoice.app import Server
from mockvoice.settings import Settings

SECONDS = 30


class StoredServer:
    """A running server with a store; requests go through its URLs."""

    def __init__(self, urls: dict[str, Any], server: Server | None = None) -> None:
        self.urls = urls
        self.server = server  # unless it is another process
        self.session = requests.Session()

    def control(
        self, method: str, path: str, body: Any = None, *, status: int | None = None
    ) -> Any:
        """Call the control API; return the JSON of the response, and check its status."""
        url = f"{self.urls['main']}/_mock{path}"
        response = self.session.request(method, url, json=body, timeout=SECONDS)
        expected = (200, 201, 202, 204) if status is None else (status,)
        assert response.status_code in expected, f"{method} {path}: {response.text[:500]}"
        return response.json() if response.content else None

    def vendor(self, key: str, method: str, path: str, token: str, body: Any = None) -> Any:
        """Send a request with a bearer token to a vendor; return the response."""
        url = f"{self.urls['vendors'][key]['root_url']}{path}"
        headers = {"Authorization": f"Bearer {token}"}
        return self.session.request(method, url, json=body, headers=headers, timeout=SECONDS)

    def everything(self) -> dict[str, Any]:
        """Return all that must survive a restart: by sandbox, its state, snapshots, faults and more."""
        return {
            sandbox["name"]: self.sandbox(sandbox["name"])
            for sandbox in self.control("GET", "/sandboxes")
        }

    def sandbox(self, name: str) -> dict[str, Any]:
        """Return all that must survive of one sandbox."""
        path = f"/sandboxes/{name}"
        snapshots = self.control("GET", f"{path}/snapshots")
        return {
            "sandbox": self.control("GET", path),
            "clock": self.control("GET", f"{path}/clock"),
            "current": self.control("GET", f"{path}/snapshots/current"),
            "snapshots": snapshots,
            "states": [
                self.control("GET", f"{path}/snapshots/{each['name']}") for each in snapshots
            ],
            "faults": self.control("GET", f"{path}/faults"),
            "settings": self.control("GET", f"{path}/settings"),
        }


@contextmanager
def stored_server(store: Path | str, **options: Any) -> Iterator[StoredServer]:
    """Serve with a store, at an address or in a file, and stop at the end of the block."""
    state = store if isinstance(store, str) else f"sqlite:///{store}"
    settings = Settings(**{"port": 0, "state": state, **options})
    with Server(settings) as server:
        yield StoredServer(server.urls, server)


def damage_invoices(file: Path) -> None:
    """Damage the stored invoices of all sandboxes that have changed any, while no server runs."""
    connection = sqlite3.connect(file)
    connection.execute(
        "UPDATE layer_rows SET value = '{\"id\":' WHERE name = 'invoices' AND layer IN "
        "(SELECT id FROM layers WHERE sandbox IS NOT NULL)"
    )
    connection.commit()
    connection.close()
