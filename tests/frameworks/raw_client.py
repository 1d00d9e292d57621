"""A client that sends the exact bytes of a request, also those that HTTP libraries do not send."""

import gzip
import http.client
import itertools
import json
import socket
import zlib
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import requests

from mockvoice_contracts.suites.count.request_signer import SignedAuth
from tests.accounts import DEMO_TOKENS

TYPES = {"json": "application/json", "form": "application/x-www-form-urlencoded"}
COMPRESSIONS = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "raw deflate": lambda content: zlib.compress(content, wbits=-zlib.MAX_WBITS),
}
COUNT = {"client_id": "count-demo-client", "client_secret": "count-demo-secret"}

numbers = itertools.count(1)


class RawRequest:
    """A row's request as bytes. ``{n}`` in its texts is a number that no other request has."""

    def __init__(self, vendor: str, row: dict[str, Any], base_url: str) -> None:
        self.number = str(next(numbers))
        self.method, self.path = self._number(row["send"]).split(" ", 1)
        self.base_url = base_url
        content, content_type = self._content(row)
        self.headers = {**row.get("headers", {})}
        if content_type:
            self.headers["Content-Type"] = content_type
        self.headers |= self._credentials(vendor, content)
        if "compress" in row:
            self.headers.setdefault("Content-Encoding", row["compress"])
            content = COMPRESSIONS[row["compress"]](content)
        if row.get("host", True):
            self.headers["Host"] = urlsplit(base_url).netloc
        if content or self.method != "GET":
            self.headers["Content-Length"] = str(len(content))
        self.content = content

    def _number(self, text: str) -> str:
        return text.replace("{n}", self.number)

    def _content(self, row: dict[str, Any]) -> tuple[bytes, str]:
        kind = row.get("type", "")
        if kind == "multipart":
            parts = [
                f'--edge\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{self._number(value)}\r\n'
                for name, value in row["fields"].items()
            ]
            return ("".join(parts) + "--edge--\r\n").encode(
                row.get("encoding", "utf-8")
            ), "multipart/form-data; boundary=edge"
        text = self._number(row.get("body", ""))
        return text.encode(row.get("encoding", "utf-8")), TYPES.get(kind, kind)

    def _credentials(self, vendor: str, content: bytes) -> dict[str, str]:
        if vendor != "count":
            return {"Authorization": f"Bearer {DEMO_TOKENS[vendor]}"}
        prepared = requests.PreparedRequest()
        prepared.method, prepared.url, prepared.body = (
            self.method,
            self.base_url + self.path,
            content,
        )
        prepared.headers = requests.structures.CaseInsensitiveDict(self.headers)
        SignedAuth(COUNT, lambda: datetime.now(UTC), bearer=DEMO_TOKENS["count"])(prepared)
        return dict(prepared.headers)

    def send(self) -> tuple[int, Any]:
        """Return the status and the body of the response: JSON, or ``None`` if it is empty."""
        url = urlsplit(self.base_url)
        head = f"{self.method} {self.path} HTTP/1.1\r\n" + "".join(
            f"{name}: {value}\r\n"
            for name, value in {**self.headers, "Connection": "close"}.items()
        )
        with socket.create_connection((url.hostname, url.port), timeout=30) as connection:
            connection.sendall(head.encode() + b"\r\n" + self.content)
            response = http.client.HTTPResponse(connection)
            response.begin()
            body = response.read()
        return response.status, json.loads(body) if body else None
