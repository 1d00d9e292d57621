"""Target files: the servers to check or to seed, their credentials, and what is allowed there."""

import os
import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from mockvoice.outbound.connection_settings import ConnectionSettings, InvalidConnectionSettings
from mockvoice.settings import is_loopback

MODES = ("read-only", "own-data", "full")
ABILITIES = ("clock", "outbox", "reset", "faults")


class InvalidTargetConfiguration(Exception):
    """A target file cannot be read, or one of its settings is invalid."""


@dataclass(frozen=True, kw_only=True)
class TargetSettings:
    """One table of a target file; ``None`` stands for an omitted setting.

    ``url`` is the part before the vendor's own paths. ``known`` contains ids of records that the
    API cannot create. ``ca_file``, ``verify`` and ``proxy`` are those of ``ConnectionSettings``.
    """

    vendor: str
    url: str
    mode: str | None = None
    credentials: Mapping[str, str] | None = field(default=None, repr=False)
    known: Mapping[str, Any] = field(default_factory=dict)
    abilities: frozenset[str] = frozenset()
    requests_per_minute: float | None = None
    max_requests: int | None = None
    operations: tuple[str, ...] = ()  # patterns of the operations that the server has; empty: all
    ca_file: Path | None = None
    verify: bool = True
    proxy: str | None = field(default=None, repr=False)

    @property
    def connection(self) -> ConnectionSettings:
        """How the server is reached."""
        return ConnectionSettings(ca_file=self.ca_file, verify=self.verify, proxy=self.proxy)

    @property
    def is_local(self) -> bool:
        """Whether the URL is on this machine. A tunnel to another machine looks local, too."""
        return is_loopback(urlsplit(self.url).hostname or "")


def load(
    vendor: str, file: Path | None, roles: Collection[str] | None = None, **overrides: Any
) -> TargetSettings:
    """Load a vendor's settings from a TOML file; ``overrides`` other than ``None`` take precedence.

    Without a file, the overrides are all settings. Raises ``InvalidTargetConfiguration``.
    """
    table = {} if file is None else read_table(vendor, file)
    overriding = {name: value for name, value in overrides.items() if value is not None}
    # One of these two settings replaces both.
    if "ca_file" in overriding or "verify" in overriding:
        table = {name: value for name, value in table.items() if name not in ("ca_file", "verify")}
    folder = Path() if file is None else file.parent
    return parse(vendor, {**table, **overriding}, roles, folder, from_options=overriding)


def read_table(vendor: str, file: Path) -> dict[str, Any]:
    """Return a vendor's table as it is written. Raises ``InvalidTargetConfiguration``."""
    try:
        table = tomllib.loads(file.read_text("utf-8")).get(vendor)
    except OSError as error:
        raise InvalidTargetConfiguration(f"{file}: {error.strerror}") from error
    except ValueError as error:
        raise InvalidTargetConfiguration(f"{file} is not valid TOML: {error}") from error
    if not isinstance(table, dict):
        raise InvalidTargetConfiguration(f"{file} has no table [{vendor}]")
    return table


def parse(
    vendor: str,
    table: Mapping[str, Any],
    roles: Collection[str] | None = None,
    folder: Path = Path(),
    from_options: Collection[str] = (),
) -> TargetSettings:
    """Validate a table, and read ``env:NAME`` from the environment.

    The names of credentials must be among ``roles``, if there are any. A relative path begins in
    ``folder``. Messages call settings ``from_options`` by their options. Raises
    ``InvalidTargetConfiguration``.
    """
    if unknown := sorted(table.keys() - _KINDS.keys()):
        raise InvalidTargetConfiguration(
            f"[{vendor}] has the unknown setting {', '.join(unknown)}; "
            f"known settings are {', '.join(sorted(_KINDS))}{_suggestion(unknown, _KINDS)}"
        )
    table = {
        name: _expand(f"setting {name}", value) if name in _FROM_ENVIRONMENT else value
        for name, value in table.items()
    }
    for name, value in table.items():
        if not _is_valid(name, value):
            # The message does not quote the value: it may hold a secret, such as a password in a URL.
            origin = f"--{name}" if name in from_options else f"[{vendor}] {name}"
            raise InvalidTargetConfiguration(f"{origin} must be {_KINDS[name][1]}")
    if "url" not in table:
        raise InvalidTargetConfiguration(
            f"[{vendor}] needs a url that begins with http:// or https://"
        )
    credentials = table.get("credentials")
    if unknown := sorted((credentials or {}).keys() - set(roles if roles else credentials or ())):
        raise InvalidTargetConfiguration(
            f"[{vendor}] has the unknown credential {', '.join(unknown)}; "
            f"known credentials are {', '.join(sorted(roles or ()))}{_suggestion(unknown, roles or ())}"
        )
    secrets = (
        None
        if credentials is None
        else {name: _expand(f"credential {name}", value) for name, value in credentials.items()}
    )
    scheme, _, address = table["url"].partition("://")
    settings = TargetSettings(
        **{
            **table,
            "vendor": vendor,
            "url": f"{scheme.lower()}://{address.rstrip('/')}",
            "credentials": secrets,
            "abilities": frozenset(table.get("abilities", ())),
            "operations": tuple(table.get("operations", ())),
            "ca_file": folder / table["ca_file"] if "ca_file" in table else None,
        }
    )
    try:
        settings.connection.validate(settings.url)
    except InvalidConnectionSettings as error:
        raise InvalidTargetConfiguration(f"[{vendor}] cannot be called: {error}") from error
    return settings


