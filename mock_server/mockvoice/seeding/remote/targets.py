"""The account to be filled: what a target file says of it, and whether it may be written to."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from mockvoice.outbound import target_file
from mockvoice.outbound.target_file import InvalidTargetConfiguration, TargetSettings


def of_url(vendor: str, url: str, demo: Mapping[str, str]) -> TargetSettings:
    """A mock on this machine, with the demo credentials. Raises ``BadTarget`` for any other server."""
    target = target_file.settings(vendor, {"url": url, "mode": "full"})
    if not target.is_local:
        raise InvalidTargetConfiguration(
            f"{target.url} is not on this machine: describe it in a --target file"
        )
    return _opened(target, demo)


def of_file(vendor: str, file: Path, url: str | None, demo: Mapping[str, str]) -> TargetSettings:
    """What a TOML file says of a vendor; a URL given beside it comes before the file's.

    A mock on this machine needs no credentials there. Raises ``BadTarget``.
    """
    return _opened(target_file.read(vendor, file, demo, url=url), demo)


def _opened(target: TargetSettings, demo: Mapping[str, str]) -> TargetSettings:
    """The target with what it leaves open: on this machine there is a mock, elsewhere an account."""
    if target.credentials is None:
        target = replace(target, credentials=demo if target.is_local else {})
    if target.mode is None:
        target = replace(target, mode="full" if target.is_local else "read-only")
    return target


def check_writable(target: TargetSettings, *, agreed: bool) -> None:
    """Raise ``BadTarget`` unless data may be put into the account."""
    if target.mode == "read-only":
        raise InvalidTargetConfiguration(
            f"[{target.vendor}] is read-only: give it mode = \"own-data\" in the target file to fill it"
        )  # fmt: skip
    if not (target.is_local or agreed):
        raise InvalidTargetConfiguration(
            f"{target.url} is not a mock on this machine: say --yes to fill a real account"
        )
