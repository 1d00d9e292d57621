"""Authentication: an application by its signature, a user of a workspace by a bearer token.

Documented: the text to sign, and the algorithm. Assumed: a clock skew of five minutes; and, since
the vendor's sources differ, timestamps in seconds or milliseconds, and two accepted hashes of a
body that is absent, ``{}`` or a multipart form: the empty text or the hash of ``{}``.
"""

import hmac
import logging
from hashlib import sha256
from urllib.parse import parse_qsl

import orjson
from msgspec.structs import replace

from mockvoice.kernel.clock import REAL_TIME, Clock
from mockvoice.sandboxes.registry import DEFAULT, Grant, SandboxRegistry
from mockvoice.sandboxes.sandbox import Sandbox
from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.errors import (
    InvalidClient,
    InvalidSignature,
    MissingCredentials,
    MissingToken,
)
from mockvoice.vendors.count.rules.tokens import check_access_token
from mockvoice.web.bodies import check_values, parse_json
from mockvoice.web.errors import TooManyRequests, TooManyValues
from mockvoice.web.request_context import RequestContext

logger = logging.getLogger("mockvoice.count")

KEY = "count"
_PREFIX = "/partners"
_EMPTY_OBJECT = sha256(b"{}").hexdigest()
METHODS_WITH_BODY = ("POST", "PUT", "PATCH")
MIN_MILLISECOND_DIGITS = 12  # shorter timestamps are in seconds
_MINUTE = 60_000_000


def verify_signature(context: RequestContext, sandboxes: SandboxRegistry) -> Grant:
    """Return the grant of the client that signed the request; no bearer token is needed."""
    sandbox, client, _ = _verify_request(context, sandboxes)
    return Grant(sandbox, client)


def verify_signature_and_token(context: RequestContext, sandboxes: SandboxRegistry) -> Grant:
    """Return the grant of the client that signed the request; check its bearer token as well."""
    sandbox, client, authorization = _verify_request(context, sandboxes)
    scheme, _, token = authorization.partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        raise MissingToken
    backend = sandbox.backends[KEY]
    check_access_token(backend, sandbox.credentials[KEY], token)  # type: ignore[arg-type]
    return Grant(sandbox, client)


def client_from_query(context: RequestContext, sandboxes: SandboxRegistry) -> Grant:
    """Return the grant of the client in the query, for requests without a signature."""
    query = dict(parse_qsl(context.scope["query_string"].decode("latin-1")))
    client = query.get("clientId")
    if not client:
        default = sandboxes.get(DEFAULT)
        if default is None:
            raise InvalidClient
        # The contract requires a client id, so validation rejects this request.
        return Grant(default, "")
    sandbox = find_sandbox(client, sandboxes)
    if sandbox is None:
        raise InvalidClient
    return Grant(sandbox, client)


def expire_tokens(backend: CountBackend) -> None:
    """Expire all current access tokens; refresh tokens stay valid."""
    now = backend.token_clock.microseconds()
    for pair in list(backend.tokens):
        if pair.access_expires > now:
            backend.tokens.put(replace(pair, access_expires=now))


def find_sandbox(client: str, sandboxes: SandboxRegistry) -> Sandbox | None:
    """Return the sandbox of a client id, or ``None``."""
    grant = sandboxes.find(KEY, client)
    if grant is None or grant.principal != "client_id":
        return None
    return grant.sandbox


def _verify_request(
    context: RequestContext, sandboxes: SandboxRegistry
) -> tuple[Sandbox, str, str]:
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
    sandbox = find_sandbox(client_id, sandboxes)
    if sandbox is None:
        raise _invalid_signature("unknown client", None)
    context.sandbox = sandbox  # the request is recorded in its journal even if it is rejected
    backend: CountBackend = sandbox.backends[KEY]  # type: ignore[assignment]
    _check_timestamp(backend, timestamp)
    _check_signature(
        context, sandbox.credentials[KEY]["client_secret"], timestamp, signature, content_type
    )
    limit = backend.team.requests_per_minute
    if limit is not None:
        _count_request(backend, limit)
    return sandbox, client_id, authorization.decode("latin-1")


