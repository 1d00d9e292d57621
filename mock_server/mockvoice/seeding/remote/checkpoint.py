"""The checkpoint of a seeding run: a file from which an interrupted run resumes."""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from stat import S_ISREG
from types import TracebackType
from typing import Any, BinaryIO, Self

import portalocker
from portalocker import AlreadyLocked, LockException, LockFlags

FORMAT = 1
_HEADER_START = b'{"checkpoint": '


class InvalidCheckpoint(Exception):
    """The file is not a checkpoint, belongs to another run, is in use, or cannot be written."""


class Checkpoint:
    """A file with a header line, and a line for each attempt and each outcome of a request.

    An attempt is written before its request is sent. ``durable`` also syncs the file to disk, to
    prevent duplicates after a power failure.
    """

    def __init__(self, path: Path, *, durable: bool) -> None:
        self.path = path
        self.header: dict[str, Any] | None = None
        self.extracted: dict[str, Mapping[str, Any]] = {}  # by name, of completed requests
        # Names of the requests that may have been executed; those in ``extracted`` are completed.
        self.attempted: set[str] = set()
        self.complete = False
        self._durable = durable
        self._file: BinaryIO = _open_locked(path)
        try:
            self._load()
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:  # fmt: skip
        with suppress(OSError):  # a line that could not be written has been reported
            self._file.close()
        if self.header is None:
            self.remove()

    def begin(self, header: Mapping[str, Any]) -> None:
        """Write the header line."""
        header = {"checkpoint": FORMAT, **header}
        self._write(header)
        self.header = dict(header)

    def record_attempt(self, name: str) -> None:
        """Record that a request is about to be sent."""
        self.attempted.add(name)
        self._write({"attempt": name})

    def record_not_executed(self, name: str) -> None:
        """Record that the server has certainly not executed an attempted request."""
        self.attempted.discard(name)
        self._write({"not_executed": name})

    def record_done(self, name: str, extracted: Mapping[str, Any]) -> None:
        """Record that a request is completed, and the values that later requests need."""
        self.extracted[name] = extracted
        self._write({"done": name, "extracted": extracted})

    def finish(self) -> None:
        """Record that the run is complete."""
        self.complete = True
        self._write({"complete": True})

    def remove(self) -> None:
        """Delete the file."""
        self.path.unlink(missing_ok=True)

    def _load(self) -> None:
        valid_bytes = 0
        for line in self._file:
            # A killed run may leave an incomplete last line, which is discarded.
            if not line.endswith(b"\n"):
                if self.header is None and not line.startswith(_HEADER_START):
                    raise InvalidCheckpoint(f"{self.path} is not a seeding checkpoint")
                break
            try:
                self._apply(json.loads(line, parse_float=Decimal))
            except (ValueError, KeyError, TypeError) as error:
                raise InvalidCheckpoint(f"{self.path} is not a seeding checkpoint") from error
            valid_bytes += len(line)
        self._file.truncate(valid_bytes)
        self._file.seek(valid_bytes)

    def _apply(self, record: Any) -> None:
        if self.header is None:
            if record["checkpoint"] != FORMAT:
                raise ValueError(record["checkpoint"])
            self.header = record
        elif "attempt" in record:
            self.attempted.add(record["attempt"])
        elif "not_executed" in record:
            self.attempted.discard(record["not_executed"])
        elif "done" in record:
            self.extracted[record["done"]] = record["extracted"]
        else:
            self.complete = record["complete"]

    def _write(self, record: Mapping[str, Any]) -> None:
        line = json.dumps(record, ensure_ascii=False, default=_as_float)
        try:
            self._file.write(line.encode() + b"\n")
            self._file.flush()
            if self._durable:
                os.fsync(self._file.fileno())
        except OSError as error:
            raise InvalidCheckpoint(f"{self.path} cannot be written: {error.strerror}") from error


def _open_locked(path: Path) -> BinaryIO:
    try:
        file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b")
    except OSError as error:
        raise InvalidCheckpoint(f"{path}: {error.strerror}") from error
    if not S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise InvalidCheckpoint(f"{path} is not a regular file")
    try:
        portalocker.lock(file, LockFlags.EXCLUSIVE | LockFlags.NON_BLOCKING)
    except AlreadyLocked as error:
        file.close()
        raise InvalidCheckpoint(f"{path} is in use by another run") from error
    except LockException as error:
        file.close()
        raise InvalidCheckpoint(
            f"{path} cannot be locked: {error}; choose a file on a local disk"
        ) from error
    return file


def _as_float(value: Any) -> float:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{type(value).__name__} is not a JSON value")
