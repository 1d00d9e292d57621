"""Options of a check."""

from dataclasses import dataclass
from pathlib import Path


class CheckError(Exception):
    """The contract could not be checked; the message says why."""


@dataclass(frozen=True, kw_only=True)
class CheckOptions:
    """The options of ``mockvoice check``."""

    vendors: tuple[str, ...]
    target: Path | None = None
    url: str | None = None
    mode: str | None = None
    report_dir: Path | None = None
    seed: int | None = None
    max_examples: int | None = None
    select: str | None = None
    strict_assumptions: bool = False
    compare: str | None = None
    dry_run: bool = False
    workers: int | None = None
    may_be_changed: bool = False  # confirmed for an account that looks like a real one
    ledgers: Path | None = None
    record_shapes_of: str | None = None  # record response shapes of the "server" or the "mock"
