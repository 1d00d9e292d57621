"""A request of the journal as a command for a shell."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from mockvoice.addresses import Addresses
from mockvoice.control.journal_requests import (
    CONNECTION_HEADERS,
    credential_headers,
    documented,
    sandbox_credentials,
    sent_request,
)
from mockvoice.control.journal_view import body_text, media_type
from mockvoice.control.redaction import Redactor
from mockvoice.sandboxes.request_log import Entry
from mockvoice.sandboxes.sandbox import Sandbox
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


def curl_command(
    entry: Entry, vendor: Vendor, sandbox: Sandbox, addresses: Addresses, redactor: Redactor
) -> CurlCommand:
    """Return a command that sends a request again, with the sandbox's own credentials."""
    request = sent_request(entry)
    query = redactor.query(request.query)
    text = body_text(request.body, media_type(entry.headers), redactor) if request.body else ""
    # The signature is that of what the command sends.
    signed = sent_request(
        entry._replace(body=None if text is None else text.encode(), query=query.encode())
    )
    credentials = sandbox_credentials(vendor, documented(vendor, entry), signed, sandbox)
    parts = ["curl"]
    if addresses.ca_file is not None and addresses.main.startswith("https:"):
        parts += ["--cacert", str(addresses.ca_file)]
    if entry.method == "HEAD":
        parts.append("--head")
    elif entry.method != "GET" or text:
        parts += ["-X", entry.method]
    url = addresses.vendors[vendor.key].prefix_url + request.path + (f"?{query}" if query else "")
    parts.append(url)
    for name, value in {
        **_own_headers(request.headers, vendor, redactor),
        **credentials.headers,
    }.items():
        parts += ["-H", f"{name}: {value}"]
    if text:
        parts += ["--data-raw", text]
    return CurlCommand(joined(parts), credentials.valid_until, _problem(entry, query, text))


def _own_headers(headers: Mapping[str, str], vendor: Vendor, redactor: Redactor) -> dict[str, str]:
    """Return the headers that belong to the request, without credentials."""
    without = CONNECTION_HEADERS | credential_headers(vendor) | set(_CLIENT_HEADERS)
    return {
        name: redactor.header(name, value)
        for name, value in headers.items()
        if name not in without and not name.startswith(_CLIENT_PREFIXES)
    }


def _problem(entry: Entry, query: str, text: str | None) -> str:
    if entry.body_size > len(entry.body or b""):
        return "The journal has only the beginning of the body, so the command is not complete."
    if text is None:
        return "The body is binary, so the command does not have it."
    if "***" in query or "***" in text:
        return "Secrets of the request are masked. Replace the values with *** before you send it."
    return ""


def joined(parts: list[str]) -> str:
    """Return the command with one option a line."""
    text = ""
    for part in parts:
        quoted = shlex.quote(part)
        text += f" \\\n  {quoted}" if part in ("-H", "--data-raw") else f" {quoted}"
    return text.lstrip()
