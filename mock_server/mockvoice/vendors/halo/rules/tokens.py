"""The issuing of tokens."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from mockvoice.sandboxes.credentials import GENERATED
from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.errors import TokenRejected
from mockvoice.vendors.halo.models import Agent, Token
from mockvoice.vendors.halo.rules.records import Body
from mockvoice.vendors.halo.scopes import unknown_scopes

DEFAULT_SCOPE = "all"
_TOKEN_DIGITS = 48
# Assumed: the lifetime of refresh tokens.
_REFRESH_DAYS = 30
# Issued tokens, as a regular expression.
SECRET_FORMATS = (rf"halo-(?:demo|{GENERATED})-client\.[0-9a-f]{{{_TOKEN_DIGITS}}}",)


@dataclass(frozen=True, slots=True)
class TokenPair:
    """An access token, its lifetime, and a refresh token."""

    access: Token
    refresh: Token
    expires_in: int  # seconds


def grant(backend: HaloBackend, body: Body, credentials: Mapping[str, str]) -> TokenPair:
    """Issue tokens for a token request. Raises ``TokenRejected``.

    Observed: 401 ``invalid_client`` for a wrong id or secret. Assumed: a password grant needs the
    client id but no secret, and a refresh token stays valid until it expires.
    """
    if not _equals(body.get("client_id"), credentials["client_id"]):
        raise TokenRejected("invalid_client", "The client credentials are wrong", 401)
    secret_sent = body.get("client_secret")
    needs_secret = body["grant_type"] == "client_credentials"
    if (needs_secret or secret_sent) and not _equals(secret_sent, credentials["client_secret"]):
        raise TokenRejected("invalid_client", "The client credentials are wrong", 401)
    scope = _requested_scope(body)
    match body["grant_type"]:
        case "password":
            return _create_pair(
                backend, credentials["client_id"], scope, _authenticate_agent(backend, body).id
            )
        case "refresh_token":
            old = _find_refresh_token(backend, body)
            return _create_pair(backend, credentials["client_id"], old.scope, old.agent_id)
        case _:
            return _create_pair(backend, credentials["client_id"], scope, 0)


def _requested_scope(body: Body) -> str:
    names = (body.get("scope") or "").split() or [DEFAULT_SCOPE]
    if unknown := unknown_scopes(names):
        raise TokenRejected("invalid_scope", f"There is no scope {', '.join(unknown)}")
    return " ".join(names)


def _equals(sent: str | None, known: str) -> bool:
    return hmac.compare_digest((sent or "").encode("utf-8", "replace"), known.encode())


def _authenticate_agent(backend: HaloBackend, body: Body) -> Agent:
    name, password = body.get("username") or "", body.get("password") or ""
    for agent in backend.agents:
        if agent.password is not None and agent.name.lower() == name.lower():
            if _equals(password, agent.password):
                return agent
            break
    raise TokenRejected("invalid_grant", "The user name or the password is wrong")


def _find_refresh_token(backend: HaloBackend, body: Body) -> Token:
    row = backend.tokens.get(body.get("refresh_token") or "")
    if row is None or not row.refreshes or row.expires_at <= backend.token_clock.now():
        raise TokenRejected("invalid_grant", "The refresh token is wrong or has expired")
    return row


def _create_pair(backend: HaloBackend, client_id: str, scope: str, agent_id: int) -> TokenPair:
    now, seconds = backend.token_clock.now(), backend.settings.token_seconds
    _delete_expired(backend)
    access = Token(
        _new_token_id(backend, client_id), scope, now + timedelta(seconds=seconds), agent_id
    )
    refresh = Token(
        _new_token_id(backend, client_id),
        scope,
        now + timedelta(days=_REFRESH_DAYS),
        agent_id,
        True,
    )
    return TokenPair(backend.tokens.put(access), backend.tokens.put(refresh), seconds)


def _new_token_id(backend: HaloBackend, client_id: str) -> str:
    return f"{client_id}.{backend.ids.token('token', _TOKEN_DIGITS)}"


def _delete_expired(backend: HaloBackend) -> None:
    """Delete expired tokens to keep the table small."""
    now = backend.token_clock.now()
    for token in list(backend.tokens.select(between={"expires_at": (None, now)})):
        backend.tokens.delete(token.id)
