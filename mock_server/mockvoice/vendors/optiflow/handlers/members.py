"""Operations on the members of the present workspace."""

from mockvoice.vendors.optiflow import render
from mockvoice.vendors.optiflow.auth import enter
from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.rules import workspaces
from mockvoice.vendors.optiflow.rules.records import Body


def search(backend: OptiBackend, principal: str, x_workspace_id: int | None) -> render.Json:
    visit = enter(backend, principal, x_workspace_id)
    workspace = backend.workspaces.get(visit.workspace_id)
    found = workspaces.members(backend, workspace) if workspace else []
    return render.one([render.member(*each) for each in found])


def change_role(
    backend: OptiBackend, principal: str, x_workspace_id: int | None, member_id: int, body: Body
) -> render.Json:
    visit = enter(backend, principal, x_workspace_id)
    return render.one(render.member(*workspaces.change_role(backend, visit, member_id, body)))


def delete(
    backend: OptiBackend, principal: str, x_workspace_id: int | None, member_id: int
) -> None:
    workspaces.remove_member(backend, enter(backend, principal, x_workspace_id), member_id)


def invite(
    backend: OptiBackend, principal: str, x_workspace_id: int | None, body: Body
) -> render.Json:
    row = workspaces.invite(backend, enter(backend, principal, x_workspace_id), body)
    return render.one(render.invitation(backend, row))
