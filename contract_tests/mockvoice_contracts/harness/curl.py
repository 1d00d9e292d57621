"""Requests as curl commands, with shell variables in place of secrets."""

import shlex
from collections.abc import Mapping

import requests

_OMITTED_HEADERS = frozenset(
    ("accept", "accept-encoding", "connection", "content-length", "user-agent")
)
_MAX_BODY_CHARS = 4000


def command(request: requests.PreparedRequest, secrets: Mapping[str, str]) -> str:
    """Return the curl command that repeats a request; ``secrets`` maps secrets to variables."""
    parts = ["curl", "-i", "-X", str(request.method), _quote(str(request.url), secrets)]
    for name, value in request.headers.items():
        if name.lower() not in _OMITTED_HEADERS:
            parts += ["-H", _quote(f"{name}: {value}", secrets)]
    body: bytes | str = request.body or b""
    if body:
        text = body if isinstance(body, str) else body.decode("utf-8", "backslashreplace")
        sent_body = text if len(text) <= _MAX_BODY_CHARS else f"…{len(body)} bytes…"
        parts += ["--data-binary", _quote(sent_body, secrets)]
    return " ".join(parts)


def _quote(text: str, secrets: Mapping[str, str]) -> str:
    """Quote a text for the shell, with variables in double quotes so that they are expanded."""
    quoted = shlex.quote(text)
    for secret, variable in secrets.items():
        quoted = quoted.replace(secret, f"'\"${variable}\"'")
    return quoted
