"""Authorization codes, access tokens and refresh tokens.

Only digests of tokens are stored. Tokens are derived from the client's secret, so that no two
sandboxes issue the same one. The fixed access token of a sandbox belongs to no pair and never
expires; its fixed refresh token can be used once, like any other.
"""

import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from msgspec import Struct

from mockvoice.sandboxes.tags import DEFAULT_TAG, find_tag, tagged
from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.errors import (
    AccessTokenExpired,
    InvalidAccessToken,
    InvalidClient,
    InvalidGrant,
)
from mockvoice.vendors.count.integration_models import AuthorizationCode, SpentToken, TokenPair
from mockvoice.vendors.count.rules.records import Body

# Documented: codes are short-lived, and tokens have an expiry time. Assumed: the durations.
CODE_LIFETIME = timedelta(minutes=10)
ACCESS_LIFETIME = timedelta(hours=1)
REFRESH_LIFETIME = timedelta(days=30)

# The secrets that the functions below create, as regular expressions. Older exports have URLs whose
# secret part has no prefix.
SECRET_FORMATS = (
    "count-(?:code|access|refresh)-[0-9a-f]{64}",
    "count-link-[0-9a-f]{40}",
    "(?<=/public/invoices/)[0-9a-f]{40}",
    "(?<=/public/attachments/)[0-9a-f]{40}",
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

Credentials = Mapping[str, str]


class Tokens(Struct, frozen=True):
    """A new pair of tokens in plain text, which is not stored."""

    access: str
    refresh: str
    access_expires: datetime
    refresh_expires: datetime


def digest(token: str) -> str:
    """Return the digest of a token, which is stored instead of the token."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def create_code(backend: CountBackend, credentials: Credentials, redirect_uri: str) -> str:
    """Create an authorization code, after the user's consent, for one redirect URI."""
    code = _new_token(backend, credentials, "code")
    expires = backend.token_clock.now() + CODE_LIFETIME
    backend.codes.put(AuthorizationCode(digest(code), _microseconds(expires), redirect_uri))
    return code


def exchange_code(backend: CountBackend, credentials: Credentials, body: Body) -> Tokens:
    """Exchange an authorization code for a pair of tokens. Assumed: a code works once.

    Assumed: a redirect URI in the body must be the one that the code was sent to; the vendor's own
    clients send none.
    """
    check_client(credentials, body)
    stored = backend.codes.get(digest(body["code"]))
    if stored is None or stored.expires <= backend.token_clock.microseconds():
        raise InvalidGrant
    for name in ("redirectUri", "redirect_uri"):
        if body.get(name, stored.redirect_uri) != stored.redirect_uri:
            raise InvalidGrant
    backend.codes.delete(stored.id)
    return _new_pair(backend, credentials)


def refresh_tokens(backend: CountBackend, credentials: Credentials, body: Body) -> Tokens:
    """Exchange a refresh token for a new pair. Documented: both old tokens stop working."""
    check_client(credentials, body)
    token = body["refreshToken"] if "refreshToken" in body else body["refresh_token"]
    matches = backend.tokens.find_by("refresh", digest(token))
    if matches:
        if matches[0].refresh_expires <= backend.token_clock.microseconds():
            raise InvalidGrant
        backend.tokens.delete(matches[0].id)
    elif _is_fixed_refresh_token(credentials, token) and digest(token) not in backend.spent_tokens:
        backend.spent_tokens.put(SpentToken(digest(token)))
    else:
        raise InvalidGrant
    return _new_pair(backend, credentials)


def check_client(credentials: Credentials, body: Body) -> None:
    """Reject a body that names another client than the signature. Assumed."""
    for name in ("client_id", "client_secret"):
        value = body.get(name)
        if value is not None and not hmac.compare_digest(
            value.encode("utf-8", "surrogatepass"), credentials[name].encode()
        ):
            raise InvalidClient


def check_access_token(backend: CountBackend, credentials: Credentials, token: str) -> None:
    """Reject an access token that is unknown, was replaced or has expired."""
    if hmac.compare_digest(token.encode("latin-1"), credentials["access_token"].encode()):
        return
    pair = backend.tokens.get(digest(token))
    if pair is None:
        raise InvalidAccessToken
    if pair.access_expires <= backend.token_clock.microseconds():
        raise AccessTokenExpired


def url_token(credentials: Credentials, subject: str) -> str:
    """Return the secret part of a URL: stable for a subject, different in each sandbox.

    Its prefix tells it from other digits, so that journals can mask it.
    """
    digest_bytes = hmac.digest(credentials["client_secret"].encode(), subject.encode(), "sha256")
    return f"count-link-{_tagged(digest_bytes.hex()[:40], credentials)}"


def _is_fixed_refresh_token(credentials: Credentials, token: str) -> bool:
    encoded = token.encode("utf-8", "surrogatepass")
    return hmac.compare_digest(encoded, credentials["refresh_token"].encode())


def _new_pair(backend: CountBackend, credentials: Credentials) -> Tokens:
    now = backend.token_clock.now()
    issued = Tokens(
        _new_token(backend, credentials, "access"),
        _new_token(backend, credentials, "refresh"),
        now + ACCESS_LIFETIME,
        now + REFRESH_LIFETIME,
    )
    backend.tokens.put(
        TokenPair(
            digest(issued.access),
            digest(issued.refresh),
            _microseconds(issued.access_expires),
            _microseconds(issued.refresh_expires),
        )
    )
    return issued


def _new_token(backend: CountBackend, credentials: Credentials, kind: str) -> str:
    random_text = backend.ids.token(f"oauth.{kind}", 64)
    signature = hmac.digest(
        credentials["client_secret"].encode(), random_text.encode(), "sha256"
    ).hex()
    return f"count-{kind}-{_tagged(signature, credentials)}"


def _tagged(digits: str, credentials: Credentials) -> str:
    """Return digits with the tag of the sandbox of these credentials."""
    return tagged(digits, find_tag(credentials["client_id"]) or DEFAULT_TAG)


def _microseconds(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND
