"""The scopes of tokens, and the operations that each of them opens."""

from collections.abc import Collection

FULL_SCOPES = frozenset({"admin", "all", "all:standard"})
# The areas of the public PowerShell client's list of scopes, which name both reading and editing.
AREAS = frozenset(
    """tickets calendar customers crm timesheets contracts suppliers items projects sales quotes sos
    pos invoices reporting software softwarelicensing kb assets distributionlists documents""".split()
)
KNOWN_SCOPES = (
    FULL_SCOPES
    | {f"{access}:{area}" for access in ("read", "edit") for area in AREAS}
    | {"editMine:timesheets", "access:chat", "access:adpasswordreset"}
)

# Assumed: the area of each resource; all resources without an entry belong to billing.
AREA_OF_RESOURCE = {"client": "customers", "item": "items"}
BILLING_AREA = "invoices"
# Operations that any scope opens.
UNRESTRICTED_OPERATIONS = frozenset({"agent.me", "lookup.search"})


def unknown_scopes(scopes: Collection[str]) -> list[str]:
    """Return the names that are no scopes, in their order."""
    return [scope for scope in scopes if scope not in KNOWN_SCOPES]


def sufficient_scopes(operation: str, method: str) -> tuple[str, ...]:
    """Return the scopes of the operation's area that open it; the full ones always do.

    Assumed: ``edit`` includes ``read``, and every POST needs ``edit``.
    """
    area = AREA_OF_RESOURCE.get(operation.partition(".")[0], BILLING_AREA)
    if method.upper() in ("GET", "HEAD"):
        return f"read:{area}", f"edit:{area}"
    return (f"edit:{area}",)


def opens(scopes: Collection[str], operation: str, method: str) -> bool:
    """Return whether one of the scopes opens the operation."""
    if operation in UNRESTRICTED_OPERATIONS or not FULL_SCOPES.isdisjoint(scopes):
        return True
    return not set(sufficient_scopes(operation, method)).isdisjoint(scopes)