def check_known(settings: TargetSettings, declared: Mapping[str, Any], reader: str) -> None:
    """Raise ``InvalidTargetConfiguration`` if ``known`` has names that ``reader``, a command, cannot use.

    ``declared`` are the ``KnownRecords`` of the vendor. A name that only another command reads is
    allowed if there is also one that ``reader`` reads.
    """
    table = f"[{settings.vendor}] known"
    read = {name: known for name, known in declared.items() if reader in known.readers}
    if unknown := sorted(settings.known.keys() - declared.keys()):
        raise InvalidTargetConfiguration(
            f"{table} has the unknown name {', '.join(unknown)}; known names are "
            f"{', '.join(declared) or 'none: nothing reads this table'}{_suggestion(unknown, declared)}"
        )
    if settings.known and not settings.known.keys() & read.keys():
        raise InvalidTargetConfiguration(
            f"{table}: {', '.join(sorted(settings.known))} is not read by mockvoice {reader}; write "
            + " or ".join(
                f"{name} = {known.example} ({known.description})" for name, known in read.items()
            )
        )
    for name, value in settings.known.items():
        expected = tomllib.loads(f"value = {declared[name].example}")["value"]
        if not _is_like(value, expected):
            raise InvalidTargetConfiguration(
                f"{table}.{name} must be written like {declared[name].example}: "
                f"{declared[name].description}"
            )


def _is_like(value: Any, example: Any) -> bool:
    """Return whether a value has the form of an example, such as a table of ids by numbers."""
    if isinstance(example, dict):
        names_are_numbers = all(map(_is_decimal, example))
        member = next(iter(example.values()))
        if not isinstance(value, dict):
            return False
        if names_are_numbers and not (all(map(_is_decimal, value)) and _are_different(value)):
            return False
        return all(_is_like(part, member) for part in value.values())
    return _is_count(value) if isinstance(example, int) else type(value) is type(example)


def _are_different(numbers: Collection[str]) -> bool:
    return len(set(map(Decimal, numbers))) == len(numbers)


def _is_decimal(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except ArithmeticError:
        return False


def _is_url(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018 - raises ValueError for an invalid port
    except ValueError:
        return False
    has_extras = parts.query or parts.fragment or parts.username or parts.password
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not has_extras


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value > 0


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


# By setting: the check of a value, and what a valid value is.
_KINDS = {
    "url": (_is_url, "a URL such as https://crm.example.com, without credentials or query"),
    "mode": (lambda value: value in MODES, f"one of {', '.join(MODES)}"),
    "credentials": (
        lambda value: (
            isinstance(value, dict) and all(isinstance(text, str) for text in value.values())
        ),
        "a table of strings",
    ),
    "known": (lambda value: isinstance(value, dict), "a table"),
    "abilities": (
        lambda value: isinstance(value, list) and all(ability in ABILITIES for ability in value),
        f"a list of {', '.join(ABILITIES)}",
    ),
    "requests_per_minute": (_is_number, "a number above zero"),
    "max_requests": (_is_count, "a whole number above zero"),
    "operations": (
        lambda value: isinstance(value, list) and bool(value) and all(map(_is_text, value)),
        'a list of operation ids or patterns, such as ["invoices.*"]',
    ),
    "ca_file": (_is_text, "the path of a file with certificates in PEM format"),
    "verify": (lambda value: isinstance(value, bool), "true or false"),
    "proxy": (_is_text, "a URL such as http://proxy.example:3128"),
}
SETTINGS = tuple(_KINDS)
# Settings, besides the credentials, that may be env:NAME.
_FROM_ENVIRONMENT = ("ca_file", "proxy")


def _is_valid(name: str, value: Any) -> bool:
    return bool(_KINDS[name][0](value))


def _suggestion(unknown: Iterable[str], known: Iterable[str]) -> str:
    names = list(known)
    similar = [match for name in unknown for match in get_close_matches(name.lower(), names, 1)]
    return f"; did you mean {' or '.join(map(repr, dict.fromkeys(similar)))}?" if similar else ""


def _expand(setting: str, value: Any) -> Any:
    """Return a value, or that of the environment variable that it names."""
    if not (isinstance(value, str) and value.startswith("env:")):
        return value
    variable = value.removeprefix("env:")
    if variable not in os.environ:
        raise InvalidTargetConfiguration(
            f"the environment variable {variable}, which the {setting} names, is not set"
        )
    return os.environ[variable]
