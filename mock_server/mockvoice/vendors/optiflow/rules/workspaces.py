"""Workspaces, which own invoices, quotations and stock, and their members."""

import re
import unicodedata
from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.errors import Forbidden, NotFound, field_error, general_error
from mockvoice.vendors.optiflow.models import OWNER, Actor, Invitation, User, Workspace
from mockvoice.vendors.optiflow.rules.records import (
    Body,
    already_taken,
    find,
    get_existing,
    submitted_fields,
)

INVITATION_LIFETIME = timedelta(days=7)
_OPTIONAL_FIELDS = ("code", "description", "address", "phone")


def can_access(actor: Actor, workspace: Workspace) -> bool:
    """Return whether the user is a member of a workspace or may access all of them."""
    return actor.view_all_locations or workspace.role_of(actor.user_id) is not None


def search(backend: OptiBackend, actor: Actor) -> list[Workspace]:
    """Return the workspaces that the user can access. Documented: not paginated."""
    return [workspace for workspace in backend.workspaces if can_access(actor, workspace)]


def find_accessible(backend: OptiBackend, actor: Actor, workspace_id: int) -> Workspace:
    """Return a workspace. Raises ``NotFound``, and ``Forbidden`` if the user may not access it."""
    workspace = find(backend.workspaces, workspace_id)
    if not can_access(actor, workspace):
        raise Forbidden
    return workspace


def create(backend: OptiBackend, actor: Actor, body: Body) -> Workspace:
    """Create a workspace that the user owns. Raises ``Invalid``.

    Documented: the name is unique in the tenant.
    """
    _check_name(backend, body["name"])
    now = backend.clock.now()
    workspace_id = backend.ids.next("workspace")
    return backend.workspaces.put(
        Workspace(
            id=workspace_id,
            name=body["name"],
            slug=_slug(backend, body["name"], workspace_id),
            owner_id=actor.user_id,
            members=((actor.user_id, OWNER),),
            created_at=now,
            updated_at=now,
            **submitted_fields(body, _OPTIONAL_FIELDS),
        )
    )


def update(backend: OptiBackend, actor: Actor, workspace_id: int, body: Body) -> Workspace:
    """Update the submitted fields of a workspace. Raises ``Invalid``.

    Assumed: a new name changes the slug.
    """
    workspace = find_accessible(backend, actor, workspace_id)
    changed: dict[str, Any] = submitted_fields(body, ("name", *_OPTIONAL_FIELDS))
    if changed.get("name", workspace.name) != workspace.name:
        _check_name(backend, changed["name"], workspace_id)
        changed["slug"] = _slug(backend, changed["name"], workspace_id)
    return backend.workspaces.put(replace(workspace, **changed, updated_at=backend.clock.now()))


def _check_name(backend: OptiBackend, name: str, own_id: int = 0) -> None:
    if any(row_id != own_id for row_id in backend.workspaces.keys_by("name", name.lower())):
        raise field_error("name", already_taken("name"))


def _slug(backend: OptiBackend, name: str, workspace_id: int) -> str:
    """Return the name in lower case with hyphens, and with the id if another workspace has that slug."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = "-".join(re.findall("[a-z0-9]+", plain)) or "sucursal"
    others = {
        row_id for row_id in backend.workspaces.keys_by("slug", slug) if row_id != workspace_id
    }
    return f"{slug}-{workspace_id}" if others else slug


def select(backend: OptiBackend, actor: Actor, workspace_id: int) -> Workspace:
    """Make a workspace the user's current one. Raises ``NotFound`` and ``Forbidden``."""
    workspace = find_accessible(backend, actor, workspace_id)
    user = get_existing(backend.users, actor.user_id)
    backend.users.put(replace(user, current_workspace_id=workspace_id))
    return workspace


