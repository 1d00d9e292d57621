"""A store in an SQLite file, in write-ahead mode: others may read it while a batch is written."""

import logging
import os
import socket
import sqlite3
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import count, islice
from pathlib import Path
from threading import Lock
from typing import IO, Any
from urllib.parse import quote

import portalocker
from portalocker import AlreadyLocked, LockException, LockFlags

from mockvoice.kernel.clock import monotonic
from mockvoice.state_store.batch import Batch, Lease, StoreError
from mockvoice.state_store.reading import ReadableTables
from mockvoice.state_store.sqlite_tables import (
    MIGRATIONS,
    SqliteWriter,
    remove_unused_initial_layers,
)
from mockvoice.state_store.urls import SqliteUrl

logger = logging.getLogger("mockvoice.state")

# Marks a file as one of this program ("Mock"), in its header.
APPLICATION_ID = 0x4D6F636B
# How long a batch waits for another program that has locked the file.
BUSY_SECONDS = 5.0
# Batches after which the write-ahead log is moved to the file, which takes some 10 ms. A thread does that
# beside the next batches; only if the log has very many pages all the same, a batch does it itself.
BATCHES_BEFORE_CHECKPOINT = 100
PAGES_BEFORE_PAUSE = 8_000
PAGE_BYTES = 16384  # so that pages of documents, which have 1 to 2 KB, have little empty space
CACHE_KIB = 32 * 1024
# Batches up to this size are written at once, unless one has taken long lately.
MAX_ROWS_AT_ONCE = 200
SLOW_SECONDS = 0.02
SECONDS_AFTER_SLOWNESS = 10.0
# Rows that are read at once: each step of a statement gives the interpreter's lock away.
ROWS_PER_READ = 500
MAX_PAGE_BYTES = 65536  # which the header has as 1
_MAGIC = b"SQLite format 3\x00"


