"""Snapshots: named states of a sandbox."""

from collections.abc import Callable
from functools import partial
from typing import Any

import orjson

from mockvoice.control import render
from mockvoice.control.background import run_in_thread
from mockvoice.control.context import ServerContext
from mockvoice.control.errors import (
    ReservedSnapshotName,
    SnapshotExists,
    SnapshotNotFound,
    TooManySnapshots,
)
from mockvoice.control.initial_state import load_export
from mockvoice.kernel.clock import Clock
from mockvoice.sandboxes import exports
from mockvoice.sandboxes.diff import state_diff
from mockvoice.sandboxes.sandbox import Sandbox
from mockvoice.sandboxes.state import SandboxState, Snapshot
from mockvoice.web.responses import DeferredResponse, Response

Body = dict[str, Any]

CURRENT = "current"  # name of the present state
MAX_SNAPSHOTS = 500
# Large responses are dumped to text in a thread; with this media type the text is sent unchanged.
JSON_TEXT = "application/json; charset=utf-8"


def search(server: ServerContext, sandbox_name: str) -> list[dict[str, Any]]:
    snapshots = server.sandbox(sandbox_name).snapshots
    return [render.snapshot(snapshot) for snapshot in snapshots.values()]


def create(server: ServerContext, sandbox_name: str, body: Body) -> Response:
    sandbox, name = server.sandbox(sandbox_name), body["name"]
    _check_name(name)
    if name in sandbox.snapshots:
        raise SnapshotExists(name)
    return Response(*_save(sandbox, name, sandbox.save()))


def restore(server: ServerContext, sandbox_name: str, snapshot_name: str) -> dict[str, Any]:
    sandbox = server.sandbox(sandbox_name)
    _check_name(snapshot_name)
    sandbox.restore(find_state(sandbox, snapshot_name))
    sandbox.backends.all()  # restarts the timers of the backends, such as webhook deliveries
    return render.sandbox(sandbox)


def get(server: ServerContext, sandbox_name: str, snapshot_name: str) -> DeferredResponse:
    state = find_state(server.sandbox(sandbox_name), snapshot_name)
    return DeferredResponse(
        lambda: Response(exports.dump(state), media_type=JSON_TEXT), pool="exports"
    )


def replace(
    server: ServerContext, sandbox_name: str, snapshot_name: str, body: Body
) -> DeferredResponse:
    server.sandbox(sandbox_name)
    _check_name(snapshot_name)

    def save(state: SandboxState) -> Response:
        sandbox = server.sandbox(sandbox_name)
        status = 200 if snapshot_name in sandbox.snapshots else 201
        summary, _, headers = _save(sandbox, snapshot_name, state)
        return Response(summary, status, headers if status == 201 else {})

    return run_in_thread(partial(load_export, server, body), save)


def delete(server: ServerContext, sandbox_name: str, snapshot_name: str) -> Response:
    sandbox = server.sandbox(sandbox_name)
    _check_name(snapshot_name)
    find_state(sandbox, snapshot_name)
    sandbox.delete_snapshot(snapshot_name)
    return Response(status=204)


def diff(
    server: ServerContext, sandbox_name: str, snapshot_name: str, other_name: str
) -> DeferredResponse:
    sandbox = server.sandbox(sandbox_name)
    before, after = find_state(sandbox, snapshot_name), find_state(sandbox, other_name)
    return DeferredResponse(_json_of(lambda: state_diff(before, after)), pool="exports")


def _json_of(compute: Callable[[], Any]) -> Callable[[], Response]:
    return lambda: Response(orjson.dumps(compute()), media_type=JSON_TEXT)


def _save(
    sandbox: Sandbox, name: str, state: SandboxState
) -> tuple[dict[str, Any], int, dict[str, str]]:
    if name not in sandbox.snapshots and len(sandbox.snapshots) >= MAX_SNAPSHOTS:
        raise TooManySnapshots(MAX_SNAPSHOTS)
    snapshot = Snapshot(name, Clock().now(), state)
    sandbox.add_snapshot(snapshot)
    location = f"/_mock/sandboxes/{sandbox.name}/snapshots/{name}"
    return render.snapshot(snapshot), 201, {"Location": location}


def _check_name(name: str) -> None:
    if name == CURRENT:
        raise ReservedSnapshotName


def find_state(sandbox: Sandbox, name: str) -> SandboxState:
    """Return the state of a snapshot, or the current one. Raises ``SnapshotNotFound``."""
    if name == CURRENT:
        sandbox.run_all_due_events()
        return sandbox.save()
    snapshot = sandbox.snapshots.get(name)
    if snapshot is None:
        raise SnapshotNotFound(name, sandbox.name)
    return snapshot.state
