"""Snapshots: states of a sandbox under a name."""

from collections.abc import Callable
from functools import partial
from typing import Any

import orjson

from mockvoice.control import exports, render
from mockvoice.control.background import run_in_thread
from mockvoice.control.context import ServerContext
from mockvoice.control.diff import state_diff
from mockvoice.control.errors import (
    ReservedSnapshotName,
    SnapshotExists,
    SnapshotNotFound,
    TooManySnapshots,
)
from mockvoice.control.initial_state import load_export
from mockvoice.kernel.clock import Clock
from mockvoice.web.responses import DeferredResponse, Response
from mockvoice.web.sandboxes import Sandbox
from mockvoice.web.state import SandboxState, Snapshot

Body = dict[str, Any]

CURRENT = "current"  # the name of the present state
SNAPSHOTS_KEPT = 500
# Large answers are made in a thread, as text. The type is spelled so that the text goes as it is.
JSON_TEXT = "application/json; charset=utf-8"


def search(server: ServerContext, sandbox_name: str) -> list[dict[str, Any]]:
    snapshots = server.sandbox(sandbox_name).snapshots
    return [render.snapshot(each) for each in snapshots.values()]


def create(server: ServerContext, sandbox_name: str, body: Body) -> Response:
    sandbox, name = server.sandbox(sandbox_name), body["name"]
    _check_name(name)
    if name in sandbox.snapshots:
        raise SnapshotExists(name)
    return Response(*_keep(sandbox, name, sandbox.save()))


def restore(server: ServerContext, sandbox_name: str, snapshot_name: str) -> dict[str, Any]:
    sandbox = server.sandbox(sandbox_name)
    _check_name(snapshot_name)
    sandbox.restore(_found(sandbox, snapshot_name))
    sandbox.backends.all()  # what waits for real time, such as a delivery, goes on waiting
    return render.sandbox(sandbox)


def get(server: ServerContext, sandbox_name: str, snapshot_name: str) -> DeferredResponse:
    saved = _found(server.sandbox(sandbox_name), snapshot_name)
    return DeferredResponse(lambda: Response(exports.dump(saved), media_type=JSON_TEXT))


def replace(
    server: ServerContext, sandbox_name: str, snapshot_name: str, body: Body
) -> DeferredResponse:
    server.sandbox(sandbox_name)
    _check_name(snapshot_name)

    def keep(saved: SandboxState) -> Response:
        sandbox = server.sandbox(sandbox_name)
        status = 200 if snapshot_name in sandbox.snapshots else 201
        shown, _, headers = _keep(sandbox, snapshot_name, saved)
        return Response(shown, status, headers if status == 201 else {})

    return run_in_thread(partial(load_export, server, body), keep)


def delete(server: ServerContext, sandbox_name: str, snapshot_name: str) -> Response:
    sandbox = server.sandbox(sandbox_name)
    _check_name(snapshot_name)
    _found(sandbox, snapshot_name)
    del sandbox.snapshots[snapshot_name]
    return Response(status=204)


def diff(
    server: ServerContext, sandbox_name: str, snapshot_name: str, other_name: str
) -> DeferredResponse:
    sandbox = server.sandbox(sandbox_name)
    before, after = _found(sandbox, snapshot_name), _found(sandbox, other_name)
    return DeferredResponse(_text_of(lambda: state_diff(before, after)))


def _text_of(make: Callable[[], Any]) -> Callable[[], Response]:
    return lambda: Response(orjson.dumps(make()), media_type=JSON_TEXT)


def _keep(
    sandbox: Sandbox, name: str, saved: SandboxState
) -> tuple[dict[str, Any], int, dict[str, str]]:
    if name not in sandbox.snapshots and len(sandbox.snapshots) >= SNAPSHOTS_KEPT:
        raise TooManySnapshots(SNAPSHOTS_KEPT)
    snapshot = sandbox.snapshots[name] = Snapshot(name, Clock().now(), saved)
    location = f"/_mock/sandboxes/{sandbox.name}/snapshots/{name}"
    return render.snapshot(snapshot), 201, {"Location": location}


def _check_name(name: str) -> None:
    if name == CURRENT:
        raise ReservedSnapshotName


def _found(sandbox: Sandbox, name: str) -> SandboxState:
    if name == CURRENT:
        sandbox.run_all_due_events()
        return sandbox.save()
    snapshot = sandbox.snapshots.get(name)
    if snapshot is None:
        raise SnapshotNotFound(name, sandbox.name)
    return snapshot.state
