"""A proxy before a mock: each response is another one that the vendor's contract allows as well.

The responses have other messages, added properties, and other spellings of the same values. The
proxy takes away the header by which a mock is recognised, so a check sees the server of a stranger.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx

from mockvoice.app import Server
from mockvoice.settings import Settings
from mockvoice_contracts.harness.contract import Contract, Operation
from mockvoice_contracts.harness.routes import Routes
from mockvoice_contracts.harness.targets import document
from tests.stub_servers import NOT_FORWARDED, serve_handler
from tests.variations import json_spelling
from tests.variations.response_bodies import BodyVariation

VARIATIONS = ("properties", "words", "spelling", "headers", "page-size")
PAGE_SIZES = ("per_page", "limit", "page_size")
OTHER_PAGE_SIZE = "4"
ADDED_HEADERS = {
    "X-Request-Id": "5f0c", "Via": "1.1 edge", "Set-Cookie": "session=1; Path=/", "Vary": "Accept",
}  # fmt: skip
DOCUMENTED_TEXTS = Path(__file__).with_name("documented_texts")
EXTRA_HOP_HEADERS = frozenset(("connection", "transfer-encoding"))


def documented_texts(vendor: str) -> list[str]:
    """Return the beginnings of texts that public sources of a vendor state, one in each line."""
    file = DOCUMENTED_TEXTS / f"{vendor}.txt"
    lines = file.read_text("utf-8").splitlines() if file.is_file() else []
    return [line for line in lines if line and not line.startswith("#")]


class Variation:
    """The variations of one vendor's requests and responses."""

    def __init__(self, vendor: str, enabled: Collection[str] = VARIATIONS) -> None:
        self._contract = Contract(document(vendor), closed=False)
        self._routes = Routes(self._contract.operations.values())
        self._enabled = frozenset(enabled)
        self._body = BodyVariation(
            self._contract,
            documented_texts(vendor),
            adds_properties="properties" in enabled,
            changes_words="words" in enabled,
            changes_spelling="spelling" in enabled,
        )

    def operation(self, method: str, path: str) -> Operation | None:
        """Return the operation of a request."""
        route = self._routes.find(method, urlsplit(path).path)
        return route[0] if route else None

    def request_path(self, operation: Operation | None, path: str) -> str:
        """Return the path of a request with the page size of another account, if it has none."""
        if operation is None or operation.method != "GET" or "page-size" not in self._enabled:
            return path
        names = [name for name in PAGE_SIZES if ("query", name) in operation.parameters]
        if not names:
            return path
        target, _, query = path.partition("?")
        pairs = parse_qsl(query, keep_blank_values=True)
        kept = [
            (name, value)
            for name, value in pairs
            if name not in names or not self._ignores(operation, name, value)
        ]
        if any(name in names for name, _ in kept):
            return path
        added = f"{names[0]}={OTHER_PAGE_SIZE}"
        if kept == pairs:  # the query stays as it was written
            return f"{path}{'&' if '?' in path else '?'}{added}"
        return f"{target}?{urlencode(kept)}&{added}"

    def _ignores(self, operation: Operation, name: str, value: str) -> bool:
        """Return whether a server ignores a page size that is not a positive number.

        Then the contract allows any text.
        """
        is_number = value.isascii() and value.isdecimal() and int(value) > 0
        schema = self._contract.resolve(operation.parameters["query", name]["schema"])
        return not is_number and {"type": "string"} in schema.get("anyOf", ())

    def headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Return the headers of a response, with others that every server may add."""
        if "headers" not in self._enabled:
            return dict(headers)
        varied = {name.upper(): value for name, value in headers.items()}
        if varied.get("CONTENT-TYPE") == "application/json":
            varied["CONTENT-TYPE"] = "application/json;charset=UTF-8"
        return varied | {
            name: value for name, value in ADDED_HEADERS.items() if name.upper() not in varied
        }

    def content(self, operation: Operation | None, response: httpx.Response) -> bytes:
        """Return the content of a response with another body of the same meaning."""
        media_type = response.headers.get("Content-Type", "").partition(";")[0]
        if operation is None or "json" not in media_type or not response.content:
            return response.content
        original = json_spelling.parse(response.content)
        body = self._body.apply(operation, response.status_code, media_type, original)
        if "spelling" not in self._enabled:
            return json_spelling.dump_plain(body).encode()
        return json_spelling.dump(body).encode()


@contextmanager
def varying_proxy(url: str, variation: Variation) -> Iterator[str]:
    """Serve a vendor's root with variations on a free port, and yield the URL."""
    client = httpx.Client(trust_env=False, timeout=60)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            operation = variation.operation(self.command, self.path)
            response = client.request(
                self.command,
                url.rstrip("/") + variation.request_path(operation, self.path),
                content=content,
                # The client would reject a text that is not ASCII, and spaces at the end of a value.
                headers=[
                    (n.encode("latin-1"), v.strip().encode("latin-1"))
                    for n, v in self.headers.items()
                    if n.lower() not in EXTRA_HOP_HEADERS
                ],
            )
            self._respond(response, variation.content(operation, response))

        def _respond(self, response: httpx.Response, content: bytes) -> None:
            kept = {n: v for n, v in response.headers.items() if n.lower() not in NOT_FORWARDED}
            self.send_response(response.status_code, "As Usual")
            for name, value in variation.headers(kept).items():
                self.send_header(name, value)
            if self.command != "HEAD" and response.status_code not in (204, 304):
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        def __getattr__(self, name: str) -> Any:
            if name.startswith("do_"):
                return self.do
            raise AttributeError(name)

        def log_message(self, *_: object) -> None:
            """Do not log requests."""

    with client, serve_handler(Handler) as port:
        yield f"http://127.0.0.1:{port}"


@contextmanager
def varied_mock(vendor: str, enabled: Collection[str] = VARIATIONS) -> Iterator[str]:
    """Serve a mock of one vendor behind a proxy, and yield the proxy's URL."""
    with ExitStack() as stack:
        server = stack.enter_context(Server(Settings(port=0, vendors=(vendor,))))
        root = server.urls["vendors"][vendor]["root_url"]
        yield stack.enter_context(varying_proxy(root, Variation(vendor, enabled)))
