"""Who asks: a bearer token, fixed or granted, which also chooses the sandbox.

A granted token begins with the client id that it was granted to, so that it leads to its sandbox;
the sandbox's own table says whether it is still good.
"""

from dataclasses import dataclass, replace
from urllib.parse import parse_qsl

from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.errors import Forbidden
from mockvoice.web.auth import bearer_token
from mockvoice.web.errors import Unauthorized
from mockvoice.web.request_context import RequestContext
from mockvoice.web.sandboxes import DEFAULT, Grant, SandboxRegistry

VENDOR = "halo"
FIXED_TOKEN, CLIENT_ID, CLIENT_SECRET = "access_token", "client_id", "client_secret"

# Assumed: the scopes that carry the right to billing; no other does.
BILLING_SCOPES = frozenset({"all", "all:standard"})
# What needs no right to billing.
UNRESTRICTED_OPERATIONS = frozenset({"agent.me", "lookup.search"})
FULL_SCOPE = "all"


@dataclass(frozen=True, slots=True)
class Principal:
    """For whom a token speaks: an agent, or with ``agent_id`` 0 an application."""

    agent_id: int
    scope: str

    def __str__(self) -> str:
        return f"{self.agent_id} {self.scope}"

    @classmethod
    def parse(cls, principal: str) -> "Principal":
        """The caller that a role names."""
        agent_id, _, scope = principal.partition(" ")
        return cls(int(agent_id), scope)

    def can_bill(self) -> bool:
        return not BILLING_SCOPES.isdisjoint(self.scope.split())


def authorize_bearer(context: RequestContext, sandboxes: SandboxRegistry) -> Grant:
    """The sandbox and the caller of a token. Raises ``Unauthorized``, or ``Forbidden``.

    Observed: 401 for a token that is missing, wrong or expired, 403 for one without the right.
    """
    token = bearer_token(context)
    if token is None:
        raise Unauthorized("no bearer token was sent")
    grant = _fixed_token_grant(token, sandboxes) or _issued_token_grant(context, token, sandboxes)
    operation = context.operation.id if context.operation else ""
    if operation not in UNRESTRICTED_OPERATIONS and not Principal.parse(grant.principal).can_bill():
        raise Forbidden("the token's scope has no right to billing")
    return grant


def _fixed_token_grant(token: str, sandboxes: SandboxRegistry) -> Grant | None:
    grant = sandboxes.find(VENDOR, token)
    if grant is None or grant.principal != FIXED_TOKEN:
        return None
    return Grant(grant.sandbox, str(Principal(0, FULL_SCOPE)))


def _issued_token_grant(context: RequestContext, token: str, sandboxes: SandboxRegistry) -> Grant:
    grant = sandboxes.find(VENDOR, token.rpartition(".")[0])
    if grant is None or grant.principal != CLIENT_ID:
        raise Unauthorized("the bearer token opens no sandbox")
    context.sandbox = grant.sandbox  # whose journal shall tell, even if the token is no good
    backend = grant.sandbox.backends[VENDOR]
    row = backend.tokens.get(token) if isinstance(backend, HaloBackend) else None
    if row is None or row.refreshes:
        raise Unauthorized("the bearer token was not granted here")
    if row.expires_at <= backend.clock.now():
        raise Unauthorized("the bearer token has expired")
    return Grant(grant.sandbox, str(Principal(row.agent_id, row.scope)))


def expire_tokens(backend: HaloBackend) -> None:
    """End the access tokens that were granted so far; refresh tokens stay good."""
    now = backend.clock.now()
    for row in list(backend.tokens):
        if not row.refreshes and row.expires_at > now:
            backend.tokens.put(replace(row, expires_at=now))


def authorize_token_request(context: RequestContext, sandboxes: SandboxRegistry) -> Grant:
    """The sandbox of the client id in a token request; the default one for an unknown id.

    It grants nothing: the token endpoint checks the secret itself.
    """
    default = sandboxes.get(DEFAULT)
    client_id = _client_id(context.body or b"")
    grant = sandboxes.find(VENDOR, client_id) if client_id else None
    if grant is not None and grant.principal == CLIENT_ID:
        return grant
    if default is None:
        raise Unauthorized("there is no default sandbox")
    return Grant(default, "")


def _client_id(body: bytes) -> str | None:
    try:
        fields = parse_qsl(body.decode("ascii"), max_num_fields=100)
    except ValueError:
        return None
    return next((value for name, value in fields if name == "client_id"), None)
