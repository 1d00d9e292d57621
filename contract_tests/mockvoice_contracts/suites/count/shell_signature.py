"""Signatures in curl commands: the shell calculates them, because a timestamp is soon too old."""

import shlex
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import requests

from mockvoice_contracts.harness.curl import ShellHeaders
from mockvoice_contracts.suites.count.request_signer import body_hash, path_of, signature

SECRET = "COUNT_CLIENT_SECRET"
# A timestamp that differs more from the server's time is one that a test chose.
MAX_DIFFERENCE_SECONDS = 60
MILLISECONDS_LENGTH = 13


def headers(
    response: requests.Response, secrets: Mapping[str, str], *, prefix: str
) -> ShellHeaders | None:
    """Return the headers of a request that was signed correctly and with the current time.

    Others stay as they were sent, such as those of a test for wrong signatures.
    """
    request = response.request
    timestamp = request.headers.get("x-timestamp", "")
    if not timestamp.isdigit() or not _is_current(timestamp, response):
        return None
    path = _signed_path(request, secrets, timestamp, prefix)
    if path is None:
        return None
    hashed = body_hash(request.method or "", _body(request), _content_type(request))
    zeros = "000" if len(timestamp) == MILLISECONDS_LENGTH else ""
    before, after = shlex.quote(f"{request.method}:{path}:"), shlex.quote(f":{hashed}")
    assignments = (
        f"timestamp=$(date +%s){zeros}; "
        f'signature=$(printf %s {before}"$timestamp"{after} | '
        f'openssl dgst -sha256 -hmac "${SECRET}" -r | cut -d " " -f 1); '
    )
    return ShellHeaders(assignments, {"x-timestamp": "$timestamp", "x-signature": "$signature"})


def _signed_path(
    request: requests.PreparedRequest, secrets: Mapping[str, str], timestamp: str, prefix: str
) -> str | None:
    """Return the path that the signature of a request is for, or ``None`` if it is for none."""
    sent = request.headers.get("x-signature")
    method = request.method or ""
    hashed = body_hash(method, _body(request), _content_type(request))
    for secret in (secret for secret, variable in secrets.items() if variable == SECRET):
        for path in {path_of(request.url or "", prefix), path_of(request.url or "")}:
            if signature(secret, method, path, timestamp, hashed) == sent:
                return path
    return None


def _is_current(timestamp: str, response: requests.Response) -> bool:
    seconds = int(timestamp[: MILLISECONDS_LENGTH - 3])
    date = response.headers.get("Date")
    now = parsedate_to_datetime(date) if date else datetime.now(UTC)
    return abs(now.timestamp() - seconds) <= MAX_DIFFERENCE_SECONDS


def _body(request: requests.PreparedRequest) -> bytes:
    body = request.body or b""
    return body.encode() if isinstance(body, str) else bytes(body)


def _content_type(request: requests.PreparedRequest) -> str:
    return str(request.headers.get("Content-Type", ""))
