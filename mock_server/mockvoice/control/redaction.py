"""Secrets as they are shown: by the names that they go by, and by their values where these are known.

Of a secret of 16 characters or more the last four stay, so that two can be told apart; of a
shorter one nothing does.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote_plus

STARS = "***"
_LONG = 16
_KNOWN_LONG = 8  # a shorter value may stand in any text by chance
_CODE_LONG = 32  # longer than what else is called a code

_SECRET = re.compile(
    r"(token|secret|password|passwd|pwd|apikey|signature|authorization|assertion|codeverifier"
    r"|privatekey|credentials?)$"
)
_SECRET_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie"})
# What stands beside an authorization code in the body that trades it.
_BESIDE_CODE = frozenset({"granttype", "clientid", "clientsecret", "redirecturi"})
_PAIR = re.compile(
    r"""(["']?)([A-Za-z_][\w.\-\[\]]{0,80})\1(\s*[=:](?!//)\s*)("(?:[^"\\]|\\.)*"?|'[^']*'?|[^\s"'&?;,<>{}]+)"""
)
_IN_URL = re.compile(r"([?&;])([\w.\-\[\]%]{1,80})=([^&\s\"'<>#;]+)")
# Of what follows these words only that is a credential which is no word itself.
_BEARER = re.compile(
    r"\b(bearer|basic)\s+(?=[A-Za-z]*[^A-Za-z\s])([^\s\"'<>,;]{8,})", re.IGNORECASE
)


def masked(secret: str) -> str:
    """What is shown of a secret; of what is shown already, the same."""
    if secret.startswith(STARS):
        return secret
    return STARS + secret[-4:] if len(secret) >= _LONG else STARS


class Redactor:
    """Hides what opens something. ``secrets`` are hidden wherever they stand."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        known = sorted(
            {each for each in secrets if len(each) >= _KNOWN_LONG}, key=len, reverse=True
        )
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    def header(self, name: str, value: str) -> str:
        """A header's value; of an authorization the scheme stays."""
        if name in ("cookie", "set-cookie"):
            return re.sub(r"([^=;,\s]+)=([^;,]*)", lambda m: f"{m[1]}={STARS}", value, count=0)
        if name in _SECRET_HEADERS:
            scheme, blank, rest = value.partition(" ")
            if not blank:
                return masked(value)
            return f"{scheme} {STARS if scheme.lower() == 'basic' else masked(rest.strip())}"
        if is_secret(name):
            return masked(value)
        return self.text(value)

    def query(self, text: str) -> str:
        """A query string or a form, pair by pair."""
        return "&".join(self._pair(each) for each in text.split("&"))

    def _pair(self, pair: str) -> str:
        name, equals, value = pair.partition("=")
        plain = unquote_plus(name)
        if equals and value and (is_secret(plain) or plain == "code"):
            return f"{name}={masked(value)}"
        return self.value(pair)

    def value(self, text: str) -> str:
        """Text without the secrets that are known, and without those in the URLs that it holds."""
        if "=" in text:
            text = _IN_URL.sub(_hide_in_url, text)
        return text if self._known is None else self._known.sub(lambda m: masked(m[0]), text)

    def data(self, value: Any) -> Any:
        """JSON data: what has a secret's name is hidden, and the rest searched for known ones."""
        if isinstance(value, Mapping):
            trades = bool(_BESIDE_CODE & {_plain(each) for each in value})
            return {
                self.value(name): _hidden(each)
                if is_secret(name) or (name == "code" and _is_code(each, trades=trades))
                else self.data(each)
                for name, each in value.items()
            }
        if isinstance(value, list):
            return [self.data(each) for each in value]
        return self.value(value) if isinstance(value, str) else value

    def text(self, text: str) -> str:
        """Text of any kind, such as a page, a URL, or JSON that was cut: pairs are found in it."""
        # URLs first, since to the rest each is but the value of what it stands behind.
        text = _PAIR.sub(_hide, self.value(text))
        return _BEARER.sub(lambda m: f"{m[1]} {masked(m[2])}", text)


def is_secret(name: str) -> bool:
    """Whether what goes by this name opens something."""
    return bool(_SECRET.search(_plain(name)))


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.rpartition(".")[2].lower())


def _is_code(value: Any, *, trades: bool) -> bool:
    return isinstance(value, str) and (trades or len(value) >= _CODE_LONG)


def _hidden(value: Any) -> Any:
    if isinstance(value, str) and value:
        return masked(value)
    return STARS if isinstance(value, int | float) and not isinstance(value, bool) else value


def _hide_in_url(match: re.Match[str]) -> str:
    before, name, value = match.groups()
    plain = unquote_plus(name)
    secret = is_secret(plain) or plain == "code"
    return f"{before}{name}={masked(value)}" if secret else match[0]


def _hide(match: re.Match[str]) -> str:
    quote, name, between, value = match.groups()
    bare = value.strip("\"'")
    if not bare or not (is_secret(name) or (name == "code" and len(bare) >= _CODE_LONG)):
        return match[0]
    if _plain(name).endswith("authorization"):
        return (
            match[0]
            if bare.lower() in ("bearer", "basic")
            else f"{quote}{name}{quote}{between}{STARS}"
        )
    opening = value[0] if value[0] in "\"'" else ""
    closing = opening if len(value) > 1 and value.endswith(opening) else ""
    return f"{quote}{name}{quote}{between}{opening}{masked(bare)}{closing}"
