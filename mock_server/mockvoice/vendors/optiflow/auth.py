"""Authentication and authorisation: the user, the workspace and the permissions of a request."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import cast

from mockvoice.sandboxes.registry import DEFAULT, Grant, SandboxRegistry
from mockvoice.vendors.optiflow.backend import TOKEN_USER_IDS, OptiBackend
from mockvoice.vendors.optiflow.errors import Forbidden, NotFound
from mockvoice.vendors.optiflow.models import ADMIN, OWNER, Actor, User, Workspace
from mockvoice.vendors.optiflow.rules import invoices, payments, quotations, stock, workspaces
from mockvoice.vendors.optiflow.rules.records import find, get_existing
from mockvoice.web.auth import bearer
from mockvoice.web.document import DocumentedOperation, InvalidContract
from mockvoice.web.errors import Unauthorized, Violation
from mockvoice.web.request_context import RequestContext

authorize_bearer = partial(bearer, "optiflow")

ANONYMOUS = "anonymous"
WORKSPACE_HEADER = "x-workspace-id"

# Whether a role holds a permission. Documented: owners and administrators hold all. Assumed: members
# hold all but ``configuration:edit``, and roles that a tenant defines hold the view permissions.
_ROLE_PERMISSIONS: Mapping[str | None, Callable[[str], bool]] = {
    OWNER: lambda _: True,
    ADMIN: lambda _: True,
    "member": lambda permission: permission != "configuration:edit",
    None: lambda _: False,
}

RecordCheck = Callable[[OptiBackend, Actor, int], object]


def authorize_anonymous(context: RequestContext, sandboxes: SandboxRegistry) -> Grant:
    """Grant access to the demo sandbox if no credential was sent. Raises ``Unauthorized``."""
    sandbox = sandboxes.get(DEFAULT)
    if sandbox is None or context.header(b"authorization") is not None:
        raise Unauthorized("the token that was sent is unknown")
    return Grant(sandbox, ANONYMOUS)


def resolve_actor(backend: OptiBackend, principal: str, workspace_id: int | None) -> Actor:
    """Return the user with the requested workspace or, without one, the user's current workspace.

    Raises ``NotFound`` for an unknown workspace, ``Forbidden`` for one that the user may not access.
    Documented: the header, and ``view_all_locations``. Observed: a user without a current workspace
    gets the first one of which the user is a member.
    """
    user = get_existing(backend.users, TOKEN_USER_IDS[principal])
    memberships = backend.workspaces.find_by("member", user.id)
    all_locations = any(workspace.role_of(user.id) in (OWNER, ADMIN) for workspace in memberships)
    if workspace_id is None:
        workspace = _current_workspace(backend, user, memberships, all_locations=all_locations)
    else:
        workspace = find(backend.workspaces, workspace_id)
        if not all_locations and workspace.role_of(user.id) is None:
            raise Forbidden
    if workspace is None:
        return Actor(user.id, 0, None, all_locations)
    role = workspace.role_of(user.id) or (ADMIN if all_locations else None)
    return Actor(user.id, workspace.id, role, all_locations)


def _current_workspace(
    backend: OptiBackend, user: User, memberships: Sequence[Workspace], *, all_locations: bool
) -> Workspace | None:
    current = user.current_workspace_id and backend.workspaces.get(user.current_workspace_id)
    if current and (all_locations or current in memberships):
        return current
    return memberships[0] if memberships else None


def has_permission(actor: Actor, permission: str) -> bool:
    """Return whether the actor's role holds a permission, such as ``invoices:view``."""
    rule = _ROLE_PERMISSIONS.get(actor.role)
    return permission.endswith(":view") if rule is None else rule(permission)


def check_operation(operation: DocumentedOperation) -> None:
    """Raise ``InvalidContract`` for a permission without the header that its check reads."""
    headers = {
        parameter["name"].lower()
        for parameter in operation.parameters
        if parameter["in"] == "header"
    }
    if "x-permission" in operation.spec and WORKSPACE_HEADER not in headers:
        raise InvalidContract(
            f"{operation.id} has x-permission, but not the header parameter {WORKSPACE_HEADER}"
        )


def authorize(context: RequestContext, violations: Sequence[Violation]) -> None:
    """Check the workspace, the permission and the record that the path names, in this order.

    Raises ``NotFound`` and ``Forbidden``. Assumed: this order, before the validation of the body; a
    malformed id in the header or the path is treated as unknown.
    """
    arguments, operation, sandbox = context.arguments, context.operation, context.sandbox
    if (
        "x_workspace_id" not in arguments
        or operation is None
        or sandbox is None
        or not context.principal
    ):
        return
    if any(violation.location == "header" for violation in violations):
        raise NotFound
    backend = cast("OptiBackend", sandbox.backends["optiflow"])
    actor = resolve_actor(backend, context.principal, arguments["x_workspace_id"])
    permission = operation.extensions.get("x-permission")
    if permission and not has_permission(actor, permission):
        raise Forbidden
    if any(violation.location == "path" for violation in violations):
        raise NotFound
    for name, value in arguments.items():
        check = _OPERATION_CHECKS.get((operation.id, name)) or _RECORD_CHECKS.get(name)
        if check is not None:
            check(backend, actor, value)


def _find_in(name: str) -> RecordCheck:
    return lambda backend, _, record_id: find(getattr(backend, name), record_id)


# The check for each path parameter that names a record.
_RECORD_CHECKS: Mapping[str, RecordCheck] = {
    "invoice_id": invoices.find,
    "payment_id": payments.find,
    "quotation_id": quotations.find,
    "stock_transfer_id": stock.find_transfer,
    "member_id": workspaces.find_member,
    "workspace_id": workspaces.find_accessible,
    "contact_id": _find_in("contacts"),
    "product_id": _find_in("products"),
    "tax_id": _find_in("taxes"),
    "currency_id": _find_in("currencies"),
    "document_subtype_id": _find_in("document_subtypes"),
    "salesman_id": _find_in("salesmen"),
    "bank_account_id": _find_in("bank_accounts"),
}
# Checks that replace those above in one operation.
_OPERATION_CHECKS: Mapping[tuple[str, str], RecordCheck] = {
    ("payments.update", "payment_id"): payments.find_not_voided,
    ("payments.delete", "payment_id"): payments.find_not_voided,
    ("workspaces.deselect", "workspace_id"): _find_in("workspaces"),
}
