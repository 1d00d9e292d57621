"""Workspaces: branches that invoices, quotations and stock belong to, and their members."""

import re
import unicodedata
from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.errors import Forbidden, NotFound, invalid, refusal
from mockvoice.vendors.optiflow.models import OWNER, Invitation, User, Visit, Workspace
from mockvoice.vendors.optiflow.rules.records import Body, changes, find, known, taken

INVITATION_LASTS = timedelta(days=7)
_TEXTS = ("code", "description", "address", "phone")


def may_enter(visit: Visit, workspace: Workspace) -> bool:
    """Whether a caller may use a workspace: as a member, or with ``view_all_locations``."""
    return visit.everywhere or workspace.role_of(visit.user_id) is not None


def search(backend: OptiBackend, visit: Visit) -> list[Workspace]:
    """The workspaces that a caller may use. Documented: not paginated."""
    return [each for each in backend.workspaces if may_enter(visit, each)]


def enterable(backend: OptiBackend, visit: Visit, workspace_id: int) -> Workspace:
    """The workspace. Raises ``NotFound``, and ``Forbidden`` for one that the caller may not use."""
    workspace = find(backend.workspaces, workspace_id)
    if not may_enter(visit, workspace):
        raise Forbidden
    return workspace


def create(backend: OptiBackend, visit: Visit, body: Body) -> Workspace:
    """A workspace that the caller owns. Documented: the name is unique in the tenant."""
    _check_name(backend, body["name"])
    now = backend.clock.now()
    workspace_id = backend.ids.next("workspace")
    return backend.workspaces.put(
        Workspace(
            id=workspace_id,
            name=body["name"],
            slug=_slug(backend, body["name"], workspace_id),
            owner_id=visit.user_id,
            members=((visit.user_id, OWNER),),
            created_at=now,
            updated_at=now,
            **changes(body, _TEXTS),
        )
    )


def update(backend: OptiBackend, visit: Visit, workspace_id: int, body: Body) -> Workspace:
    """The workspace with what a body changes. Assumed: a new name makes a new slug."""
    workspace = enterable(backend, visit, workspace_id)
    changed: dict[str, Any] = changes(body, ("name", *_TEXTS))
    if changed.get("name", workspace.name) != workspace.name:
        _check_name(backend, changed["name"], workspace_id)
        changed["slug"] = _slug(backend, changed["name"], workspace_id)
    return backend.workspaces.put(replace(workspace, **changed, updated_at=backend.clock.now()))


def _check_name(backend: OptiBackend, name: str, own_id: int = 0) -> None:
    if any(each != own_id for each in backend.workspaces.keys_by("name", name.lower())):
        raise invalid("name", taken("name"))


def _slug(backend: OptiBackend, name: str, workspace_id: int) -> str:
    """The name in lower case with hyphens, and its number where another workspace has that."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = "-".join(re.findall("[a-z0-9]+", plain)) or "sucursal"
    others = {each for each in backend.workspaces.keys_by("slug", slug) if each != workspace_id}
    return f"{slug}-{workspace_id}" if others else slug


def select(backend: OptiBackend, visit: Visit, workspace_id: int) -> Workspace:
    """The workspace, from now on the user's current one. Raises as ``enterable`` does."""
    workspace = enterable(backend, visit, workspace_id)
    user = known(backend.users, visit.user_id)
    backend.users.put(replace(user, current_workspace_id=workspace_id))
    return workspace


def deselect(backend: OptiBackend, visit: Visit, workspace_id: int) -> None:
    """Forget the user's current workspace. Documented: so; in the source the membership ends.

    Assumed: any other than the current one changes nothing.
    """
    find(backend.workspaces, workspace_id)
    _leave(backend, visit.user_id, workspace_id)


def _leave(backend: OptiBackend, user_id: int, workspace_id: int) -> None:
    user = known(backend.users, user_id)
    if user.current_workspace_id == workspace_id:
        backend.users.put(replace(user, current_workspace_id=None))


def members(backend: OptiBackend, workspace: Workspace) -> list[tuple[User, str]]:
    """The users of a workspace and their roles, in the order of their ids."""
    return [(known(backend.users, user_id), role) for user_id, role in workspace.members]


def find_member(backend: OptiBackend, visit: Visit, user_id: int) -> str:
    """The role of a member of the present workspace. Raises ``NotFound``."""
    workspace = backend.workspaces.get(visit.workspace_id)
    role = workspace.role_of(user_id) if workspace else None
    if role is None:
        raise NotFound
    return role


def change_role(backend: OptiBackend, visit: Visit, user_id: int, body: Body) -> tuple[User, str]:
    """The member in another role. Raises ``Invalid`` for the owner, and for that role.

    Documented: the roles, and that a workspace has one owner. Assumed: the refusals.
    """
    if find_member(backend, visit, user_id) == OWNER:
        raise refusal("El rol del propietario no se puede cambiar.")
    role = _role(body["role"])
    _set_members(backend, visit.workspace_id, {user_id: role})
    return known(backend.users, user_id), role


def remove_member(backend: OptiBackend, visit: Visit, user_id: int) -> None:
    """End a membership; the user loses the workspace as current one. Raises ``Invalid`` for the owner."""
    if find_member(backend, visit, user_id) == OWNER:
        raise refusal("El propietario no se puede eliminar del espacio de trabajo.")
    _set_members(backend, visit.workspace_id, {user_id: None})
    _leave(backend, user_id, visit.workspace_id)


def _set_members(backend: OptiBackend, workspace_id: int, changed: dict[int, str | None]) -> None:
    workspace = known(backend.workspaces, workspace_id)
    roles = {**dict(workspace.members), **changed}
    kept = tuple((user_id, role) for user_id, role in sorted(roles.items()) if role)
    backend.workspaces.put(replace(workspace, members=kept, updated_at=backend.clock.now()))


def _role(role: str) -> str:
    if role.lower() == OWNER:
        raise invalid("role", "The selected role is invalid.")
    return role


def invite(backend: OptiBackend, visit: Visit, body: Body) -> Invitation:
    """An invitation, and the e-mail that carries it.

    Documented: an e-mail with a role. Assumed: refused for members and while one is pending.
    """
    workspace = known(backend.workspaces, visit.workspace_id)
    email, now = body["email"], backend.clock.now()
    role = _role(body.get("role") or "member")
    if any(user.email.lower() == email.lower() for user, _ in members(backend, workspace)):
        raise invalid("email", "Esa persona ya es miembro del espacio de trabajo.")
    if any(
        each.workspace_id == workspace.id and each.expires_at > now
        for each in backend.invitations.find_by("email", email.lower())
    ):
        raise invalid("email", "Esa persona ya tiene una invitación pendiente.")
    made = backend.invitations.put(
        Invitation(
            id=backend.ids.next("invitation"),
            workspace_id=workspace.id,
            email=email,
            role=role,
            expires_at=now + INVITATION_LASTS,
            created_at=now,
        )
    )
    backend.queue_email(
        email,
        f"Invitación a {workspace.name}",
        f"Ha sido invitado a {workspace.name} con el rol {role}.",
        f"invitations/{made.id}",
    )
    return made
