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
from mockvoice.vendor_registry import load_vendors

FORM = "application/x-www-form-urlencoded"
# Messages of OAuth have one of these fields, with the client's id and secret beside it.
_OAUTH_FIELDS = frozenset({"grant_type", "grantType", "redirect_uri", "redirectUri"})
_CLIENT_FIELDS = {
    "client_id": "client_id",
    "clientId": "client_id",
    "client_secret": "client_secret",
    "clientSecret": "client_secret",
}


class CredentialsUnknown(Exception):
    """Requests of a vendor cannot be given other credentials; the message says why."""


class AnyCredentials:
    """A channel that replaces the credentials of each request. Raises ``CredentialsUnknown``.

    Headers, signatures, and client id and secret in messages of OAuth are replaced by those that the
    vendor's seeder would send. Tokens that the mock has issued stay, and nothing is added to a request
    without credentials.
    """

    def __init__(self, channel: Channel, vendor: str, credentials: Mapping[str, str]) -> None:
        self._channel = channel
        self._credentials = credentials
        spec = load_vendors((vendor,)).vendors[vendor]
        try:
            self._auth = seeder_for(spec).auth(credentials)
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
        sent = {name.lower(): value for name, value in request.headers}
        media_type = sent.get(b"content-type", b"").decode("latin-1").partition(";")[0].strip()
        target = self._target(request.target)
        body = self._body(request.body, media_type)
        message = ApiRequest(request.method, target.decode("latin-1"), body, media_type)
        wanted = {
            name.lower().encode(): value.encode()
            for name, value in self._auth.headers(
                message, REAL_TIME.microseconds() / 1_000_000
            ).items()
        }
        if self._is_issued(sent.get(b"authorization", b"")):
            wanted.pop(b"authorization", None)
        headers = [
            (name, wanted.get(name.lower(), value))
            for name, value in request.headers
            if name.lower() != b"content-length"
        ]
        if b"content-length" in sent:
            headers.append((b"Content-Length", b"%d" % len(body)))
        return replace(request, target=target, headers=headers, body=body)

    def _is_issued(self, authorization: bytes) -> bool:
        """Return whether a header has a token that the mock has issued, or one of the sandbox's own."""
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
