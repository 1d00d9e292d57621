"""Requests with a sandbox's credentials in place of the client's own, whatever these are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

import orjson

from mockvoice.http_messages import HttpRequest, HttpResponse
from mockvoice.kernel.clock import REAL_TIME
from mockvoice.outbound.auth import ApiRequest
from mockvoice.seeding.seeder import NoSeeder, seeder_for
from mockvoice.testing.channels import Channel
from mockvoice.vendor_registry import UnknownVendor, VendorUnavailable, load_vendors
from mockvoice.web.compression import decompress
from mockvoice.web.errors import RequestError
from mockvoice.web.vendor import BODY_LIMIT

FORM = "application/x-www-form-urlencoded"
TIMESTAMP = b"x-timestamp"  # of signed requests, in seconds or milliseconds
MAX_DIGITS, MIN_MILLISECOND_DIGITS = 16, 12
# Messages of OAuth have one of these fields, with the client's id and secret beside it.
_OAUTH_FIELDS = frozenset({"grant_type", "grantType", "redirect_uri", "redirectUri"})
_CLIENT_FIELDS = {
    "client_id": "client_id",
    "clientId": "client_id",
    "client_secret": "client_secret",
    "clientSecret": "client_secret",
}


class CredentialsUnknown(Exception):
    """The credentials of a vendor's requests cannot be replaced; the message says why."""


class CredentialReplacer:
    """A channel that replaces the credentials of each request. Raises ``CredentialsUnknown``.

    Headers, signatures, and client id and secret in messages of OAuth are replaced by those that the
    vendor's seeder would send. Tokens that the mock has issued stay, and nothing is added to a request
    without credentials.
    """

    def __init__(self, channel: Channel, vendor: str, credentials: Mapping[str, str]) -> None:
        self._channel = channel
        self._credentials = credentials
        try:
            spec = load_vendors((vendor,)).vendors[vendor]
            self._auth = seeder_for(spec).auth(credentials)
        except (UnknownVendor, VendorUnavailable) as error:
            raise CredentialsUnknown(
                f"any_credentials=True needs the package of the vendor in this environment: {error}"
            ) from error
        except NoSeeder:
            raise CredentialsUnknown(
                f"any_credentials=True needs to know how requests of {vendor} are authenticated, which is "
                "in the package's seeder.py; the package has none"
            ) from None
        self._issued = [re.compile(each) for each in spec.secret_formats]

    def send(self, request: HttpRequest, timeout: float | None = None) -> HttpResponse:
        """Return the response."""
        return self._channel.send(self._replaced(request), timeout)

    async def send_async(self, request: HttpRequest, timeout: float | None = None) -> HttpResponse:
        """Return the response."""
        return await self._channel.send_async(self._replaced(request), timeout)

    def _replaced(self, request: HttpRequest) -> HttpRequest:
        old = {name.lower(): value for name, value in request.headers}
        media_type = (
            old.get(b"content-type", b"").decode("latin-1").partition(";")[0].strip().lower()
        )
        target = self._target(request.target)
        body = self._body(request.body, media_type)
        message = ApiRequest(
            request.method, target.decode("latin-1"), _decoded(body, old), media_type
        )
        new = {
            name.lower().encode(): value.encode()
            for name, value in self._auth.headers(message, _time_of(old)).items()
        }
        if self._keeps(old.get(b"authorization", b"")):
            new.pop(b"authorization", None)
        if b"content-length" in old:
            new[b"content-length"] = b"%d" % len(body)
        headers = [(name, new.get(name.lower(), value)) for name, value in request.headers]
        return replace(request, target=target, headers=headers, body=body)

    def _keeps(self, authorization: bytes) -> bool:
        """Return whether a header stays as it is.

        It has another scheme, or a token that the mock has issued or that is one of the sandbox's own.
        """
        scheme, _, token = authorization.decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            return True
        token = token.strip()
        return token in self._credentials.values() or any(
            each.fullmatch(token) for each in self._issued
        )

    def _target(self, target: bytes) -> bytes:
        path, mark, query = target.partition(b"?")
        fields = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
        replaced = self._fields(fields)
        return path + mark + (query if replaced == fields else urlencode(replaced).encode())

    def _body(self, body: bytes, media_type: str) -> bytes:
        if media_type == FORM:
            fields = parse_qsl(body.decode("latin-1"), keep_blank_values=True)
            replaced = self._fields(fields)
            return body if replaced == fields else urlencode(replaced).encode("latin-1")
        if media_type.endswith("json"):
            try:
                data: Any = orjson.loads(body)
            except orjson.JSONDecodeError:
                return body
            if isinstance(data, dict) and _OAUTH_FIELDS & data.keys():
                return orjson.dumps(dict(self._fields(list(data.items()))))
        return body

    def _fields(self, fields: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
        if _OAUTH_FIELDS.isdisjoint(name for name, _ in fields):
            return fields
        return [
            (name, self._credentials.get(_CLIENT_FIELDS.get(name, ""), value))
            for name, value in fields
        ]


def _time_of(headers: Mapping[bytes, bytes]) -> float:
    """Return the time of a request's signature, in seconds since 1970; by default, real time.

    The client may sign by the clock of the sandbox.
    """
    stamp = headers.get(TIMESTAMP, b"")
    if stamp.isdigit() and len(stamp) <= MAX_DIGITS:
        return int(stamp) / (1000 if len(stamp) >= MIN_MILLISECOND_DIGITS else 1)
    return REAL_TIME.microseconds() / 1_000_000


def _decoded(body: bytes, headers: Mapping[bytes, bytes]) -> bytes:
    """Return the body that is signed: without compression, if it is valid."""
    coding = headers.get(b"content-encoding", b"").decode("latin-1")
    if not coding:
        return body
    try:
        return decompress(body, coding, BODY_LIMIT)
    except RequestError:
        return body
