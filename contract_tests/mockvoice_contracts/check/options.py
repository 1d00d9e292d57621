"""What is to be checked, and how."""

from dataclasses import dataclass
from pathlib import Path


class CheckError(Exception):
    """Nothing can be said of the contract, for a reason that one sentence says."""


@dataclass(frozen=True, kw_only=True)
class CheckOptions:
    """The command line of ``mockvoice check``."""

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
    may_be_changed: bool = False  # said of an account that looks like a real one
    ledgers: Path | None = None
    parity: str | None = None  # whose answers' shapes are kept: the "server"'s or the "mock"'s