class SqliteDatabase(ReadableTables):
    """A store in an SQLite file, which one process uses at a time. Raises ``StoreError``."""

    node = None
    is_alone = True

    def __init__(self, url: SqliteUrl) -> None:
        self._url = url
        self._path = url.path
        self._writing: sqlite3.Connection | None = None
        self._reading: sqlite3.Connection | None = None
        self._read_lock = Lock()
        self._log = url.path.with_name(f"{url.path.name}-wal")
        self._checkpoints = ThreadPoolExecutor(1, "checkpoint")
        self._checkpoint: Future[None] | None = None
        self._batches = 0  # since the last checkpoint
        self._was_open = False
        self._timeout = ""  # the statement that has set how long the connection waits
        self._slow_until = 0.0  # until when all batches are written in a thread
        self._lock = self._lock_file()
        try:
            self._check_file()
            self._writing = self._open()
            self._file = _identity(self._path)
            self._sandbox_ids = count(self.last_sandbox() + 1)
        except BaseException:
            self.close()
            raise

    def _lock_file(self) -> IO[str]:
        """Lock a file beside that of the store, for as long as this process uses it."""
        path = self._path.with_name(f"{self._path.name}-lock")
        try:
            file = path.open("a")
        except OSError as error:
            raise StoreError(
                f"the folder of {self._path} cannot be written: {error.strerror}"
            ) from error
        try:
            portalocker.lock(file, LockFlags.EXCLUSIVE | LockFlags.NON_BLOCKING)
        except (AlreadyLocked, LockException) as error:
            file.close()
            raise StoreError(f"{self._path} is in use{self._owner()}") from error
        return file

    def _owner(self) -> str:
        """Return who holds the file, for a message; empty if that is unknown."""
        with suppress(sqlite3.Error):
            connection = self._connect(mode="ro")
            try:
                row = connection.execute("SELECT pid, host FROM owners").fetchone()
            finally:
                connection.close()
            if row is not None:
                return f" by the process {row[0]} on {row[1]}"
        return " by another process"

    def _check_file(self) -> None:
        """Raise ``StoreError`` for a file that is not one of SQLite, or not complete."""
        try:
            size = self._path.stat().st_size
            with self._path.open("rb") as file:
                head = file.read(100)
        except FileNotFoundError:
            return
        except OSError as error:
            raise StoreError(f"{self._path} cannot be read: {error.strerror}") from error
        if not head:
            return
        if not head.startswith(_MAGIC) or len(head) < 100:
            raise StoreError(f"{self._path} is not a store: it is not an SQLite file")
        has_log = _size(self._log) > 0
        page_size, pages = int.from_bytes(head[16:18]), int.from_bytes(head[28:32])
        if not has_log and size < pages * (MAX_PAGE_BYTES if page_size == 1 else page_size):
            raise StoreError(f"{self._path} is damaged: its end is missing")

    def _open(self) -> sqlite3.Connection:
        """Open the file for writing, create or upgrade its tables, and note who uses it."""
        with self._errors("cannot be opened"):
            connection = self._connect(mode="rwc")
            try:
                self._prepare(connection)
            except BaseException:
                connection.close()
                raise
            return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        """Create or upgrade the tables, and note who uses the file."""
        application = _pragma(connection, "application_id")
        version = _pragma(connection, "user_version")
        tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if application != APPLICATION_ID and (application or tables):
            raise StoreError(f"{self._path} is not a store: it is a file of another program")
        if version > len(MIGRATIONS):
            raise StoreError(
                f"{self._path} was written by a newer version of Mockvoice: it has the version "
                f"{version}, and this one reads up to {len(MIGRATIONS)}"
            )
        connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")  # of a new file
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA synchronous = {self._url.synchronous}")
        connection.execute(f"PRAGMA wal_autocheckpoint = {PAGES_BEFORE_PAUSE}")
        connection.execute("BEGIN IMMEDIATE")
        for script in MIGRATIONS[version:]:
            for statement in script.split(";"):
                connection.execute(statement)
        if not self._was_open:  # later, memory may have layers that no sandbox uses
            remove_unused_initial_layers(connection)
        connection.execute("DELETE FROM owners")
        connection.execute("INSERT INTO owners VALUES (?, ?)", (os.getpid(), socket.gethostname()))
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute("COMMIT")
        self._was_open = True

    def _connect(self, mode: str = "rw") -> sqlite3.Connection:
        """Connect; without ``c`` in the mode, a file that is gone is not created."""
        connection = sqlite3.connect(
            f"file:{quote(str(self._path))}?mode={mode}",
            uri=True,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        return connection

    @contextmanager
    def _errors(self, problem: str) -> Iterator[None]:
        """Turn errors of SQLite into ``StoreError``."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise StoreError(f"{self._path} {problem}: {error}") from error

    # -- writing -----------------------------------------------------------------------------

    def write_at_once(self, batch: Batch) -> bool:
        """Store a batch if that takes a millisecond or so; return whether it was done.

        A thread would take longer: each step of a statement gives the interpreter's lock away, and gets
        it back from the event loop only after some time.
        """
        starts_at = monotonic()
        if (
            self._writing is None
            or self._url.synchronous == "full"
            or batch.size > MAX_ROWS_AT_ONCE
            or starts_at < self._slow_until
        ):
            return False
        try:
            self._write(batch, "PRAGMA busy_timeout = 0")
        except StoreError as error:
            if isinstance(error.__cause__, sqlite3.OperationalError) and _is_busy(error.__cause__):
                return False
            raise
        if monotonic() - starts_at > SLOW_SECONDS:
            self._slow_until = monotonic() + SECONDS_AFTER_SLOWNESS
        return True

    def write(self, batch: Batch) -> None:
        """Store a batch in one transaction; for one thread at a time."""
        self._write(batch, f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000:.0f}")

    def _write(self, batch: Batch, timeout: str) -> None:
        self._check_identity()
        with self._errors("cannot be written"):
            if self._writing is None:
                self._writing, self._timeout = self._open(), ""
            connection = self._writing
            try:
                if timeout != self._timeout:
                    connection.execute(timeout)
                    self._timeout = timeout
                connection.execute("BEGIN IMMEDIATE")
                SqliteWriter(connection).write(batch)
                connection.execute("COMMIT")
            except BaseException:
                self._end_transaction(connection)
                raise
        self._check_identity()
        self._start_checkpoint()

    def _start_checkpoint(self) -> None:
        """Move the log to the file in another thread, if it has become long."""
        self._batches += 1
        is_busy = self._checkpoint is not None and not self._checkpoint.done()
        if not is_busy and self._batches >= BATCHES_BEFORE_CHECKPOINT:
            self._batches = 0
            self._checkpoint = self._checkpoints.submit(self._move_log)

    def _move_log(self) -> None:
        """Move the log to the file; batches go on beside it."""
        try:
            connection = self._connect()
            try:
                connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
            finally:
                connection.close()
        except sqlite3.Error as error:  # the batches go on, and try again
            logger.warning("the log of %s cannot be moved to the file: %s", self._path, error)

    def _check_identity(self) -> None:
        """Raise ``StoreError`` if the file is gone: SQLite would go on writing to one without a name."""
        try:
            identity = _identity(self._path)
        except OSError as error:
            raise StoreError(f"{self._path} is gone: {error.strerror}") from error
        if identity != self._file:
            raise StoreError(f"{self._path} was replaced while the server runs; start it again")

    def _end_transaction(self, connection: sqlite3.Connection) -> None:
        """Undo what was begun, or else close the connection, which undoes it too."""
        try:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        except sqlite3.Error:
            connection.close()
            self._writing = None

    # -- reading -----------------------------------------------------------------------------

    def _read(self, statement: str, *args: Any) -> list[Any]:
        self._check_identity()
        with self._read_lock, self._errors("cannot be read"):
            if self._reading is None:
                self._reading = self._connect()
                self._reading.execute("PRAGMA query_only = TRUE")
            return self._reading.execute(statement, args).fetchall()

    def _last_id(self, table: str) -> int:
        """Return the highest id that was ever used."""
        rows = self._read("SELECT seq FROM sqlite_sequence WHERE name = ?", table)
        return int(rows[0][0]) if rows else 0

    def last_sandbox(self) -> int:
        """Return the highest id of a sandbox that was ever used."""
        return self._last_id("sandboxes")

    def values(self, layer: int, table: str) -> Iterator[str]:
        """Yield the rows of a table in a layer: several at once, as a JSON array."""
        ids = self._read(
            "SELECT group_concat(id) FROM (SELECT id FROM layer_rows WHERE layer = ? AND name = ? "
            "ORDER BY id)",
            layer, table,
        )[0][0]  # fmt: skip
        remaining = iter(ids.split(",") if ids else ())
        while group := ",".join(islice(remaining, ROWS_PER_READ)):
            values = self._read(
                "SELECT group_concat(value, ',') FROM (SELECT value FROM layer_rows "  # noqa: S608
                f"WHERE id IN ({group}) AND value IS NOT NULL ORDER BY id)"
            )[0][0]
            if values:
                yield f"[{values}]"

    def claim(self, name: str) -> Lease:
        """Return the lease of a new sandbox. No other server can use the store."""
        return Lease(next(self._sandbox_ids), 0)

    def new_layer_ids(self) -> range:
        """Return ids of layers that were never used."""
        return range(self._last_id("layers") + 1, sys.maxsize)

    def end_start(self) -> None:
        """Do nothing: no other server can start."""

    def close(self) -> None:
        """Close the file, and let other processes use it."""
        self._checkpoints.shutdown(wait=True)
        for connection in (self._reading, self._writing):
            if connection is not None:
                with suppress(sqlite3.Error):
                    connection.close()
        self._lock.close()


def _is_busy(error: sqlite3.OperationalError) -> bool:
    return error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    value: int = connection.execute(f"PRAGMA {name}").fetchone()[0]
    return value


def _size(path: Path) -> int:
    """Return the bytes of a file; 0 if there is none."""
    return path.stat().st_size if path.exists() else 0


def _identity(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_dev, status.st_ino
