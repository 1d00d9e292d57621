"""Snapshots: saved, restored and compared."""

from typing import Any

import flask
import orjson

from mockvoice.control.handlers import snapshots
from mockvoice.control.house import House
from mockvoice.control.pages.asking import ask, checked, field, page, to

CHANGES_SHOWN = 200


def add(pages: flask.Blueprint, house: House) -> None:
    """Add the pages of snapshots."""

    @pages.get("/sandboxes/<name>/snapshots")
    def show_snapshots(name: str) -> str:
        shown = ask(lambda: snapshots.search(house, name))
        return page("snapshots.html", house, name, snapshots=shown)

    @pages.post("/sandboxes/<name>/snapshots")
    def save_snapshot(name: str) -> Any:
        body = checked("snapshots.create", {"name": field("name")})
        ask(lambda: snapshots.create(house, name, body))
        return to("show_snapshots", name=name)

    @pages.post("/sandboxes/<name>/snapshots/<snapshot>/restore")
    def restore_snapshot(name: str, snapshot: str) -> Any:
        ask(lambda: snapshots.restore(house, name, snapshot))
        return to("sandbox", name=name)

    @pages.post("/sandboxes/<name>/snapshots/<snapshot>/delete")
    def delete_snapshot(name: str, snapshot: str) -> Any:
        ask(lambda: snapshots.delete(house, name, snapshot))
        return to("show_snapshots", name=name)

    @pages.get("/sandboxes/<name>/diff")
    def diff(name: str) -> str:
        before, after = (flask.request.args.get(each, "current") for each in ("before", "after"))
        found = orjson.loads(ask(lambda: snapshots.diff(house, name, before, after)))
        return page(
            "diff.html", house, name, before=before, after=after, found=found, shown=CHANGES_SHOWN
        )
