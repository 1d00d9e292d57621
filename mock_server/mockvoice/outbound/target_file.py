"""Target files: which servers are to be checked or filled, with which credentials, and how far one may go."""

import os
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from mockvoice.settings import is_loopback

MODES = ("read-only", "own-data", "full")
ABILITIES = ("clock", "outbox", "reset", "faults")


class InvalidTargetConfiguration(Exception):
    """What is to be tested or filled is not said well enough."""


@dataclass(frozen=True, kw_only=True)
class TargetSettings:
    """What a table of a target file says. ``None`` is what it leaves open.

    ``url`` stands before the vendor's own paths. ``known`` names what the API cannot create.
    """

    vendor: str
    url: str
    mode: str | None = None
    credentials: Mapping[str, str] | None = field(default=None, repr=False)
    known: Mapping[str, Any] = field(default_factory=dict)
    abilities: frozenset[str] = frozenset()
    requests_per_minute: float | None = None
    max_requests: int | None = None

    @property
    def is_local(self) -> bool:
        """Whether the server runs on this machine, or seems to: a tunnel ends here, too."""
        return is_loopback(urlsplit(self.url).hostname or "")


def read(
    vendor: str, file: Path, roles: Collection[str] | None = None, **instead: Any
) -> TargetSettings:
    """What a TOML file says of a vendor; what is given ``instead`` and not ``None`` comes first.

    Raises ``BadTarget``.
    """
    try:
        table = tomllib.loads(file.read_text("utf-8")).get(vendor)
    except OSError as error:
        raise InvalidTargetConfiguration(f"{file}: {error.strerror}") from error
    except ValueError as error:
        raise InvalidTargetConfiguration(f"{file} is no TOML: {error}") from error
    if not isinstance(table, dict):
        raise InvalidTargetConfiguration(f"{file} has no table [{vendor}]")
    said = {name: value for name, value in instead.items() if value is not None}
    return settings(vendor, {**table, **said}, roles)


def settings(
    vendor: str, table: Mapping[str, Any], roles: Collection[str] | None = None
) -> TargetSettings:
    """A table, checked, with ``env:NAME`` read from the environment. Raises ``BadTarget``.

    ``roles`` are the names that the vendor's credentials have, if they are to be checked.
    """
    known = set(TargetSettings.__dataclass_fields__) - {"vendor"}
    if strange := sorted(table.keys() - known):
        raise InvalidTargetConfiguration(
            f"[{vendor}] has no setting {', '.join(strange)}; there are {', '.join(sorted(known))}"
        )
    for name, value in table.items():
        if not _fits(name, value):
            # What was said instead may hold a secret, such as a password in an address.
            raise InvalidTargetConfiguration(f"[{vendor}] {name} has to be {_KINDS[name][1]}")
    if "url" not in table:
        raise InvalidTargetConfiguration(
            f"[{vendor}] needs a url that begins with http:// or https://"
        )
    credentials = table.get("credentials")
    if strange := sorted((credentials or {}).keys() - set(roles if roles else credentials or ())):
        raise InvalidTargetConfiguration(
            f"[{vendor}] has no credential {', '.join(strange)}; "
            f"there are {', '.join(sorted(roles or ()))}"
        )
    secrets = (
        None
        if credentials is None
        else {name: _secret(name, value) for name, value in credentials.items()}
    )
    return TargetSettings(
        **{
            **table,
            "vendor": vendor,
            "url": table["url"].rstrip("/"),
            "credentials": secrets,
            "abilities": frozenset(table.get("abilities", ())),
        }
    )


def _is_url(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018 - raises for a port that is none
    except ValueError:
        return False
    plain = not (parts.query or parts.fragment or parts.username or parts.password)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and plain


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value > 0


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


_KINDS = {
    "url": (_is_url, "an address like https://crm.example.com, without credentials or query"),
    "mode": (lambda value: value in MODES, f"one of {', '.join(MODES)}"),
    "credentials": (
        lambda value: isinstance(value, dict) and all(isinstance(e, str) for e in value.values()),
        "a table of texts",
    ),
    "known": (lambda value: isinstance(value, dict), "a table"),
    "abilities": (
        lambda value: isinstance(value, list) and all(each in ABILITIES for each in value),
        f"a list of {', '.join(ABILITIES)}",
    ),
    "requests_per_minute": (_is_number, "a number above zero"),
    "max_requests": (_is_count, "a whole number above zero"),
}


def _fits(name: str, value: Any) -> bool:
    return bool(_KINDS[name][0](value))


def _secret(name: str, value: str) -> str:
    if not value.startswith("env:"):
        return value
    variable = value.removeprefix("env:")
    if variable not in os.environ:
        raise InvalidTargetConfiguration(
            f"the environment has no {variable}, which the credential {name} names"
        )
    return os.environ[variable]
