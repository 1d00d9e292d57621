"""Send a request of the journal again, and make faults and stubs from one."""

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from starlette.types import ASGIApp, Message, Scope

from mockvoice.control.context import ServerContext
from mockvoice.control.errors import CannotRepeat
from mockvoice.control.journal_requests import (
    CONNECTION_HEADERS,
    credential_headers,
    documented,
    sandbox_credentials,
    sent_request,
)
from mockvoice.control.redaction import is_secret
from mockvoice.sandboxes.request_log import Entry
from mockvoice.sandboxes.sandbox import Sandbox
from mockvoice.web.bodies import load_json
from mockvoice.web.errors import MalformedBody
from mockvoice.web.fault_effects import DROP_KEY
from mockvoice.web.parameters import parse_query
from mockvoice.web.vendor import Vendor

SECONDS_TO_RESPOND = 20.0
# The headers of a response that a stub repeats.
_STUB_HEADERS = (
    "content-type",
    "location",
    "retry-after",
    "link",
    "etag",
    "allow",
    "www-authenticate",
)
_STUB_PREFIXES = ("x-ratelimit-", "x-total", "x-page", "x-per-page")


async def send_again(server: ServerContext, sandbox: Sandbox, entry: Entry) -> tuple[str, int]:
    """Send a request once more; return the sandbox and the id of its new entry. Raises ``CannotRepeat``."""
    if entry.body_size > len(entry.body or b""):
        raise CannotRepeat(
            "The request cannot be sent again: the journal has only the beginning of its body"
        )
    if entry.operation is None and entry.body is None and _announces_body(entry):
        raise CannotRepeat("The request cannot be sent again: its body was never read")
    vendor = server.vendor(entry.vendor)
    logs = {
        each.name: each.request_log.last_id
        for each in (server.sandboxes.get(name) for name in (sandbox.name, "default"))
        if each is not None
    }
    scope = _scope(server, vendor, entry, _headers(vendor, sandbox, entry))
    try:
        async with asyncio.timeout(SECONDS_TO_RESPOND) as limit:
            await _call(server.apps[entry.vendor], scope, entry.body or b"")
        # The vendor's application responds itself when it is cancelled.
        if limit.expired():
            raise TimeoutError
    except TimeoutError:
        raise CannotRepeat(
            f"The request was sent again, but had no response within {SECONDS_TO_RESPOND:g} seconds"
        ) from None
    return _new_entry(server, logs, entry)


def _new_entry(server: ServerContext, logs: Mapping[str, int], entry: Entry) -> tuple[str, int]:
    """Return the sandbox and the id of the newest such request; ``logs`` has the ids before it.

    A request whose credential no sandbox has is in the journal of ``default``.
    """
    for name, last in logs.items():
        sandbox = server.sandboxes.get(name)
        for new in [] if sandbox is None else reversed(sandbox.request_log.newer(last, 100)):
            if (new.method, new.path, new.query) == (entry.method, entry.path, entry.query):
                return name, new.id
    raise CannotRepeat("The request was sent again, but the journal has no entry of it")


def _announces_body(entry: Entry) -> bool:
    lengths = [value for name, value in entry.headers if name == b"content-length"]
    return bool(lengths) and lengths[0] != b"0"


def _headers(vendor: Vendor, sandbox: Sandbox, entry: Entry) -> list[tuple[bytes, bytes]]:
    """Return the headers to send. A rejected or signed credential is replaced by the sandbox's own."""
    is_unread = CONNECTION_HEADERS | (
        {"content-encoding"} if vendor.framework.decompresses else frozenset()
    )
    own: Mapping[str, str] = {}
    if entry.status == 401 or vendor.sign_request is not None:
        request = sent_request(entry)
        own = sandbox_credentials(vendor, documented(vendor, entry), request, sandbox).headers
        accepted = request.headers.get("authorization")
        if entry.status != 401 and accepted is not None:
            own = {**own, "authorization": accepted}
    dropped = is_unread | (credential_headers(vendor) if own else frozenset())
    headers = [pair for pair in entry.headers if pair[0].decode("latin-1").lower() not in dropped]
    headers += [(name.encode(), value.encode("latin-1")) for name, value in own.items()]
    if entry.body:
        headers.append((b"content-length", b"%d" % len(entry.body)))
    return headers