def _check_timestamp(backend: CountBackend, timestamp: bytes) -> None:
    if not timestamp.isdigit() or len(timestamp) > 20:
        raise _invalid_signature("x-timestamp is not a decimal number", None)
    seconds = int(timestamp) / (1000 if len(timestamp) >= MIN_MILLISECOND_DIGITS else 1)
    offsets = [
        (name, seconds - clock.microseconds() / 1_000_000)
        for name, clock in signature_clocks(backend)
    ]
    if all(abs(offset) > backend.team.clock_skew for _, offset in offsets):
        distances = [
            f"{abs(offset):.0f} seconds {'behind' if offset < 0 else 'ahead of'} {name}"
            for name, offset in offsets
        ]
        raise _invalid_signature(
            f"x-timestamp is {' and '.join(distances)}; the maximum is {backend.team.clock_skew} "
            f"(signature_clock: {backend.sandbox_settings.signature_clock})",
            None,
        )


def signature_clocks(backend: CountBackend) -> list[tuple[str, Clock]]:
    """Return the clocks by which a timestamp may be right, with their names."""
    clocks = {"sandbox": ("the sandbox's clock", backend.clock), "real": ("real time", REAL_TIME)}
    setting = backend.sandbox_settings.signature_clock
    return list(clocks.values()) if setting == "either" else [clocks[setting]]


def _check_signature(
    context: RequestContext, secret: str, timestamp: bytes, signature: bytes, content_type: bytes
) -> None:
    method, key = context.method, secret.encode()
    start = f"{method}:{signed_path(context)}:{timestamp.decode()}:"
    body_hash_options = (
        body_hashes(context.body or b"", content_type) if method in METHODS_WITH_BODY else ("",)
    )
    for body_hash in body_hash_options:
        expected = hmac.digest(key, (start + body_hash).encode(), "sha256").hex()
        if hmac.compare_digest(expected.encode(), signature):
            return
    compact_hash = compact_body_hash(context.body or b"") if method in METHODS_WITH_BODY else None
    if compact_hash is not None and compact_hash not in body_hash_options:
        expected = hmac.digest(key, (start + compact_hash).encode(), "sha256").hex()
        if hmac.compare_digest(expected.encode(), signature):
            return
    raise _invalid_signature("the signature does not match", start + body_hash_options[-1])


def signed_path(context: RequestContext) -> str:
    """Return the path as it was sent, without the prefix of the partner API. Documented."""
    path = context.path
    raw: bytes = context.scope.get("raw_path") or b""
    if b"%" in raw:
        path = raw.decode("latin-1").partition("?")[0][len(context.scope.get("root_path", "")) :]
    return path_to_sign(path)


def path_to_sign(path: str) -> str:
    """Return a path in the text to sign: without the prefix of the partner API. Documented."""
    return path.removeprefix(_PREFIX) or "/"


def body_hashes(body: bytes, content_type: bytes = b"") -> tuple[str, ...]:
    """Return the accepted body hashes for the text to sign; the most likely one comes last."""
    if not body or body == b"{}" or content_type.lower().startswith(b"multipart/"):
        return "", _EMPTY_OBJECT
    return (sha256(body).hexdigest(),)


def compact_body_hash(body: bytes) -> str | None:
    """Return the hash of the body in compact JSON with its key order kept; ``None`` if not JSON.

    A body with more values than any operation accepts is not parsed: that would take up to a second, on
    the event loop, and for clients without a valid signature.
    """
    try:
        check_values(body, parse_json)
        return sha256(orjson.dumps(orjson.loads(body))).hexdigest()
    except (orjson.JSONDecodeError, TooManyValues):
        return None


def _invalid_signature(reason: str, text_to_sign: str | None) -> InvalidSignature:
    """Return the error. Its note contains the reason and the text to sign, never the secret."""
    note = reason if text_to_sign is None else f"{reason}; the text to sign is {text_to_sign}"
    logger.warning("signature rejected: %s", note)
    error = InvalidSignature()
    error.note = note
    return error


def _count_request(backend: CountBackend, limit: int) -> None:
    """Count a request. Documented: the limit is per minute. Assumed: fixed windows."""
    now = backend.clock.microseconds()
    minute, requests = backend.requests_seen
    requests = requests + 1 if minute == now // _MINUTE else 1
    backend.requests_seen = now // _MINUTE, requests
    if requests > limit:
        raise TooManyRequests(-(-(_MINUTE - now % _MINUTE) // 1_000_000))
