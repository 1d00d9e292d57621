"""Signatures as the vendor's documents describe them, made where the bytes are known."""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase

WITH_BODY = ("POST", "PUT", "PATCH")


def path_of(url: str, prefix: str = "") -> str:
    """What is signed of an address: its path, without the partner API's prefix and the query."""
    path = urlsplit(url).path.removeprefix(prefix)
    return path.removeprefix("/partners") or "/"


def body_hash(method: str, body: bytes, content_type: str = "") -> str:
    """What stands for a body in the text to sign."""
    if method not in WITH_BODY or not body or content_type.startswith("multipart/"):
        return ""
    return hashlib.sha256(body).hexdigest()


def signature(secret: str, method: str, path: str, timestamp: str, hashed: str) -> str:
    """The lower-case hex HMAC of the text to sign."""
    text = f"{method}:{path}:{timestamp}:{hashed}"
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


class Signed(AuthBase):
    """Signs each request as the last thing before it leaves, and carries a bearer."""

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
        """The present time as the header says it."""
        seconds = self._now().timestamp()
        return str(int(seconds * 1000 if self._milliseconds else seconds))

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
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
        return request
