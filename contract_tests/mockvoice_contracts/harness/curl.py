"""Requests as curl commands, with shell variables in place of secrets."""

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import requests

from mockvoice.printable import UNPRINTABLE


@dataclass(frozen=True)
class ShellHeaders:
    """Headers that the shell calculates when a command runs, such as signatures of the time.

    ``assignments`` are shell commands that set variables. ``values`` are texts in double quotes, by
    the lower-case name of the header.
    """

    assignments: str
    values: Mapping[str, str]


_OMITTED_HEADERS = frozenset(
    ("accept-encoding", "connection", "content-length", "user-agent", "x-schemathesis-testcaseid")
)
# What curl sends itself.
_DEFAULT_HEADERS = {"accept": "*/*"}
_MAX_BODY_CHARS = 4000
# In the shell's quotes of the form $'…'.
_ESCAPED = re.compile(rf"[\\']|{UNPRINTABLE.pattern}")


def command(
    request: requests.PreparedRequest,
    secrets: Mapping[str, str],
    options: Sequence[str] = (),
    calculated: ShellHeaders | None = None,
) -> str:
    """Return the curl command that repeats a request; ``secrets`` maps secrets to variables."""
    calculated = calculated or ShellHeaders("", {})
    parts = ["curl", "-i", *(_quote(option, secrets) for option in options)]
    # With -X HEAD, curl would wait for a body.
    method = ["--head"] if request.method == "HEAD" else ["-X", str(request.method)]
    parts += [*method, _quote(str(request.url), secrets)]
    for name, value in request.headers.items():
        if name.lower() in calculated.values:
            parts += ["-H", f'"{name}: {calculated.values[name.lower()]}"']
        elif name.lower() not in _OMITTED_HEADERS and _DEFAULT_HEADERS.get(name.lower()) != value:
            parts += ["-H", _quote(f"{name}: {value}", secrets)]
    body: bytes | str = request.body or b""
    if body:
        # Bytes that are not UTF-8 become surrogates, which ``_escape`` turns back to these bytes.
        text = body if isinstance(body, str) else body.decode("utf-8", "surrogateescape")
        sent_body = text if len(text) <= _MAX_BODY_CHARS else f"…{len(body)} bytes…"
        parts += ["--data-binary", _quote(sent_body, secrets)]
    return calculated.assignments + " ".join(parts)


def _quote(text: str, secrets: Mapping[str, str]) -> str:
    """Quote a text for the shell, with variables in double quotes so that they are expanded."""
    longest_first = sorted(filter(None, secrets), key=len, reverse=True)
    if not longest_first:
        return _quote_text(text)
    parts = re.split(f"({'|'.join(map(re.escape, longest_first))})", text)
    quoted = (
        f'"${secrets[part]}"' if part in secrets else _quote_text(part) for part in parts if part
    )
    return "".join(quoted) or "''"


def _quote_text(text: str) -> str:
    r"""Quote a text for the shell; control characters become octal numbers of bytes, as in ``$'\033'``.

    The shell ends such a text at a zero byte, which no argument of a command can contain.
    """
    if not UNPRINTABLE.search(text):
        return shlex.quote(text)
    return f"$'{_ESCAPED.sub(_escape, text)}'"


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    if character in "\\'":
        return f"\\{character}"
    is_byte = "\udc80" <= character <= "\udcff"
    encoded = character.encode("utf-8", "surrogateescape" if is_byte else "surrogatepass")
    return "".join(f"\\{byte:03o}" for byte in encoded)