def _scope(
    server: ServerContext, vendor: Vendor, entry: Entry, headers: list[tuple[bytes, bytes]]
) -> dict[str, Any]:
    """Return the scope of a request at the main port."""
    url = urlsplit(server.addresses.main)
    prefix = f"/{vendor.key}"
    target = prefix.encode() + sent_request(entry).path.encode("latin-1")
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "server": (url.hostname, url.port or (443 if url.scheme == "https" else 80)),
        "client": ("127.0.0.1", 0),
        "scheme": url.scheme,
        "method": entry.method,
        "root_path": prefix,
        "path": unquote_to_bytes(target).decode("utf-8", "replace"),
        "raw_path": target,
        "query_string": entry.query,
        "headers": [(b"host", url.netloc.encode()), *headers],
        "state": {},
    }


async def _call(app: ASGIApp, scope: Scope, body: bytes) -> None:
    """Send a request to an application, and wait for the end of its response, which is not kept."""
    ended = asyncio.Event()
    scope["state"][DROP_KEY] = ended.set
    parts: list[Message] = [{"type": "http.request", "body": body}]

    async def receive() -> Message:
        if parts:
            return parts.pop()
        await ended.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.body" and not message.get("more_body"):
            ended.set()

    await app(scope, receive, send)


def stub_of(entry: Entry) -> dict[str, Any]:
    """Return the body of a new fault that sends the response of an entry. Raises ``CannotRepeat``."""
    if entry.status is None:
        raise CannotRepeat("The request got no response, so there is nothing to make a stub of")
    if entry.response_size > len(entry.response_body):
        raise CannotRepeat("The journal has only the beginning of the response's body")
    headers = {
        name.decode("latin-1").lower(): value.decode("latin-1")
        for name, value in entry.response_headers
    }
    kept = {
        name: value
        for name, value in headers.items()
        if name in _STUB_HEADERS or name.startswith(_STUB_PREFIXES)
    }
    effect: dict[str, Any] = {"kind": "answer", "status": entry.status, "headers": kept}
    if entry.response_body:
        effect["body"] = _stub_body(entry, kept.get("content-type", ""))
    return _fault(entry, effect, with_query=True)


def _stub_body(entry: Entry, content_type: str) -> Any:
    try:
        if "json" in content_type.lower():
            return load_json(entry.response_body)
        return entry.response_body.decode()
    except (MalformedBody, UnicodeDecodeError) as error:
        raise CannotRepeat(
            "A stub has a body of JSON or text, and this response has another"
        ) from error


def failure_of(entry: Entry, status: int) -> dict[str, Any]:
    """Return the body of a new fault for the next request to the same operation and path."""
    return _fault(entry, {"kind": "status", "status": status}, with_query=False) | {"times": 1}


def _fault(entry: Entry, effect: dict[str, Any], *, with_query: bool) -> dict[str, Any]:
    """Return the body of a new fault for requests such as this one. Raises ``CannotRepeat``."""
    if entry.operation is None:
        raise CannotRepeat(
            "Faults and stubs apply to operations of the contract, and this request has none"
        )
    match: dict[str, Any] = {"method": entry.method, "path": entry.path}
    query: dict[str, list[str]] = {}
    for name, value in parse_query(entry.query) if with_query else ():
        if not is_secret(name):
            query.setdefault(name, []).append(value)
    if query:
        match["query"] = query
    return {"vendor": entry.vendor, "operation": entry.operation, "match": match, "effect": effect}
