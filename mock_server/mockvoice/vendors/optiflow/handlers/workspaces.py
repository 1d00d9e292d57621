"""Operations on workspaces, and the selection of the current one."""

from mockvoice.vendors.optiflow import render
from mockvoice.vendors.optiflow.auth import resolve_actor
from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.rules import workspaces
from mockvoice.vendors.optiflow.rules.records import Body


def search(backend: OptiBackend, principal: str, x_workspace_id: int | None) -> render.Json:
    actor = resolve_actor(backend, principal, x_workspace_id)
    rows = workspaces.search(backend, actor)
    return render.envelope([render.workspace(backend, actor, row) for row in rows])


def create(
    backend: OptiBackend, principal: str, x_workspace_id: int | None, body: Body
) -> render.Json:
    actor = resolve_actor(backend, principal, x_workspace_id)
    return render.envelope(
        render.workspace(backend, actor, workspaces.create(backend, actor, body))
    )


def update(
    backend: OptiBackend, principal: str, x_workspace_id: int | None, workspace_id: int, body: Body
) -> render.Json:
    actor = resolve_actor(backend, principal, x_workspace_id)
    row = workspaces.update(backend, actor, workspace_id, body)
    return render.envelope(render.workspace(backend, actor, row))


replace = update


def select(
    backend: OptiBackend, principal: str, x_workspace_id: int | None, workspace_id: int
) -> render.Json:
    actor = resolve_actor(backend, principal, x_workspace_id)
    row = workspaces.select(backend, actor, workspace_id)
    return render.envelope(render.workspace(backend, actor, row))


def deselect(
    backend: OptiBackend, principal: str, x_workspace_id: int | None, workspace_id: int
) -> None:
    workspaces.deselect(backend, resolve_actor(backend, principal, x_workspace_id), workspace_id)
