"""Who asks: an application by its signature, and a user in a workspace by a bearer.

Documented: what is signed, and how. Assumed, where the vendor's own sources differ: both units of
time, five minutes of skew, and for a body that is absent, ``{}`` or a multipart form either the
empty text or the hash of ``{}``.
"""

import hmac
import logging
from hashlib import sha256
from urllib.parse import parse_qsl

import orjson
from msgspec.structs import replace

from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.errors import (
    InvalidClient,
    InvalidSignature,
    MissingCredentials,
    MissingToken,
)
from mockvoice.vendors.count.rules.tokens import check_access
from mockvoice.web.errors import TooManyRequests
from mockvoice.web.request_context import RequestContext
from mockvoice.web.sandboxes import DEFAULT, Grant, Sandbox, SandboxRegistry

logger = logging.getLogger("mockvoice.count")

KEY = "count"
_PREFIX = "/partners"
_EMPTY_OBJECT = sha256(b"{}").hexdigest()
_WITH_BODY = ("POST", "PUT", "PATCH")
_MILLISECONDS_FROM = 12  # digits
_MINUTE = 60_000_000


def signed(context: RequestContext, sandboxes: SandboxRegistry) -> Grant:
    """The client that signed the request, without a bearer."""
    sandbox, client, _ = _checked(context, sandboxes)
    return Grant(sandbox, client)


def signed_with_bearer(context: RequestContext, sandboxes: SandboxRegistry) -> Grant:
    """The client that signed the request, in the workspace of the bearer."""
    sandbox, client, authorization = _checked(context, sandboxes)
    scheme, _, token = authorization.partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        raise MissingToken
    backend = sandbox.backends[KEY]
    check_access(backend, sandbox.credentials[KEY], token)  # type: ignore[arg-type]
    return Grant(sandbox, client)


def named_client(context: RequestContext, sandboxes: SandboxRegistry) -> Grant:
    """The client that the query names, before anybody has signed anything."""
    query = dict(parse_qsl(context.scope["query_string"].decode("latin-1")))
    client = query.get("clientId")
    if not client:
        default = sandboxes.get(DEFAULT)
        if default is None:
            raise InvalidClient
        return Grant(default, "")  # the contract asks for a client, so this goes no further
    sandbox = sandbox_of(client, sandboxes)
    if sandbox is None:
        raise InvalidClient
    return Grant(sandbox, client)


def expire_tokens(backend: CountBackend) -> None:
    """End the access tokens that were granted so far; refresh tokens stay good."""
    now = backend.clock.microseconds()
    for pair in list(backend.tokens):
        if pair.access_expires > now:
            backend.tokens.put(replace(pair, access_expires=now))


def sandbox_of(client: str, sandboxes: SandboxRegistry) -> Sandbox | None:
    """The sandbox of a client id."""
    grant = sandboxes.find(KEY, client)
    if grant is None or grant.principal != "client_id":
        return None
    return grant.sandbox


def _checked(context: RequestContext, sandboxes: SandboxRegistry) -> tuple[Sandbox, str, str]:
    client = timestamp = signature = content_type = authorization = b""
    for name, value in context.scope["headers"]:
        if name == b"x-client-id":
            client = value
        elif name == b"x-timestamp":
            timestamp = value
        elif name == b"x-signature":
            signature = value
        elif name == b"authorization":
            authorization = value
        elif name == b"content-type":
            content_type = value
    if not (client and timestamp and signature):
        raise MissingCredentials
    client_id = client.decode("latin-1")
    sandbox = sandbox_of(client_id, sandboxes)
    if sandbox is None:
        raise _refused("the client is unknown", None)
    context.sandbox = sandbox  # whose journal shall tell, even if the request goes no further
    backend: CountBackend = sandbox.backends[KEY]  # type: ignore[assignment]
    _check_time(backend, timestamp)
    _check_signature(
        context, sandbox.credentials[KEY]["client_secret"], timestamp, signature, content_type
    )
    limit = backend.team.requests_per_minute
    if limit is not None:
        _count(backend, limit)
    return sandbox, client_id, authorization.decode("latin-1")


def _check_time(backend: CountBackend, timestamp: bytes) -> None:
    if not timestamp.isdigit() or len(timestamp) > 20:
        raise _refused("x-timestamp is no decimal number", None)
    seconds = int(timestamp) / (1000 if len(timestamp) >= _MILLISECONDS_FROM else 1)
    now = backend.clock.microseconds() / 1_000_000
    if abs(now - seconds) > backend.team.clock_skew:
        raise _refused(f"x-timestamp is {now - seconds:.0f} seconds behind the clock", None)


def _check_signature(
    context: RequestContext, secret: str, timestamp: bytes, signature: bytes, content_type: bytes
) -> None:
    method, key = context.method, secret.encode()
    start = f"{method}:{signed_path(context)}:{timestamp.decode()}:"
    hashes = body_hashes(context.body or b"", content_type) if method in _WITH_BODY else ("",)
    for each in hashes:
        made = hmac.digest(key, (start + each).encode(), "sha256").hex()
        if hmac.compare_digest(made.encode(), signature):
            return
    again = _rewritten(context.body or b"") if method in _WITH_BODY else None
    if again is not None and again not in hashes:
        made = hmac.digest(key, (start + again).encode(), "sha256").hex()
        if hmac.compare_digest(made.encode(), signature):
            return
    raise _refused("the signature is another", start + hashes[-1])


def signed_path(context: RequestContext) -> str:
    """The path as it was sent, without the prefix of the partner API. Documented."""
    path = context.path
    raw: bytes = context.scope.get("raw_path") or b""
    if b"%" in raw:
        path = raw.decode("latin-1").partition("?")[0][len(context.scope.get("root_path", "")) :]
    return path.removeprefix(_PREFIX) or "/"


def body_hashes(body: bytes, content_type: bytes = b"") -> tuple[str, ...]:
    """What may stand for a body in the text that is signed; the likeliest comes last."""
    if not body or body == b"{}" or content_type.lower().startswith(b"multipart/"):
        return "", _EMPTY_OBJECT
    return (sha256(body).hexdigest(),)


def _rewritten(body: bytes) -> str | None:
    """The hash of the body as a JSON library writes it: compact, keys in their order."""
    try:
        return sha256(orjson.dumps(orjson.loads(body))).hexdigest()
    except orjson.JSONDecodeError:
        return None


def _refused(reason: str, text: str | None) -> InvalidSignature:
    """The refusal, and, for the integrator, what this server would have signed; never the secret."""
    note = reason if text is None else f"{reason}; the text to sign is {text}"
    logger.warning("signature refused: %s", note)
    refused = InvalidSignature()
    refused.note = note
    return refused


def _count(backend: CountBackend, limit: int) -> None:
    """Count a request against the client's share. Documented: by minute. Assumed: a fixed window."""
    now = backend.clock.microseconds()
    minute, seen = backend.requests_seen
    seen = seen + 1 if minute == now // _MINUTE else 1
    backend.requests_seen = now // _MINUTE, seen
    if seen > limit:
        raise TooManyRequests(-(-(_MINUTE - now % _MINUTE) // 1_000_000))
