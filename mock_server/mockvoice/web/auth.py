"""Authentication schemes that more than one vendor uses."""

from mockvoice.web.errors import Unauthorized
from mockvoice.web.request_context import RequestContext
from mockvoice.web.sandboxes import Grant, SandboxRegistry


def bearer_token(context: RequestContext) -> str | None:
    """Return the token of ``Authorization: Bearer …``, or ``None``; ignores the scheme's case."""
    header = context.header(b"authorization")
    if header is None:
        return None
    scheme, _, token = header.partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def bearer(vendor: str, context: RequestContext, sandboxes: SandboxRegistry) -> Grant:
    """Return the grant of the request's bearer token. Raises ``Unauthorized``."""
    token = bearer_token(context)
    if token is None:
        raise Unauthorized("the request has no bearer token")
    grant = sandboxes.find(vendor, token)
    if grant is None:
        raise Unauthorized("the bearer token matches no sandbox")
    return grant
