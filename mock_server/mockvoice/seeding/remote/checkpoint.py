"""A file of what was sent, so that a run that was cut off goes on where it ended."""

import json
import os
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

FORMAT = 1


class InvalidCheckpoint(Exception):
    """A file that is of another run, or that another run is writing."""


class Checkpoint:
    """What was tried and what was done, one JSON line each; the first line says of what run.

    A line is in the system's hands before anything is sent; with ``durable`` it is on the disk, so
    that not even a power cut makes a request come twice.
    """

    def __init__(self, path: Path, *, durable: bool) -> None:
        self.path = path
        self.header: dict[str, Any] | None = None
        self.kept: dict[str, Mapping[str, Any]] = {}  # by name, of what was done
        self.tried: set[str] = set()  # and may have been done
        self.complete = False
        self._durable = durable
        self._file: BinaryIO = _opened(path)
        try:
            self._read()
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:  # fmt: skip
        self._file.close()
        if self.header is None:
            self.remove()

    def begin(self, header: Mapping[str, Any]) -> None:
        """Say of what run this journal is."""
        self.header = {"journal": FORMAT, **header}
        self._write(self.header)

    def trying(self, name: str) -> None:
        """A request is about to be sent."""
        self.tried.add(name)
        self._write({"try": name})

    def done(self, name: str, kept: Mapping[str, Any]) -> None:
        """A request has been answered, and this is to be kept of its answer."""
        self.kept[name] = kept
        self._write({"done": name, "kept": kept})

    def finish(self) -> None:
        """Nothing is left to be sent."""
        self.complete = True
        self._write({"complete": True})

    def remove(self) -> None:
        """Let go of the file."""
        self.path.unlink(missing_ok=True)

    def _read(self) -> None:
        whole = 0
        for client in self._file:
            # A run that is killed may leave a line that has no end, and that counts for nothing.
            if not client.endswith(b"\n"):
                break
            try:
                self._take(json.loads(client, parse_float=Decimal))
            except (ValueError, KeyError, TypeError) as error:
                raise InvalidCheckpoint(f"{self.path} is no journal of a seeding") from error
            whole += len(client)
        self._file.truncate(whole)
        self._file.seek(whole)

    def _take(self, record: Any) -> None:
        if self.header is None:
            if record["journal"] != FORMAT:
                raise ValueError(record["journal"])
            self.header = record
        elif "try" in record:
            self.tried.add(record["try"])
        elif "done" in record:
            self.kept[record["done"]] = record["kept"]
        else:
            self.complete = record["complete"]

    def _write(self, record: Mapping[str, Any]) -> None:
        client = json.dumps(record, ensure_ascii=False, default=_number)
        self._file.write(client.encode() + b"\n")
        self._file.flush()
        if self._durable:
            os.fsync(self._file.fileno())


def _opened(path: Path) -> BinaryIO:
    try:
        file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b")
    except OSError as error:
        raise InvalidCheckpoint(f"{path}: {error.strerror}") from error
    try:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except ImportError:
        return file  # where files cannot be locked, two runs must not be started at once
    except OSError as error:
        file.close()
        raise InvalidCheckpoint(f"{path} is being written by another run") from error
    return file


def _number(value: Any) -> float:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{type(value).__name__} is no JSON value")
