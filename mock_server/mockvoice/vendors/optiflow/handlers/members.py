"""Operations on the members of the current workspace."""

from mockvoice.vendors.optiflow import render
from mockvoice.vendors.optiflow.auth import resolve_actor
from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.rules import workspaces
from mockvoice.vendors.optiflow.rules.records import Body


def search(backend: OptiBackend, principal: str, x_workspace_id: int | None) -> render.Json:
    actor = resolve_actor(backend, principal, x_workspace_id)
    workspace = backend.workspaces.get(actor.workspace_id)
    members = workspaces.list_members(backend, workspace) if workspace else []
    return render.envelope([render.member(*member) for member in members])


def change_role(
    backend: OptiBackend, principal: str, x_workspace_id: int | None, member_id: int, body: Body
) -> render.Json:
    actor = resolve_actor(backend, principal, x_workspace_id)
    return render.envelope(render.member(*workspaces.change_role(backend, actor, member_id, body)))


def delete(
    backend: OptiBackend, principal: str, x_workspace_id: int | None, member_id: int
) -> None:
    workspaces.remove_member(backend, resolve_actor(backend, principal, x_workspace_id), member_id)


def invite(
    backend: OptiBackend, principal: str, x_workspace_id: int | None, body: Body
) -> render.Json:
    row = workspaces.invite(backend, resolve_actor(backend, principal, x_workspace_id), body)
    return render.envelope(render.invitation(backend, row))