def deselect(backend: OptiBackend, actor: Actor, workspace_id: int) -> None:
    """Clear the user's current workspace.

    Documented: the operation; in the source it ends the membership. Assumed: nothing changes if the
    workspace is not the current one.
    """
    find(backend.workspaces, workspace_id)
    _clear_current(backend, actor.user_id, workspace_id)


def _clear_current(backend: OptiBackend, user_id: int, workspace_id: int) -> None:
    user = get_existing(backend.users, user_id)
    if user.current_workspace_id == workspace_id:
        backend.users.put(replace(user, current_workspace_id=None))


def list_members(backend: OptiBackend, workspace: Workspace) -> list[tuple[User, str]]:
    """Return the members of a workspace and their roles, sorted by user id."""
    return [(get_existing(backend.users, user_id), role) for user_id, role in workspace.members]


def find_member(backend: OptiBackend, actor: Actor, user_id: int) -> str:
    """Return the role of a member of the current workspace. Raises ``NotFound``."""
    workspace = backend.workspaces.get(actor.workspace_id)
    role = workspace.role_of(user_id) if workspace else None
    if role is None:
        raise NotFound
    return role


def change_role(backend: OptiBackend, actor: Actor, user_id: int, body: Body) -> tuple[User, str]:
    """Change the role of a member. Raises ``Invalid`` for the owner and for the role ``owner``.

    Documented: the roles, and that a workspace has one owner. Assumed: the errors.
    """
    if find_member(backend, actor, user_id) == OWNER:
        raise general_error("El rol del propietario no se puede cambiar.")
    role = _parse_role(body["role"])
    _set_members(backend, actor.workspace_id, {user_id: role})
    return get_existing(backend.users, user_id), role


def remove_member(backend: OptiBackend, actor: Actor, user_id: int) -> None:
    """End a membership; the workspace is no longer the user's current one.

    Raises ``NotFound``, and ``Invalid`` for the owner.
    """
    if find_member(backend, actor, user_id) == OWNER:
        raise general_error("El propietario no se puede eliminar del espacio de trabajo.")
    _set_members(backend, actor.workspace_id, {user_id: None})
    _clear_current(backend, user_id, actor.workspace_id)


def _set_members(backend: OptiBackend, workspace_id: int, changed: dict[int, str | None]) -> None:
    workspace = get_existing(backend.workspaces, workspace_id)
    roles = {**dict(workspace.members), **changed}
    members = tuple((user_id, role) for user_id, role in sorted(roles.items()) if role)
    backend.workspaces.put(replace(workspace, members=members, updated_at=backend.clock.now()))


def _parse_role(role: str) -> str:
    if role.lower() == OWNER:
        raise field_error("role", "The selected role is invalid.")
    return role


def invite(backend: OptiBackend, actor: Actor, body: Body) -> Invitation:
    """Create an invitation and send its e-mail. Raises ``Invalid``.

    Documented: an e-mail and a role. Assumed: members and invited persons cannot be invited.
    """
    workspace = get_existing(backend.workspaces, actor.workspace_id)
    email, now = body["email"], backend.clock.now()
    role = _parse_role(body.get("role") or "member")
    if any(user.email.lower() == email.lower() for user, _ in list_members(backend, workspace)):
        raise field_error("email", "Esa persona ya es miembro del espacio de trabajo.")
    if any(
        invitation.workspace_id == workspace.id and invitation.expires_at > now
        for invitation in backend.invitations.find_by("email", email.lower())
    ):
        raise field_error("email", "Esa persona ya tiene una invitación pendiente.")
    invitation = backend.invitations.put(
        Invitation(
            id=backend.ids.next("invitation"),
            workspace_id=workspace.id,
            email=email,
            role=role,
            expires_at=now + INVITATION_LIFETIME,
            created_at=now,
        )
    )
    backend.queue_email(
        email,
        f"Invitación a {workspace.name}",
        f"Ha sido invitado a {workspace.name} con el rol {role}.",
        f"invitations/{invitation.id}",
    )
    return invitation
