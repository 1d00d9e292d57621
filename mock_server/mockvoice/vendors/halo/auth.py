"""Authentication by a bearer token, which also selects the sandbox.

A token is either the fixed one or issued by the token endpoint. An issued token starts with the
id of its client, which identifies the sandbox. It is valid if the sandbox's table of tokens has
it and it has not expired.
"""

from dataclasses import dataclass, replace
from urllib.parse import parse_qsl

from mockvoice.sandboxes.registry import DEFAULT, Grant, SandboxRegistry
from mockvoice.vendors.halo import scopes
from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.errors import Forbidden
from mockvoice.web.auth import bearer_token, owner_hint
from mockvoice.web.contract import Operation
from mockvoice.web.errors import Unauthorized
from mockvoice.web.request_context import RequestContext

VENDOR = "halo"
FIXED_TOKEN, CLIENT_ID, CLIENT_SECRET = "access_token", "client_id", "client_secret"

FULL_SCOPE = "all"


@dataclass(frozen=True, slots=True)
class Principal:
    """The subject of a token: an agent, or an application if ``agent_id`` is 0."""

    agent_id: int
    scope: str

    def __str__(self) -> str:
        return f"{self.agent_id} {self.scope}"

    @classmethod
    def parse(cls, principal: str) -> "Principal":
        """Parse the text form of a principal, such as ``0 all``."""
        agent_id, _, scope = principal.partition(" ")
        return cls(int(agent_id), scope)

    @property
    def scopes(self) -> list[str]:
        """The names of the scopes."""
        return self.scope.split()


def authorize_bearer(context: RequestContext, sandboxes: SandboxRegistry) -> Grant:
    """Return the sandbox and the principal of a token. Raises ``Unauthorized`` or ``Forbidden``.

    Observed: 401 for a missing, wrong or expired token, 403 for a scope without access.
    """
    token = bearer_token(context)
    if token is None:
        raise Unauthorized("the request has no bearer token")
    grant = _fixed_token_grant(token, sandboxes) or _issued_token_grant(context, token, sandboxes)
    _check_scopes(context.operation, Principal.parse(grant.principal))
    return grant


def _check_scopes(operation: Operation | None, principal: Principal) -> None:
    if operation is None or scopes.opens(principal.scopes, operation.id, operation.method):
        return
    missing = " or ".join(scopes.sufficient_scopes(operation.id, operation.method))
    raise Forbidden(f"the token has the scope {principal.scope}; the request needs {missing}")


def _fixed_token_grant(token: str, sandboxes: SandboxRegistry) -> Grant | None:
    grant = sandboxes.find(VENDOR, token)
    if grant is None or grant.principal != FIXED_TOKEN:
        return None
    return Grant(grant.sandbox, str(Principal(0, FULL_SCOPE)))


def _issued_token_grant(context: RequestContext, token: str, sandboxes: SandboxRegistry) -> Grant:
    grant = sandboxes.find(VENDOR, token.rpartition(".")[0])
    if grant is None or grant.principal != CLIENT_ID:
        hint = owner_hint(VENDOR, token, sandboxes)
        raise Unauthorized(f"the bearer token belongs to no sandbox{hint}")
    # The request is logged in this sandbox's journal even if the token is not valid.
    context.sandbox = grant.sandbox
    backend = grant.sandbox.backends[VENDOR]
    row = backend.tokens.get(token) if isinstance(backend, HaloBackend) else None
    if row is None or row.refreshes:
        raise Unauthorized("this sandbox did not issue the bearer token")
    if row.expires_at <= backend.token_clock.now():
        raise Unauthorized("the bearer token has expired")
    return Grant(grant.sandbox, str(Principal(row.agent_id, row.scope)))


def expire_tokens(backend: HaloBackend) -> None:
    """Expire all access tokens that were issued so far; refresh tokens stay valid."""
    now = backend.token_clock.now()
    for row in list(backend.tokens):
        if not row.refreshes and row.expires_at > now:
            backend.tokens.put(replace(row, expires_at=now))


def authorize_token_request(context: RequestContext, sandboxes: SandboxRegistry) -> Grant:
    """Return the sandbox of the client id in a token request, or the default one for an unknown id.

    The grant has no principal: the token endpoint checks the secret itself.
    """
    default = sandboxes.get(DEFAULT)
    client_id = _client_id(context.body or b"")
    grant = sandboxes.find(VENDOR, client_id) if client_id else None
    if grant is not None and grant.principal == CLIENT_ID:
        return grant
    if default is None:
        raise Unauthorized("the client id is unknown, and there is no default sandbox")
    return Grant(default, "")


def _client_id(body: bytes) -> str | None:
    try:
        fields = parse_qsl(body.decode("ascii"), max_num_fields=100)
    except ValueError:
        return None
    return next((value for name, value in fields if name == "client_id"), None)
