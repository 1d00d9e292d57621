"""Authorization codes, and the pairs of tokens that they become.

Tokens are known by their digests only. What is handed out is made of the client's secret, so that
no two sandboxes give the same. The fixed bearer of a sandbox belongs to no pair and never ends;
its fixed refresh token can be traded once, as any other.
"""

import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from msgspec import Struct

from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.errors import (
    AccessTokenExpired,
    InvalidAccessToken,
    InvalidClient,
    InvalidGrant,
    InvalidRedirectUri,
)
from mockvoice.vendors.count.models import AuthorizationCode, Spent, TokenPair
from mockvoice.vendors.count.rules.records import Body
from mockvoice.vendors.count.rules.webhooks import is_loopback

# Documented: codes are short-lived, and tokens tell when they end. Assumed: the durations.
CODE_LIFE = timedelta(minutes=10)
ACCESS_LIFE = timedelta(hours=1)
REFRESH_LIFE = timedelta(days=30)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

Credentials = Mapping[str, str]


class Tokens(Struct, frozen=True):
    """A new pair, in the clear: the only time that it can be read."""

    access: str
    refresh: str
    access_expires: datetime
    refresh_expires: datetime


def digest(token: str) -> str:
    """What is kept of a token."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def check_redirect(backend: CountBackend, uri: str) -> None:
    """Refuse an address that is not registered. Documented: equal, or below a registered prefix.

    Assumed: any port of the loopback interface counts as registered.
    """
    registered = any(
        uri == each or uri.startswith(each.rstrip("/") + "/") for each in backend.team.redirect_uris
    )
    if not registered and not is_loopback(uri):
        raise InvalidRedirectUri


def new_code(backend: CountBackend, credentials: Credentials) -> str:
    """A code for the client, once the user has consented."""
    code = _fresh(backend, credentials, "code")
    expires = backend.clock.now() + CODE_LIFE
    backend.codes.put(AuthorizationCode(digest(code), _instant(expires)))
    return code


def trade_code(backend: CountBackend, credentials: Credentials, body: Body) -> Tokens:
    """The first pair for a code. Assumed: a code works once."""
    check_client(credentials, body)
    known = backend.codes.get(digest(body["code"]))
    if known is None or known.expires <= backend.clock.microseconds():
        raise InvalidGrant
    backend.codes.delete(known.id)
    return _new_pair(backend, credentials)


def trade_refresh(backend: CountBackend, credentials: Credentials, body: Body) -> Tokens:
    """The next pair for a refresh token. Documented: both tokens of the old pair stop working."""
    check_client(credentials, body)
    sent = body["refreshToken"] if "refreshToken" in body else body["refresh_token"]
    known = backend.tokens.find_by("refresh", digest(sent))
    if known:
        if known[0].refresh_expires <= backend.clock.microseconds():
            raise InvalidGrant
        backend.tokens.delete(known[0].id)
    elif _is_fixed(credentials, sent) and digest(sent) not in backend.spent:
        backend.spent.put(Spent(digest(sent)))
    else:
        raise InvalidGrant
    return _new_pair(backend, credentials)


def check_client(credentials: Credentials, body: Body) -> None:
    """Refuse a body that names another client than the signature. Assumed."""
    for name in ("client_id", "client_secret"):
        sent = body.get(name)
        if sent is not None and not hmac.compare_digest(
            sent.encode("utf-8", "surrogatepass"), credentials[name].encode()
        ):
            raise InvalidClient


def check_access(backend: CountBackend, credentials: Credentials, token: str) -> None:
    """Refuse a bearer that is unknown, was replaced or has expired."""
    if hmac.compare_digest(token.encode("latin-1"), credentials["access_token"].encode()):
        return
    known = backend.tokens.get(digest(token))
    if known is None:
        raise InvalidAccessToken
    if known.access_expires <= backend.clock.microseconds():
        raise AccessTokenExpired


def secret_part(credentials: Credentials, of: str) -> str:
    """The secret part of an address: the same for the same thing, another in each sandbox."""
    made = hmac.digest(credentials["client_secret"].encode(), of.encode(), "sha256")
    return made.hex()[:40]


def _is_fixed(credentials: Credentials, sent: str) -> bool:
    given = sent.encode("utf-8", "surrogatepass")
    return hmac.compare_digest(given, credentials["refresh_token"].encode())


def _new_pair(backend: CountBackend, credentials: Credentials) -> Tokens:
    now = backend.clock.now()
    made = Tokens(
        _fresh(backend, credentials, "access"),
        _fresh(backend, credentials, "refresh"),
        now + ACCESS_LIFE,
        now + REFRESH_LIFE,
    )
    backend.tokens.put(
        TokenPair(
            digest(made.access),
            digest(made.refresh),
            _instant(made.access_expires),
            _instant(made.refresh_expires),
        )
    )
    return made


def _fresh(backend: CountBackend, credentials: Credentials, kind: str) -> str:
    drawn = backend.ids.token(f"oauth.{kind}", 64)
    made = hmac.digest(credentials["client_secret"].encode(), drawn.encode(), "sha256").hex()
    return f"count-{kind}-{made}"


def _instant(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND
