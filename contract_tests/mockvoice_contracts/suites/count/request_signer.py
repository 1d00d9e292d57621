"""Request signatures by the vendor's documentation, calculated when the request's bytes are final."""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase

from mockvoice_contracts.harness.targets import Target

WITH_BODY = ("POST", "PUT", "PATCH")


def path_of(url: str, prefix: str = "") -> str:
    """Return the part of a URL that is signed: its path, without the prefix and the query."""
    path = urlsplit(url).path.removeprefix(prefix)
    return path.removeprefix("/partners") or "/"


def body_hash(method: str, body: bytes, content_type: str = "") -> str:
    """Return the hash of a body in the text to sign."""
    if method not in WITH_BODY or not body or content_type.startswith("multipart/"):
        return ""
    return hashlib.sha256(body).hexdigest()


def signature(secret: str, method: str, path: str, timestamp: str, hashed: str) -> str:
    """Return the lower-case hex HMAC of the text to sign."""
    text = f"{method}:{path}:{timestamp}:{hashed}"
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


class SignedAuth(AuthBase):
    """Signs each request right before it is sent, and adds a bearer token."""

    def __init__(
        self,
        credentials: Mapping[str, str],
        now: Callable[[], datetime],
        *,
        bearer: str | None = None,
        prefix: str = "",
        milliseconds: bool = False,
    ) -> None:
        self.client_id = credentials.get("client_id", "")
        self.secret = credentials.get("client_secret", "")
        self.bearer = bearer
        self.prefix = prefix
        self._now = now
        self._milliseconds = milliseconds

    def timestamp(self) -> str:
        """Return the current time in the header's format."""
        seconds = self._now().timestamp()
        return str(int(seconds * 1000 if self._milliseconds else seconds))

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add the headers; a request that is sent again later gets a signature of that time."""
        self._sign(request)
        request.authenticate_again = partial(self._sign, request)  # type: ignore[attr-defined]
        return request

    def _sign(self, request: requests.PreparedRequest) -> None:
        body = request.body or b""
        sent = body.encode() if isinstance(body, str) else bytes(body)
        method, url = request.method or "", request.url or ""
        hashed = body_hash(method, sent, request.headers.get("Content-Type", ""))
        timestamp = self.timestamp()
        path = path_of(url, self.prefix)
        request.headers["x-client-id"] = self.client_id
        request.headers["x-timestamp"] = timestamp
        request.headers["x-signature"] = signature(self.secret, method, path, timestamp, hashed)
        if self.bearer is not None:
            request.headers["Authorization"] = f"Bearer {self.bearer}"


def signed_auth(
    target: Target, bearer: str | None = None, *, milliseconds: bool = False
) -> SignedAuth:
    """Return the signatures of a target's client, whose base URL may have a path."""
    return SignedAuth(
        target.credentials, target.now, bearer=bearer, prefix=urlsplit(target.url).path,
        milliseconds=milliseconds,
    )  # fmt: skip
