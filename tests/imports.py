"""Imports of an export in which one value was changed by hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests

from mockvoice.app import Server
from mockvoice.settings import Settings
from tests.control.test_exports import LATEST, read


class Imports:
    """Imports the latest export's data of one vendor into a sandbox."""

    def __init__(self, vendor: str, url: str, session: requests.Session) -> None:
        self._vendor = vendor
        self._url = url
        self._session = session

    def post(self, *path: Any, value: Any) -> requests.Response:
        """Import the data with the value at the path.

        An integer in the path is the ``id`` of a row, or the index in any other list.
        """
        exported = read(LATEST)
        node = exported["vendors"] = {self._vendor: exported["vendors"][self._vendor]}
        node = node[self._vendor]
        for depth, name in enumerate(path[:-1]):
            is_row = depth == 2
            node = next(row for row in node if row["id"] == name) if is_row else node[name]
        node[path[-1]] = value
        return self._session.post(f"{self._url}/reset", json={"data": exported})

    def rejection(self, *path: Any, value: Any) -> str:
        """Return the message of an import that is rejected."""
        response = self.post(*path, value=value)
        assert response.status_code == 400, response.text
        message: str = response.json()["error"]["message"]
        return message.partition(f"$.vendors.{self._vendor}.")[2]


@contextmanager
def open_imports(vendor: str) -> Iterator[Imports]:
    """Start a server for imports."""
    settings = Settings(port=0, vendors=(vendor,), data="empty")
    with Server(settings) as server, requests.Session() as session:
        session.trust_env = False
        yield Imports(vendor, f"{server.urls['main']}/_mock/sandboxes/default", session)
