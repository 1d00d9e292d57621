"""Pages of snapshots and their differences."""

from typing import Any

import flask

from mockvoice.control.console.form_state import Form, FormState, submit
from mockvoice.control.console.forms import (
    call_handler,
    field,
    redirect_to,
    render_page,
    validate_body,
)
from mockvoice.control.context import ServerContext
from mockvoice.control.errors import ReservedSnapshotName, SnapshotExists
from mockvoice.control.handlers import snapshots
from mockvoice.control.readable_diff import readable_diff
from mockvoice.sandboxes.state import SandboxState

CHANGES_SHOWN = 200
SAVE = Form(
    "save",
    "The snapshot was not saved.",
    {"name": "Name"},
    errors=dict.fromkeys((SnapshotExists, ReservedSnapshotName), "name"),
)


def add(pages: flask.Blueprint, server: ServerContext) -> None:
    """Add the pages of snapshots."""

    @pages.get("/sandboxes/<name>/snapshots")
    def show_snapshots(name: str) -> str:
        return _page(server, name, SAVE.blank())

    @pages.post("/sandboxes/<name>/snapshots")
    def save_snapshot(name: str) -> Any:
        def work() -> Any:
            body = validate_body("snapshots.create", {"name": field("name")})
            call_handler(lambda: snapshots.create(server, name, body))
            return redirect_to("show_snapshots", name=name, done="saved")

        return submit(SAVE, work, lambda state: _page(server, name, state))

    @pages.post("/sandboxes/<name>/snapshots/<snapshot>/restore")
    def restore_snapshot(name: str, snapshot: str) -> Any:
        call_handler(lambda: snapshots.restore(server, name, snapshot))
        return redirect_to("sandbox", name=name, done="restored")

    @pages.post("/sandboxes/<name>/snapshots/<snapshot>/delete")
    def delete_snapshot(name: str, snapshot: str) -> Any:
        call_handler(lambda: snapshots.delete(server, name, snapshot))
        return redirect_to("show_snapshots", name=name, done="deleted")

    @pages.get("/sandboxes/<name>/diff")
    def diff(name: str) -> str:
        before, after = (flask.request.args.get(side, "current") for side in ("before", "after"))
        old, new = call_handler(lambda: _states(server, name, before, after))
        difference = readable_diff(old, new, server.vendors, CHANGES_SHOWN)
        return render_page(
            "diff.html", server, name, before=before, after=after, difference=difference
        )


def _page(server: ServerContext, name: str, save: FormState) -> str:
    rows = call_handler(lambda: snapshots.search(server, name))
    return render_page("snapshots.html", server, name, snapshots=rows, save=save)


def _states(
    server: ServerContext, name: str, before: str, after: str
) -> tuple[SandboxState, SandboxState]:
    sandbox = server.sandbox(name)
    return snapshots.find_state(sandbox, before), snapshots.find_state(sandbox, after)
