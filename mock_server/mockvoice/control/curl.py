"""A request of the journal as a command for a shell."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from mockvoice.addresses import Addresses
from mockvoice.control.journal_requests import (
    CONNECTION_HEADERS,
    credential_headers,
    sent_request,
)
from mockvoice.control.journal_view import body_text, media_type
from mockvoice.control.redaction import MASK, Redactor
from mockvoice.sandboxes.request_log import Entry
from mockvoice.web.sent_requests import RequestCredentials, SentRequest
from mockvoice.web.vendor import Vendor

# What only the original client means.
_CLIENT_HEADERS = ("user-agent", "referer", "origin", "content-encoding")
_CLIENT_PREFIXES = ("sec-", "x-forwarded-", "x-mock-")


@dataclass(frozen=True, slots=True)
class CurlCommand:
    """The command, until when its credentials are accepted, and why it is not quite the request."""

    text: str
    valid_until: datetime | None
    problem: str


def shown_request(entry: Entry, redactor: Redactor) -> SentRequest:
    """Return a request as the command has it: without secrets, and with a body only if it is text."""
    request = sent_request(entry)
    text = body_text(request.body, media_type(entry.headers), redactor) if request.body else ""
    if text and ("\0" in text or "\ufffd" in text):
        text = ""  # a shell has no arguments with such characters
    query = redactor.query(request.query)
    path = redactor.value(request.path)
    return replace(request, path=path, query=query, body=(text or "").encode())


def curl_command(
    entry: Entry,
    vendor: Vendor,
    request: SentRequest,
    credentials: RequestCredentials,
    addresses: Addresses,
    redactor: Redactor,
) -> CurlCommand:
    """Return a command that sends ``shown_request`` with the sandbox's own credentials."""
    parts = ["curl"]
    if addresses.ca_file is not None and addresses.main.startswith("https:"):
        parts += ["--cacert", str(addresses.ca_file)]
    if entry.method == "HEAD":
        parts.append("--head")
    elif entry.method != "GET" or request.body:
        parts += ["-X", entry.method]
    url = addresses.vendors[vendor.key].prefix_url + request.path
    parts.append(f"{url}?{request.query}" if request.query else url)
    headers = {**_own_headers(request.headers, vendor, redactor), **credentials.headers}
    for name, value in headers.items():
        parts += ["-H", f"{name}: {value}"]
    if request.body:
        parts += ["--data-raw", request.body.decode()]
    return CurlCommand(joined(parts), credentials.valid_until, _problem(entry, request))


def _own_headers(headers: Mapping[str, str], vendor: Vendor, redactor: Redactor) -> dict[str, str]:
    """Return the headers that belong to the request, without credentials."""
    without = CONNECTION_HEADERS | credential_headers(vendor) | set(_CLIENT_HEADERS)
    return {
        name: redactor.header(name, value)
        for name, value in headers.items()
        if name not in without and not name.startswith(_CLIENT_PREFIXES)
    }


def _problem(entry: Entry, request: SentRequest) -> str:
    if entry.body_size > len(entry.body or b""):
        return "The journal has only the beginning of the body, so the command is not complete."
    if entry.body and not request.body:
        return "The body is not text, so the command does not have it."
    if MASK in request.path + request.query or MASK.encode() in request.body:
        return f"Secrets of the request are masked: put their values in place of {MASK}."
    return ""


def joined(parts: list[str]) -> str:
    """Return the command with one option a line."""
    text = ""
    for part in parts:
        quoted = shlex.quote(part)
        text += f" \\\n  {quoted}" if part in ("-H", "--data-raw") else f" {quoted}"
    return text.lstrip()
