"""The account to seed: its settings, and whether it may be changed."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from mockvoice.outbound import target_file
from mockvoice.outbound.target_file import InvalidTargetConfiguration, TargetSettings


def resolve(
    vendor: str, url: str | None, file: Path | None, demo: Mapping[str, str]
) -> TargetSettings | None:
    """Return the account of a target file or a URL; ``None`` without either.

    Raises ``InvalidTargetConfiguration``.
    """
    if file is not None:
        return of_file(vendor, file, url, demo)
    return None if url is None else of_url(vendor, url, demo)


def of_url(vendor: str, url: str, demo: Mapping[str, str]) -> TargetSettings:
    """Return the settings of a mock on this machine, with the demo credentials.

    Raises ``InvalidTargetConfiguration`` for any other server.
    """
    target = target_file.parse(vendor, {"url": url, "mode": "full"})
    if not target.is_local:
        raise InvalidTargetConfiguration(
            f"{target.url} is not on this machine: describe it in a --target file"
        )
    return _with_defaults(target, demo)


def of_file(vendor: str, file: Path, url: str | None, demo: Mapping[str, str]) -> TargetSettings:
    """Return a vendor's settings from a TOML file; ``url`` overrides that of the file.

    A mock on this machine needs no credentials in the file. Raises ``InvalidTargetConfiguration``.
    """
    return _with_defaults(target_file.load(vendor, file, demo, url=url), demo)


def _with_defaults(target: TargetSettings, demo: Mapping[str, str]) -> TargetSettings:
    """Return the target with defaults: a local one is a mock, any other a real account."""
    if target.credentials is None:
        target = replace(target, credentials=demo if target.is_local else {})
    if target.mode is None:
        target = replace(target, mode="full" if target.is_local else "read-only")
    return target


def check_writable(target: TargetSettings, *, confirmed: bool) -> None:
    """Raise ``InvalidTargetConfiguration`` unless the account may be changed."""
    if target.mode == "read-only":
        raise InvalidTargetConfiguration(
            f'[{target.vendor}] is read-only: set mode = "own-data" in the target file to seed it'
        )
    if not (target.is_local or confirmed):
        raise InvalidTargetConfiguration(
            f"{target.url} is not a mock on this machine: add --yes to seed a real account"
        )
