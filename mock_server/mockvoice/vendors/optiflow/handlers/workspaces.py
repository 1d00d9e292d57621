"""Operations on workspaces, and the choice of the current one."""

from mockvoice.vendors.optiflow import render
from mockvoice.vendors.optiflow.auth import enter
from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.rules import workspaces
from mockvoice.vendors.optiflow.rules.records import Body


def search(backend: OptiBackend, principal: str, x_workspace_id: int | None) -> render.Json:
    visit = enter(backend, principal, x_workspace_id)
    found = workspaces.search(backend, visit)
    return render.one([render.workspace(backend, visit, row) for row in found])


def create(
    backend: OptiBackend, principal: str, x_workspace_id: int | None, body: Body
) -> render.Json:
    visit = enter(backend, principal, x_workspace_id)
    return render.one(render.workspace(backend, visit, workspaces.create(backend, visit, body)))


def update(
    backend: OptiBackend, principal: str, x_workspace_id: int | None, workspace_id: int, body: Body
) -> render.Json:
    visit = enter(backend, principal, x_workspace_id)
    row = workspaces.update(backend, visit, workspace_id, body)
    return render.one(render.workspace(backend, visit, row))


replace = update


def select(
    backend: OptiBackend, principal: str, x_workspace_id: int | None, workspace_id: int
) -> render.Json:
    visit = enter(backend, principal, x_workspace_id)
    row = workspaces.select(backend, visit, workspace_id)
    return render.one(render.workspace(backend, visit, row))


def deselect(
    backend: OptiBackend, principal: str, x_workspace_id: int | None, workspace_id: int
) -> None:
    workspaces.deselect(backend, enter(backend, principal, x_workspace_id), workspace_id)
