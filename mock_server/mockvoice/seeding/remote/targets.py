"""The account to seed: its settings, and whether it may be changed."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from mockvoice.outbound import target_file
from mockvoice.outbound.target_file import InvalidTargetConfiguration, TargetSettings


def resolve(
    vendor: str,
    url: str | None,
    file: Path | None,
    demo: Mapping[str, str],
    known_records: Mapping[str, Any],
    connection: Mapping[str, Any],
) -> TargetSettings | None:
    """Return the settings of the account to seed; ``None`` if neither URL nor file is given.

    The URL and the settings of the connection override those of the file. Without a file it must be that of a mock on this machine,
    which has the demo credentials. Raises ``InvalidTargetConfiguration``.
    """
    if url is None and file is None:
        return None
    target = target_file.load(vendor, file, demo, url=url, **connection)
    target_file.check_known(target, known_records, "seed")
    if file is None and not target.is_local:
        raise InvalidTargetConfiguration(
            f"{target.url} is not on this machine: describe it in a --target file"
        )
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
