"""Imports of a released export with one change, through the control API."""

import copy
import gzip
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from mockvoice.app import Server
from mockvoice.settings import Settings

LATEST = sorted(Path(__file__).with_name("exports").iterdir())[-1]

Change = Callable[[dict[str, Any]], None]


@contextmanager
def importer(vendor: str) -> Iterator[Callable[[Change], requests.Response]]:
    """Start a server; yield a function that changes a vendor's data in an export and imports it."""
    exported = json.loads(gzip.decompress(LATEST.read_bytes()))
    original = exported["vendors"][vendor]
    settings = Settings(port=0, vendors=(vendor,), data="empty")
    with Server(settings) as server, requests.Session() as session:
        session.trust_env = False

        def import_with(change: Change) -> requests.Response:
            data = copy.deepcopy(original)
            change(data)
            url = f"{server.urls['main']}/_mock/sandboxes/default/reset"
            return session.post(url, json={"data": {**exported, "vendors": {vendor: data}}})

        yield import_with


def set_field(path: str, value: Any) -> Change:
    """Return a change of one value, such as ``tables/invoices/0/status``."""

    def change(data: dict[str, Any]) -> None:
        *steps, last = [int(step) if step.isdigit() else step for step in path.split("/")]
        parent: Any = data
        for step in steps:
            parent = parent[step]
        parent[last] = value

    return change


def delete_row(table: str, index: int) -> Change:
    """Return the deletion of a row."""

    def change(data: dict[str, Any]) -> None:
        del data["tables"][table][index]

    return change


def set_in_row(*path: Any, value: Any) -> Change:
    """Return a change of one value: ``("tables", "invoices", 7, "status")`` is in the row with id 7."""

    def change(data: dict[str, Any]) -> None:
        node: Any = data
        for depth, step in enumerate(path[:-1]):
            is_row = depth == 2
            node = next(row for row in node if row["id"] == step) if is_row else node[step]
        node[path[-1]] = value

    return change
