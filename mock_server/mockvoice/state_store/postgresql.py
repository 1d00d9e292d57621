"""A store in a database of PostgreSQL, which one process uses at a time."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import RLock
from typing import Any, LiteralString

import psycopg
from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from mockvoice.state_store.batch import Batch, StoreError
from mockvoice.state_store.postgresql_tables import (
    MIGRATIONS,
    PostgresqlWriter,
    remove_unused_initial_layers,
)
from mockvoice.state_store.reading import ReadableTables
from mockvoice.state_store.urls import PostgresqlUrl

# Options of the connection that its address does not have. A server that is silent is given up.
CONNECTION_OPTIONS = {
    "application_name": "mockvoice",
    "connect_timeout": "5",
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
    "tcp_user_timeout": "10000",
}
# How long a statement waits for a lock, and how long it may take.
SETTINGS: tuple[LiteralString, ...] = (
    "SET lock_timeout = '5s'",
    "SET statement_timeout = '60s'",
    "SET client_min_messages = warning",
)
ROWS_PER_READ = 500
# The key of the advisory lock of the process that uses the database ("Mock").
LOCK = 0x4D6F636B


class PostgresqlDatabase(ReadableTables):
    """A store in a database of PostgreSQL. Raises ``StoreError``.

    The connection that writes holds a lock of the server, so that no other process writes. What is read
    was therefore written by this process, or before it began.
    """

    def __init__(self, url: PostgresqlUrl) -> None:
        self._url = url
        # Distinguishes this process from others in the table of the owner.
        self._token = os.urandom(16).hex()
        self._is_owner = False
        self._writing: Connection[Any] | None = None
        self._reading: Connection[Any] | None = None
        self._lock = RLock()
        self._open()

    def _open(self) -> Connection[Any]:
        """Return the connection that writes; connect, and take the lock, if there is none."""
        if (writing := self._writing) is not None:
            return writing
        with self._lock, self._errors("cannot be used"):
            if self._writing is not None:
                return self._writing
            connection = self._connect()
            try:
                self._take_lock(connection)
                with connection.transaction():
                    self._migrate(connection)
                    self._claim(connection)
            except BaseException:
                connection.close()
                raise
            self._is_owner = True
            self._writing = connection
            return connection

    def _connect(self) -> Connection[Any]:
        options: dict[str, Any] = {**CONNECTION_OPTIONS, **conninfo_to_dict(self._url.conninfo)}
        connection: Connection[Any] = psycopg.connect(make_conninfo(**options), autocommit=True)
        for setting in SETTINGS:
            connection.execute(setting)
        return connection

    def _take_lock(self, connection: Connection[Any]) -> None:
        taken = connection.execute("SELECT pg_try_advisory_lock(%s)", (LOCK,)).fetchone()
        if taken is None or not taken[0]:
            raise StoreError(f"{self._url} is in use{_owner(connection)}")

    def _migrate(self, connection: Connection[Any]) -> None:
        """Create or upgrade the tables."""
        connection.execute("CREATE TABLE IF NOT EXISTS mockvoice_schema (version bigint NOT NULL)")
        row = connection.execute("SELECT version FROM mockvoice_schema").fetchone()
        if row is None:
            connection.execute("INSERT INTO mockvoice_schema VALUES (0)")
        version = 0 if row is None else row[0]
        if version > len(MIGRATIONS):
            raise StoreError(
                f"{self._url} was written by a newer version of Mockvoice: it has the version {version}, "
                f"and this one reads up to {len(MIGRATIONS)}"
            )
        for script in MIGRATIONS[version:]:
            connection.execute(script)
        connection.execute("UPDATE mockvoice_schema SET version = %s", (len(MIGRATIONS),))

    def _claim(self, connection: Connection[Any]) -> None:
        """Note who uses the database. Raises ``StoreError`` if another process has used it meanwhile."""
        row = connection.execute("SELECT token FROM mockvoice_owner").fetchone()
        if self._is_owner and (row is None or row[0] != self._token):
            raise StoreError(
                f"{self._url} was used by another server meanwhile; start this one again"
            )
        if not self._is_owner:
            remove_unused_initial_layers(connection)
            connection.execute("DELETE FROM mockvoice_owner")
            owner = (os.getpid(), socket.gethostname(), self._token)
            connection.execute("INSERT INTO mockvoice_owner VALUES (%s, %s, %s)", owner)

    @contextmanager
    def _errors(self, problem: str) -> Iterator[None]:
        """Turn errors of PostgreSQL into ``StoreError``."""
        try:
            yield
        except (psycopg.Error, OSError) as error:
            reason = " ".join(str(error).split())
            raise StoreError(f"{self._url} {problem}: {reason}") from error

    # -- writing -----------------------------------------------------------------------------

    def write_at_once(self, batch: Batch) -> bool:
        """Return false: nobody knows how long the network takes."""
        return False

    def write(self, batch: Batch) -> None:
        """Store a batch in one transaction; for one thread."""
        connection = self._open()
        try:
            with self._errors("cannot be written"), connection.transaction():
                PostgresqlWriter(connection).write(batch)
        except BaseException:
            if connection.closed or connection.broken:
                self._drop_connections()
            raise

    def _drop_connections(self) -> None:
        """Close the connections, so that the next use opens new ones and takes the lock again."""
        with self._lock:
            for connection in (self._writing, self._reading):
                if connection is not None:
                    with suppress(psycopg.Error):
                        connection.close()
            self._writing = self._reading = None

    # -- reading -----------------------------------------------------------------------------

    @contextmanager
    def _reader(self) -> Iterator[Connection[Any]]:
        """Return the connection that reads, for the block.

        The writing connection is opened first: it has the lock, so no earlier connection still writes.
        """
        with self._lock:
            self._open()
            try:
                with self._errors("cannot be read"):
                    if self._reading is None:
                        self._reading = self._connect()
                    yield self._reading
            except BaseException:
                if self._reading is not None and (self._reading.closed or self._reading.broken):
                    self._reading = None
                raise

    def _read(self, statement: str, *args: Any) -> list[Any]:
        with self._reader() as connection:
            return connection.execute(statement.replace("?", "%s").encode(), args).fetchall()

    def last_ids(self) -> tuple[int, int]:
        """Return the highest ids of a sandbox and of a layer that were ever used."""
        [(sandbox, layer)] = self._read("SELECT sandbox, layer FROM last_ids")
        return sandbox, layer

    def values(self, layer: int, table: str) -> Iterator[str]:
        """Yield the rows of a table in a layer: several at once, as a JSON array."""
        statement = (
            "SELECT value FROM layer_rows WHERE layer = %s AND name = %s AND value IS NOT NULL "
            "ORDER BY id"
        )
        with (
            self._reader() as connection,
            connection.transaction(),
            connection.cursor("layer_rows") as cursor,
        ):
            cursor.execute(statement, (layer, table))
            while rows := cursor.fetchmany(ROWS_PER_READ):
                yield f"[{','.join(value for (value,) in rows)}]"

    def close(self) -> None:
        """Close the connections, and let other processes use the database."""
        self._drop_connections()


def _owner(connection: Connection[Any]) -> str:
    """Return who uses the database, for a message."""
    with suppress(psycopg.Error):
        row = connection.execute("SELECT pid, host FROM mockvoice_owner").fetchone()
        if row is not None:
            return f" by the process {row[0]} on {row[1]}"
    return " by another process"
