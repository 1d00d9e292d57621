"""Redaction of secrets, which are recognised by their names, or by their values if these are known.

The last four characters of a secret of 16 or more stay visible, to distinguish secrets; a shorter
one is masked completely.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, unquote, unquote_plus

MASK = "***"
_MIN_PARTIAL = 16  # length from which the last four characters stay visible
_MIN_KNOWN = 8  # a shorter value may occur in any text by chance
_MIN_CODE = 32  # a shorter ``code`` is masked only in a code exchange

_SECRET = re.compile(
    r"(token|secret|password|passwd|pwd|apikey|signature|authorization|assertion|codeverifier"
    r"|privatekey|credentials?)$"
)
_SECRET_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie"})
# Other fields of a request body that exchanges an authorization code for a token.
_CODE_EXCHANGE = frozenset({"granttype", "clientid", "clientsecret", "redirecturi"})
_PAIR = re.compile(
    r"""(["']?)([A-Za-z_][\w.\-\[\]]{0,80})\1(\s*[=:](?!//)\s*)("(?:[^"\\]|\\.)*"?|'[^']*'?|[^\s"'&?;,<>{}]+)"""
)
_IN_URL = re.compile(r"([?&;])([\w.\-\[\]%]{1,80})=([^&\s\"'<>#;]+)")
# A run of text that may be one URL-encoded value, or a path.
_RUN = re.compile(r"[^\s\"'<>&=?]+")
_MAX_DECODINGS = 2  # a URL in a query is encoded twice
_SAFE = "/:@!$'()*+,;|~"
# Text after these words is a credential only if it is not a plain word.
_BEARER = re.compile(
    r"\b(bearer|basic)\s+(?=[A-Za-z]*[^A-Za-z\s])([^\s\"'<>,;]{8,})", re.IGNORECASE
)


def mask(secret: str) -> str:
    """Return the masked form of a secret; a masked secret stays unchanged."""
    if secret.startswith(MASK):
        return secret
    return MASK + secret[-4:] if len(secret) >= _MIN_PARTIAL else MASK


class Redactor:
    """Masks secrets. Known ones are masked wherever they occur, also if they are URL-encoded.

    Known are the values in ``secrets``, and what a regular expression in ``formats`` matches.
    """

    def __init__(self, secrets: Iterable[str] = (), formats: Iterable[str] = ()) -> None:
        self._secrets = sorted(
            {secret for secret in secrets if len(secret) >= _MIN_KNOWN}, key=len, reverse=True
        )
        # Without the secrets: the library keeps hundreds of expressions, also those of sandboxes that
        # have been deleted.
        joined = "|".join(f"(?:{each})" for each in formats)
        self._formats = re.compile(joined) if joined else None

    def header(self, name: str, value: str) -> str:
        """Return a redacted header value; the scheme of an authorization stays visible."""
        if name in ("cookie", "set-cookie"):
            return re.sub(r"([^=;,\s]+)=([^;,]*)", lambda m: f"{m[1]}={MASK}", value)
        if name in _SECRET_HEADERS:
            scheme, blank, credential = value.partition(" ")
            if not blank:
                return mask(value)
            return f"{scheme} {MASK if scheme.lower() == 'basic' else mask(credential.strip())}"
        if is_secret(name):
            return mask(value)
        return self.text(value)

    def query(self, text: str) -> str:
        """Return a redacted query string or form body."""
        return "&".join(self._pair(pair) for pair in text.split("&"))

    def _pair(self, pair: str) -> str:
        name, equals, value = pair.partition("=")
        decoded = unquote_plus(name)
        if equals and value and (is_secret(decoded) or decoded == "code"):
            return f"{self.value(name)}={mask(value)}"
        return self.value(pair)

    def value(self, text: str) -> str:
        """Return text without known secrets, and without the secrets in URLs within the text."""
        if "=" in text:
            text = _IN_URL.sub(_mask_in_url, text)
        text = self._mask_known(text)
        return _RUN.sub(self._mask_encoded, text) if "%" in text else text

    def _mask_known(self, text: str) -> str:
        # Formats come first, because an issued token may begin with a secret.
        if self._formats is not None:
            text = self._formats.sub(lambda m: mask(m[0]), text)
        for secret in self._secrets:
            if secret in text:
                text = text.replace(secret, mask(secret))
        return text

    def _mask_encoded(self, run: re.Match[str]) -> str:
        """Return text without the known secrets that it contains once it is decoded."""
        decoded = run[0]
        for _ in range(_MAX_DECODINGS):
            if "%" not in decoded:
                break
            decoded = unquote(decoded)
            masked = self._mask_known(decoded)
            if masked != decoded:
                return quote(masked, safe=_SAFE)
        return run[0]

    def data(self, value: Any) -> Any:
        """Return redacted JSON data: members with a secret's name, and known secrets elsewhere."""
        if isinstance(value, Mapping):
            is_exchange = bool(_CODE_EXCHANGE & {_normalized(name) for name in value})
            return {
                self.value(name): self._masked_value(member)
                if is_secret(name) or (name == "code" and _is_code(member, is_exchange=is_exchange))
                else self.data(member)
                for name, member in value.items()
            }
        if isinstance(value, list):
            return [self.data(item) for item in value]
        return self.value(value) if isinstance(value, str) else value

    def _masked_value(self, value: Any) -> Any:
        """Return the value of a member with a secret's name."""
        if isinstance(value, list):
            return [self._masked_value(item) for item in value]
        if isinstance(value, str) and value:
            return mask(value)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return MASK if is_number else self.data(value)

    def text(self, text: str) -> str:
        """Return redacted text of any kind, such as a page, a URL or truncated JSON."""
        # URLs come first, because the pair pattern matches a whole URL as one value.
        text = _PAIR.sub(_mask_pair, self.value(text))
        return _BEARER.sub(lambda m: f"{m[1]} {mask(m[2])}", text)


def is_secret(name: str) -> bool:
    """Return whether values with this name are secrets."""
    return bool(_SECRET.search(_normalized(name)))


def _normalized(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.rpartition(".")[2].lower())


def _is_code(value: Any, *, is_exchange: bool) -> bool:
    return isinstance(value, str) and (is_exchange or len(value) >= _MIN_CODE)


def _mask_in_url(match: re.Match[str]) -> str:
    separator, name, value = match.groups()
    decoded = unquote_plus(name)
    secret = is_secret(decoded) or decoded == "code"
    return f"{separator}{name}={mask(value)}" if secret else match[0]


def _mask_pair(match: re.Match[str]) -> str:
    quote, name, separator, value = match.groups()
    bare = value.strip("\"'")
    if not bare or not (is_secret(name) or (name == "code" and len(bare) >= _MIN_CODE)):
        return match[0]
    if _normalized(name).endswith("authorization"):
        return (
            match[0]
            if bare.lower() in ("bearer", "basic")
            else f"{quote}{name}{quote}{separator}{MASK}"
        )
    opening = value[0] if value[0] in "\"'" else ""
    closing = opening if len(value) > 1 and value.endswith(opening) else ""
    return f"{quote}{name}{quote}{separator}{opening}{mask(bare)}{closing}"
