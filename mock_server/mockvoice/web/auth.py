"""Ways to present a credential that more than one vendor has."""

from mockvoice.web.errors import Unauthorized
from mockvoice.web.request_context import RequestContext
from mockvoice.web.sandboxes import Grant, SandboxRegistry


def bearer_token(context: RequestContext) -> str | None:
    """The token of ``Authorization: Bearer …``; the scheme's name in any case, ``None`` if absent."""
    header = context.header(b"authorization")
    if header is None:
        return None
    scheme, _, token = header.partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def bearer(vendor: str, context: RequestContext, sandboxes: SandboxRegistry) -> Grant:
    """The sandbox that the bearer token opens. Raises ``Unauthorized``."""
    token = bearer_token(context)
    if token is None:
        raise Unauthorized("no bearer token was sent")
    grant = sandboxes.find(vendor, token)
    if grant is None:
        raise Unauthorized("the bearer token opens no sandbox")
    return grant
