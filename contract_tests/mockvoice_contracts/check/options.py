"""Options of a check."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


class CheckError(Exception):
    """The contract could not be checked; the message says why."""


@dataclass(frozen=True, kw_only=True)
class CheckOptions:
    """The options of ``mockvoice check``."""

    vendors: tuple[str, ...]
    target: Path | None = None
    url: str | None = None
    # Settings of a target file that override those in the file: ca_file, verify, proxy.
    connection: Mapping[str, Any] = field(default_factory=dict, repr=False)
    mode: str | None = None
    report_dir: Path | None = None
    seed: int | None = None
    max_examples: int | None = None
    select: str | None = None
    only: tuple[str, ...] = ()  # patterns of operation ids
    strict_assumptions: bool = False
    min_coverage: float | None = None  # percent of the operations of each vendor
    compare: str | None = None
    dry_run: bool = False
    explain: bool = False  # only print how the targets would be checked
    init: bool = False  # only write a target file
    workers: int | None = None
    may_be_changed: bool = False  # confirmed for an account that looks like a real one
    ledgers: Path | None = None
    record_shapes_of: str | None = None  # record response shapes of the "server" or the "mock"
