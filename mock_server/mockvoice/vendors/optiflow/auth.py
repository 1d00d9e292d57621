"""Who asks, in which workspace, and with which rights."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import cast

from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.errors import Forbidden, NotFound
from mockvoice.vendors.optiflow.models import ADMIN, OWNER, User, Visit, Workspace
from mockvoice.vendors.optiflow.rules import invoices, payments, quotations, stock, workspaces
from mockvoice.vendors.optiflow.rules.records import find, known
from mockvoice.web.auth import bearer
from mockvoice.web.errors import Unauthorized, Violation
from mockvoice.web.request_context import RequestContext
from mockvoice.web.sandboxes import DEFAULT, Grant, SandboxRegistry

token = partial(bearer, "optiflow")

# A token is its user's. Assumed: one token for each of the installed users.
USERS = {"owner": 1, "viewer": 2}
ANONYMOUS = "anonymous"

# What a role of a workspace may do. Documented: owners and administrators everything. Assumed: the
# rest; somebody with a role of the tenant's own making may look.
_RULES: Mapping[str | None, Callable[[str], bool]] = {
    OWNER: lambda _: True,
    ADMIN: lambda _: True,
    "member": lambda permission: permission != "configuration:edit",
    None: lambda _: False,
}

Check = Callable[[OptiBackend, Visit, int], object]


def anonymous(context: RequestContext, sandboxes: SandboxRegistry) -> Grant:
    """The demo sandbox, for those who send no credential at all. Raises ``Unauthorized``."""
    sandbox = sandboxes.get(DEFAULT)
    if sandbox is None or context.header(b"authorization") is not None:
        raise Unauthorized("a token that is sent must be a known one")
    return Grant(sandbox, ANONYMOUS)


def enter(backend: OptiBackend, caller: str, workspace_id: int | None) -> Visit:
    """The caller in the workspace that was asked for, or in the current one.

    Raises ``NotFound`` for an unknown workspace, ``Forbidden`` for one that the caller may not use.
    Documented: the header, and ``view_all_locations``. Observed: without a current workspace the
    first membership counts.
    """
    user = known(backend.users, USERS[caller])
    own = backend.workspaces.find_by("member", user.id)
    everywhere = any(each.role_of(user.id) in (OWNER, ADMIN) for each in own)
    if workspace_id is None:
        workspace = _current(backend, user, own, everywhere=everywhere)
    else:
        workspace = find(backend.workspaces, workspace_id)
        if not everywhere and workspace.role_of(user.id) is None:
            raise Forbidden
    if workspace is None:
        return Visit(user.id, 0, None, everywhere)
    role = workspace.role_of(user.id) or (ADMIN if everywhere else None)
    return Visit(user.id, workspace.id, role, everywhere)


def _current(
    backend: OptiBackend, user: User, own: Sequence[Workspace], *, everywhere: bool
) -> Workspace | None:
    current = user.current_workspace_id and backend.workspaces.get(user.current_workspace_id)
    if current and (everywhere or current in own):
        return current
    return own[0] if own else None


def allows(visit: Visit, permission: str) -> bool:
    """Whether the caller's role holds a permission."""
    rule = _RULES.get(visit.role)
    return permission.endswith(":view") if rule is None else rule(permission)


def authorize(context: RequestContext, violations: Sequence[Violation]) -> None:
    """Let a request in: workspace, permission, then the record that its path names.

    Raises ``NotFound`` and ``Forbidden``. Assumed: this order, and that all of it comes before the
    body is looked at; a header or path that holds no id names nothing.
    """
    arguments, operation, sandbox = context.arguments, context.operation, context.sandbox
    if (
        "x_workspace_id" not in arguments
        or operation is None
        or sandbox is None
        or not context.principal
    ):
        return
    if any(each.place == "header" for each in violations):
        raise NotFound
    backend = cast("OptiBackend", sandbox.backends["optiflow"])
    visit = enter(backend, context.principal, arguments["x_workspace_id"])
    permission = operation.extensions.get("x-permission")
    if permission and not allows(visit, permission):
        raise Forbidden
    if any(each.place == "path" for each in violations):
        raise NotFound
    for name, value in arguments.items():
        check = _CHECKS.get((operation.id, name)) or _RECORDS.get(name)
        if check is not None:
            check(backend, visit, value)


def _find_in(name: str) -> Check:
    return lambda backend, _, record_id: find(getattr(backend, name), record_id)


# What each argument of a path names.
_RECORDS: Mapping[str, Check] = {
    "invoice_id": invoices.find,
    "payment_id": payments.find,
    "quotation_id": quotations.find,
    "stock_transfer_id": stock.find_transfer,
    "member_id": workspaces.find_member,
    "workspace_id": workspaces.enterable,
    "contact_id": _find_in("contacts"),
    "product_id": _find_in("products"),
    "tax_id": _find_in("taxes"),
    "currency_id": _find_in("currencies"),
    "document_subtype_id": _find_in("document_subtypes"),
    "salesman_id": _find_in("salesmen"),
    "bank_account_id": _find_in("bank_accounts"),
}
_CHECKS: Mapping[tuple[str, str], Check] = {
    ("payments.update", "payment_id"): payments.find_live,
    ("payments.delete", "payment_id"): payments.find_live,
    ("workspaces.deselect", "workspace_id"): _find_in("workspaces"),
}
