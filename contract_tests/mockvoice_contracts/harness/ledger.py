"""Ledgers of records created in own-data mode, on disk so that they survive a killed run."""

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import IO, Self

import click
import portalocker
from portalocker import AlreadyLocked, LockException, LockFlags


class LedgerError(Exception):
    """The ledger cannot be read or written, so the run must not create records."""


Record = tuple[str, str]  # a path parameter and its value, such as ("invoiceId", "41")


def cache_folder() -> Path:
    """Return the user's folder for data that later runs need."""
    return Path(click.get_app_dir("mockvoice"))


def default_folder() -> Path:
    """Return the folder of the ledgers: ``MOCKVOICE_LEDGERS`` or the user's folder."""
    configured = os.environ.get("MOCKVOICE_LEDGERS")
    return Path(configured) if configured else cache_folder() / "ledgers"


class Ledger:
    """The records that one process has created at one server, in order.

    Every change is on disk before the next request is sent. The file is locked while its process
    runs, so that other processes can see which records are in use. Raises ``LedgerError``, also if
    a creating request or a created record cannot be recorded.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self._file = _open_locked(file)
        self.created: dict[Record, None] = {}
        self._aliases: dict[Record, list[Record]] = {}  # all entries in ``created`` of one record
        self.unanswered: list[str] = []
        self._load()

    @classmethod
    def create(cls, folder: Path, vendor: str, url: str) -> Self:
        """Create a ledger for this process."""
        return cls(folder / f"{_file_prefix(vendor, url)}.{os.getpid()}.jsonl")

    @classmethod
    def abandoned(cls, folder: Path, vendor: str, url: str) -> Iterator[Self]:
        """Yield the ledgers of runs that ended without deleting their records."""
        for file in sorted(folder.glob(f"{_file_prefix(vendor, url)}.*.jsonl")):
            try:
                yield cls(file)
            except AlreadyLocked:
                continue  # Its process is still running.

    def record_request(self, request: str) -> None:
        """Record that a creating request is about to be sent."""
        self._append({"sent": request})
        self.unanswered.append(request)

    def record_response(self, request: str, *created: Record) -> None:
        """Record that the response arrived, with the records that it created."""
        self._apply_response(request, created)  # first, so that this run can delete the records
        self._append({"answered": request, "created": created})

    def record_deletion(self, record: Record) -> None:
        """Record that a record no longer exists."""
        self._apply_deletion(record)
        # Without this entry, a later run tries the deletion again, which does no harm.
        with suppress(LedgerError):
            self._append({"gone": record})

    def close(self) -> None:
        """Close the file; keep it only if records are left to delete."""
        with suppress(OSError):  # an entry that could not be written has been reported
            self._file.close()  # Windows cannot delete an open file.
        if not self.created:
            self.file.unlink(missing_ok=True)

    def _apply_response(self, request: str, created: tuple[Record, ...]) -> None:
        if request in self.unanswered:
            self.unanswered.remove(request)
        self.created.update(dict.fromkeys(created))
        for record in created:
            self._aliases[record] = [alias for alias in created if alias[1] == record[1]]

    def _apply_deletion(self, record: Record) -> None:
        for alias in self._aliases.pop(record, [record]):
            self.created.pop(alias, None)

    def _append(self, entry: object) -> None:
        try:
            self._file.write(json.dumps(entry) + "\n")
            self._file.flush()
        except OSError as error:
            raise LedgerError(
                f"the ledger {self.file} cannot be written: {error.strerror}"
            ) from error

    def _load(self) -> None:
        self._file.seek(0)
        for line in self._file.read().splitlines():
            try:
                entry = json.loads(line)
            except ValueError:
                continue  # A kill truncated this line; nothing was sent after it.
            match entry:
                case {"sent": request}:
                    self.unanswered.append(request)
                case {"answered": request, "created": created}:
                    self._apply_response(request, tuple((name, value) for name, value in created))
                case {"gone": [name, value]}:
                    self._apply_deletion((name, value))


def _open_locked(file: Path) -> IO[str]:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        opened = file.open("a+", encoding="utf-8")
    except OSError as error:
        raise LedgerError(f"the ledger {file} cannot be opened: {error.strerror}") from error
    try:
        portalocker.lock(opened, LockFlags.EXCLUSIVE | LockFlags.NON_BLOCKING)
    except AlreadyLocked:
        opened.close()
        raise
    except LockException as error:
        opened.close()
        raise LedgerError(
            f"the ledger {file} cannot be locked: {error}; choose a folder on a local disk with --ledgers"
        ) from error
    return opened


def _file_prefix(vendor: str, url: str) -> str:
    return f"{vendor}-{sha256(url.encode()).hexdigest()[:16]}"
