"""A request's signature step by step, and signatures of requests that the console repeats."""

import base64
import hmac
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import cast

from mockvoice.kernel.clock import REAL_TIME
from mockvoice.sandboxes.sandbox import Sandbox
from mockvoice.vendors.count import auth
from mockvoice.vendors.count.backend import CountBackend
from mockvoice.web.sent_requests import (
    Explanation,
    ExplanationStep,
    RequestCredentials,
    SentRequest,
)

_HEADERS = ("x-client-id", "x-timestamp", "x-signature")
# What a client uses as the key if it takes the wrong one of its credentials.
_OTHER_KEYS = ("client_id", "access_token", "refresh_token")


def sign_request(request: SentRequest, sandbox: Sandbox) -> RequestCredentials:
    """Return the headers of a request that is signed now, and until when they are accepted."""
    credentials = sandbox.credentials[auth.KEY]
    backend = _backend(sandbox)
    clock = dict(auth.signature_clocks(backend)).get("real time", backend.clock)
    timestamp = str(clock.microseconds() // 1_000_000)
    text = _text_to_sign(request, timestamp, _body_hash(request))
    headers = {
        "x-client-id": credentials["client_id"],
        "x-timestamp": timestamp,
        "x-signature": _signature(credentials["client_secret"], text),
        "authorization": f"Bearer {credentials['access_token']}",
    }
    skew = timedelta(seconds=backend.team.clock_skew)
    return RequestCredentials(headers, REAL_TIME.now() + skew)


def explain_signature(request: SentRequest, sandbox: Sandbox) -> Explanation | None:
    """Explain the signature of a request; ``None`` for an operation without one."""
    sent = {name: request.headers.get(name, "") for name in _HEADERS}
    if not any(sent.values()):
        return None
    missing = [name for name, value in sent.items() if not value]
    if missing:
        steps = [ExplanationStep(name, value or "missing") for name, value in sent.items()]
        return Explanation("The signature", steps, f"Send {' and '.join(missing)} too.")
    secret = sandbox.credentials[auth.KEY]["client_secret"]
    hashed = _body_hash(request)
    text = _text_to_sign(request, sent["x-timestamp"], hashed)
    expected = _signature(secret, text)
    steps = [
        *_timestamp_steps(request, sandbox, sent["x-timestamp"]),
        ExplanationStep("Hash of the body", hashed or "(empty)", _hash_text(request, hashed)),
        ExplanationStep("Text to sign", text, "method:path:timestamp:hash of the body"),
        ExplanationStep("Key", secret, "the client secret of this sandbox"),
        ExplanationStep("Expected signature", expected, "HMAC-SHA256 in lower-case hex"),
        ExplanationStep("Received signature", sent["x-signature"]),
    ]
    return Explanation("The signature, step by step", steps, _conclusion(request, sandbox, sent))


def _conclusion(request: SentRequest, sandbox: Sandbox, sent: dict[str, str]) -> str:
    received = sent["x-signature"]
    credentials = sandbox.credentials[auth.KEY]
    if sent["x-client-id"] != credentials["client_id"]:
        return f"The client id is not that of this sandbox, which is {credentials['client_id']}."
    if received in _accepted(request, sandbox, sent["x-timestamp"]):
        return "The signature matches. If the request was rejected, the time or the token is the reason."
    for mistake, signature in _mistakes(request, sandbox, sent["x-timestamp"]):
        if hmac.compare_digest(signature.encode(), received.encode()):
            return f"The signature does not match: the client signed {mistake}."
    return (
        "The signature does not match, and not by one of the usual mistakes. Compare the text that "
        "the client signs with the one above, and its key."
    )


def _accepted(request: SentRequest, sandbox: Sandbox, timestamp: str) -> set[str]:
    secret = sandbox.credentials[auth.KEY]["client_secret"]
    hashes = {_body_hash(request), *_other_hashes(request)}
    return {_signature(secret, _text_to_sign(request, timestamp, each)) for each in hashes}


def _other_hashes(request: SentRequest) -> Iterator[str]:
    """Yield the further hashes of a body that are accepted."""
    if request.method in auth.METHODS_WITH_BODY:
        content_type = request.headers.get("content-type", "").encode("latin-1", "replace")
        yield from auth.body_hashes(request.body, content_type)
        if compact := auth.compact_body_hash(request.body):
            yield compact


def _mistakes(request: SentRequest, sandbox: Sandbox, timestamp: str) -> Iterator[tuple[str, str]]:
    """Yield the signatures of clients with a usual mistake, with its description."""
    credentials, hashed = sandbox.credentials[auth.KEY], _body_hash(request)
    secret, method = credentials["client_secret"], request.method
    text = _text_to_sign(request, timestamp, hashed)
    path = auth.path_to_sign(request.path)
    for role in _OTHER_KEYS:
        name = role.replace("_", " ")
        yield (
            f"with the {name} as the key, not with the client secret",
            _signature(credentials[role], text),
        )
    with_prefix = f"{method}:{request.path}:{timestamp}:{hashed}"
    yield "the path with the prefix /partners", _signature(secret, with_prefix)
    if request.query:
        with_query = f"{method}:{path}?{request.query}:{timestamp}:{hashed}"
        yield "the path with its query", _signature(secret, with_query)
    yield "the method in lower case", _signature(secret, text.replace(method, method.lower(), 1))
    yield (
        "an empty text in place of the hash of the body",
        _signature(secret, f"{method}:{path}:{timestamp}:"),
    )
    body_itself = f"{method}:{path}:{timestamp}:{request.body.decode('utf-8', 'replace')}"
    yield "the body itself, not its hash", _signature(secret, body_itself)
    digest = hmac.digest(secret.encode(), text.encode(), "sha256")
    yield "the right text, but sent the signature in Base64", base64.b64encode(digest).decode()
    yield "the right text, but sent the signature in upper case", digest.hex().upper()


def _timestamp_steps(
    request: SentRequest, sandbox: Sandbox, timestamp: str
) -> Iterator[ExplanationStep]:
    if not timestamp.isdecimal() or len(timestamp) > 13:
        yield ExplanationStep("Timestamp", timestamp, "must be Unix time as a decimal number")
        return
    is_precise = len(timestamp) >= auth.MIN_MILLISECOND_DIGITS
    sent = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(
        seconds=int(timestamp) / (1000 if is_precise else 1)
    )
    unit = "milliseconds" if is_precise else "seconds"
    yield ExplanationStep("Timestamp", timestamp, f"{_instant(sent)}, in {unit}")
    if request.at is not None:
        difference = abs((sent - request.at).total_seconds())
        side = "before" if sent < request.at else "after"
        skew = _backend(sandbox).team.clock_skew
        by = _backend(sandbox).sandbox_settings.signature_clock
        yield ExplanationStep(
            "The sandbox's clock then",
            _instant(request.at),
            f"the timestamp is {difference:,.0f} seconds {side} it; at most {skew} are allowed "
            f"(signature_clock: {by})",
        )


def _hash_text(request: SentRequest, hashed: str) -> str:
    if not hashed:
        return f"{request.method} has no body to sign, so the hash is empty"
    return f"SHA-256 of the {len(request.body):,} bytes of the body, in lower-case hex"


def _body_hash(request: SentRequest) -> str:
    """Return the hash in the text to sign that a client most likely uses."""
    if request.method not in auth.METHODS_WITH_BODY or not request.body:
        return ""
    content_type = request.headers.get("content-type", "")
    is_form = content_type.lower().startswith("multipart/")
    return "" if is_form else sha256(request.body).hexdigest()


def _text_to_sign(request: SentRequest, timestamp: str, hashed: str) -> str:
    return f"{request.method}:{auth.path_to_sign(request.path)}:{timestamp}:{hashed}"


def _signature(secret: str, text: str) -> str:
    return hmac.digest(secret.encode(), text.encode("utf-8", "replace"), "sha256").hex()


def _instant(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M:%S} UTC"


def _backend(sandbox: Sandbox) -> CountBackend:
    return cast("CountBackend", sandbox.backends[auth.KEY])
