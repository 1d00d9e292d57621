"""Authentication schemes that more than one vendor uses."""

from mockvoice.sandboxes.registry import Grant, SandboxRegistry
from mockvoice.web.errors import Unauthorized
from mockvoice.web.request_context import RequestContext


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
        raise Unauthorized(
            f"the bearer token matches no sandbox{owner_hint(vendor, token, sandboxes)}"
        )
    return grant


def owner_hint(vendor: str, token: str, sandboxes: SandboxRegistry) -> str:
    """Return the end of a message about the token of another vendor, or of none."""
    other = sandboxes.vendor_of(token)
    return "" if other is None or other == vendor else f"; it is a credential of {other}"
