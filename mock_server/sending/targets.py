"""An account to be filled: where it is, what opens it, and what may be done there."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from mock_server.settings import is_loopback

MODES = ("read-only", "own-data", "full")
_SETTINGS = {"url", "mode", "credentials", "known", "abilities", "requests_per_minute"}


class BadTarget(Exception):
    """An account that is not described well enough, or that must not be written to."""


@dataclass(frozen=True, slots=True)
class Target:
    """One vendor's account. ``url`` stands before the vendor's own paths."""

    vendor: str
    url: str
    mode: str
    credentials: Mapping[str, str] = field(repr=False)
    known: Mapping[str, Any] = field(default_factory=dict)
    requests_per_minute: float | None = None

    @property
    def is_local(self) -> bool:
        """Whether it is on this machine, and so a mock."""
        return is_loopback(urlsplit(self.url).hostname or "")

    def check_writable(self, *, agreed: bool) -> None:
        """Raise ``BadTarget`` unless data may be put into the account."""
        if self.mode == "read-only":
            raise BadTarget(
                f"[{self.vendor}] is read-only: give it mode = \"own-data\" in the target file to fill it"
            )  # fmt: skip
        if not (self.is_local or agreed):
            raise BadTarget(
                f"{self.url} is not a mock on this machine: say --yes to fill a real account"
            )


def of_url(vendor: str, url: str, credentials: Mapping[str, str]) -> Target:
    """A mock on this machine, with the demo credentials. Raises ``BadTarget`` for any other server."""
    target = _of_settings(vendor, {"url": url, "mode": "full"}, credentials)
    if not target.is_local:
        raise BadTarget(f"{target.url} is not on this machine: describe it in a --target file")
    return target


def of_file(vendor: str, file: Path, url: str | None, demo: Mapping[str, str]) -> Target:
    """What a TOML file says of a vendor; a URL given beside it comes before the file's.

    A mock on this machine needs no credentials there. Raises ``BadTarget``.
    """
    try:
        settings = tomllib.loads(file.read_text("utf-8")).get(vendor)
    except (OSError, ValueError) as error:
        raise BadTarget(f"{file}: {error}") from error
    if not isinstance(settings, dict):
        raise BadTarget(f"{file} has no table [{vendor}]")
    return _of_settings(vendor, {**settings, **({"url": url} if url else {})}, demo)


def _of_settings(vendor: str, settings: Mapping[str, Any], demo: Mapping[str, str]) -> Target:
    strange = settings.keys() - _SETTINGS
    if strange:
        raise BadTarget(f"[{vendor}] has no setting {', '.join(sorted(strange))}")
    url = str(settings.get("url", "")).rstrip("/")
    if not url.startswith(("http://", "https://")) or not urlsplit(url).hostname:
        raise BadTarget(f"[{vendor}] needs a url that begins with http:// or https://")
    local = is_loopback(urlsplit(url).hostname or "")
    mode = settings.get("mode", "full" if local else "read-only")
    if mode not in MODES:
        raise BadTarget(f"[{vendor}] mode is {mode!r}, not one of {', '.join(MODES)}")
    credentials = settings.get("credentials", demo if local else {})
    if not isinstance(credentials, Mapping):
        raise BadTarget(f"[{vendor}] credentials must be a table")
    pace = settings.get("requests_per_minute")
    if pace is not None and not (isinstance(pace, int | float) and pace > 0):
        raise BadTarget(f"[{vendor}] requests_per_minute must be a number above 0")
    secrets = {name: _secret(name, value) for name, value in credentials.items()}
    return Target(vendor, url, mode, secrets, settings.get("known", {}), pace)


def _secret(name: str, value: object) -> str:
    text = str(value)
    if not text.startswith("env:"):
        return text
    variable = text.removeprefix("env:")
    if variable not in os.environ:
        raise BadTarget(f"the environment has no {variable}, which the credential {name} names")
    return os.environ[variable]
