"""A store in a database of PostgreSQL, which one process uses at a time."""

import os
import socket
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import RLock
from typing import Any, LiteralString

import psycopg
from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from mockvoice.state_store.batch import (
    Batch,
    StoreError,
)
from mockvoice.state_store.encoding import encoded, text
from mockvoice.state_store.layers import all_rows, changed_rows
from mockvoice.state_store.reading import UNUSED_INITIAL_LAYERS, ReadableTables
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

# Each script upgrades a database to the version of its position, from 1 on.
MIGRATIONS = (
    """
    CREATE TABLE mockvoice_owner (pid bigint NOT NULL, host text NOT NULL, token text NOT NULL);
    CREATE TABLE sandboxes (
        id bigint PRIMARY KEY,
        name text NOT NULL UNIQUE,
        description text NOT NULL
    );
    CREATE TABLE states (
        sandbox bigint NOT NULL,
        vendor text NOT NULL,
        layer bigint NOT NULL,
        seed bigint NOT NULL,
        PRIMARY KEY (sandbox, vendor)
    );
    CREATE TABLE snapshots (
        id bigint GENERATED ALWAYS AS IDENTITY,
        sandbox bigint NOT NULL,
        name text NOT NULL,
        description text NOT NULL,
        PRIMARY KEY (sandbox, name)
    );
    CREATE TABLE faults (
        sandbox bigint NOT NULL,
        id bigint NOT NULL,
        description text NOT NULL,
        PRIMARY KEY (sandbox, id)
    );
    CREATE TABLE layers (
        id bigint PRIMARY KEY,
        parent bigint,
        sandbox bigint,
        vendor text NOT NULL,
        schema bigint NOT NULL,
        waits boolean NOT NULL,
        contents text NOT NULL
    );
    CREATE INDEX layers_of_sandboxes ON layers (sandbox);
    CREATE TABLE used_layers (
        sandbox bigint NOT NULL,
        layer bigint NOT NULL,
        PRIMARY KEY (sandbox, layer)
    );
    CREATE TABLE layer_rows (
        id bigint GENERATED ALWAYS AS IDENTITY,
        layer bigint NOT NULL,
        name text NOT NULL,
        key text NOT NULL,
        value text,
        PRIMARY KEY (layer, name, key)
    );
    CREATE TABLE last_ids (sandbox bigint NOT NULL, layer bigint NOT NULL);
    INSERT INTO last_ids VALUES (0, 0);
    """,
)

# Statements that write any number of rows, whose columns are arrays.
_SANDBOXES = """
    INSERT INTO sandboxes SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[])
    ON CONFLICT (id) DO UPDATE SET description = excluded.description
"""
_LAYERS = """
    INSERT INTO layers SELECT * FROM unnest(
        %s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::bigint[], %s::boolean[], %s::text[]
    )
    ON CONFLICT (id) DO UPDATE SET waits = excluded.waits, contents = excluded.contents
"""
_STATES = """
    INSERT INTO states
    SELECT * FROM unnest(%s::bigint[], %s::text[], %s::bigint[], %s::bigint[])
    ON CONFLICT (sandbox, vendor) DO UPDATE SET layer = excluded.layer, seed = excluded.seed
"""
_SNAPSHOTS = """
    INSERT INTO snapshots (sandbox, name, description)
    SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[])
    ON CONFLICT (sandbox, name) DO UPDATE SET description = excluded.description
"""
_ROWS = """
    INSERT INTO layer_rows (layer, name, key, value)
    SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[])
    ON CONFLICT (layer, name, key) DO UPDATE SET value = excluded.value
"""
_FAULTS = """
    INSERT INTO faults SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::text[])
    ON CONFLICT (sandbox, id) DO UPDATE SET description = excluded.description
"""
_REMOVED_FAULTS = """
    DELETE FROM faults WHERE (sandbox, id) IN
    (SELECT * FROM unnest(%s::bigint[], %s::bigint[]))
"""
_REMOVED_ROWS = """
    DELETE FROM layer_rows WHERE (layer, name, key) IN
    (SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[]))
"""
_REMOVED_SNAPSHOTS = """
    DELETE FROM snapshots WHERE (sandbox, name) IN
    (SELECT * FROM unnest(%s::bigint[], %s::text[]))
"""


class PostgresqlDatabase(ReadableTables):
    """A store in a database of PostgreSQL. Raises ``StoreError``.

    The connection that writes holds a lock of the server, so that no other process writes. What is read
    was therefore written by this process, or before it began.
    """

    def __init__(self, url: PostgresqlUrl) -> None:
        self._url = url
        self._token = os.urandom(
            16
        ).hex()  # tells this process from others in the table of the owner
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
            _remove_unused_initial_layers(connection)
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
                _write(connection, batch)
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

        It is opened after that which writes, whose lock says that no earlier one is still at work.
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


def _remove_unused_initial_layers(connection: Connection[Any]) -> None:
    """Remove layers of initial data that sandboxes have shared, and that none uses any more."""
    unused = connection.execute(UNUSED_INITIAL_LAYERS).fetchall()
    _remove_layers(connection, [layer for (layer,) in unused])


def _write(connection: Connection[Any], batch: Batch) -> None:
    for layer, backend in batch.full_layers:
        with connection.cursor().copy(
            "COPY layer_rows (layer, name, key, value) FROM STDIN"
        ) as copy:
            for row in encoded(all_rows(layer, backend)):
                copy.write_row(row)
    namesakes = [
        namesake
        for number, name in batch.new_sandboxes
        for (namesake,) in connection.execute(
            "SELECT id FROM sandboxes WHERE name = %s AND id <> %s", (name, number)
        ).fetchall()
    ]
    with connection.pipeline():  # all statements in one round trip
        _remove_sandboxes(connection, batch.removed_sandboxes + namesakes)
        _write_many(connection, _SANDBOXES, batch.sandboxes)
        _write_many(connection, _LAYERS, batch.layers.values())
        for layer, backend, changes in batch.large_changes:
            _write_many(connection, _ROWS, encoded(changed_rows(layer, backend, changes)))
        _write_many(connection, _ROWS, encoded(batch.rows))
        removed = ((layer, name, text(key)) for layer, name, key in batch.removed_rows)
        _write_many(connection, _REMOVED_ROWS, removed)
        _write_many(connection, _STATES, batch.states)
        _write_many(connection, _REMOVED_FAULTS, batch.removed_faults)
        _write_many(connection, _FAULTS, batch.faults)
        _write_many(connection, _REMOVED_SNAPSHOTS, batch.removed_snapshots)
        _write_many(connection, _SNAPSHOTS, batch.snapshots)
        for sandbox, layers in batch.used_layers:
            connection.execute("DELETE FROM used_layers WHERE sandbox = %s", (sandbox,))
            connection.execute(
                "INSERT INTO used_layers SELECT %s, unnest(%s::bigint[])", (sandbox, list(layers))
            )
        for layer, child in batch.merged_layers:
            _merge(connection, layer, child)
        _remove_layers(connection, batch.removed_layers)
        _note_ids(connection, batch)


def _note_ids(connection: Connection[Any], batch: Batch) -> None:
    """Note the highest ids, which are not used again."""
    sandbox = max((record.id for record in batch.sandboxes), default=0)
    layer = max((record.id for record in batch.layers.values()), default=0)
    if sandbox or layer:
        connection.execute(
            "UPDATE last_ids SET sandbox = greatest(sandbox, %s), layer = greatest(layer, %s)",
            (sandbox, layer),
        )


def _remove_sandboxes(connection: Connection[Any], sandboxes: Sequence[int]) -> None:
    if not sandboxes:
        return
    connection.execute(
        "DELETE FROM layer_rows WHERE layer IN (SELECT id FROM layers WHERE sandbox = ANY(%s))",
        (sandboxes,),
    )
    for statement in (
        "DELETE FROM layers WHERE sandbox = ANY(%s)",
        "DELETE FROM states WHERE sandbox = ANY(%s)",
        "DELETE FROM snapshots WHERE sandbox = ANY(%s)",
        "DELETE FROM faults WHERE sandbox = ANY(%s)",
        "DELETE FROM used_layers WHERE sandbox = ANY(%s)",
        "DELETE FROM sandboxes WHERE id = ANY(%s)",
    ):
        connection.execute(statement, (sandboxes,))


def _remove_layers(connection: Connection[Any], layers: Sequence[int]) -> None:
    if layers:
        connection.execute("DELETE FROM layer_rows WHERE layer = ANY(%s)", (layers,))
        connection.execute("DELETE FROM layers WHERE id = ANY(%s)", (layers,))


def _merge(connection: Connection[Any], layer: int, child: int) -> None:
    """Move the rows of a layer to its only child, which may have newer ones."""
    connection.execute(
        "INSERT INTO layer_rows (layer, name, key, value) "
        "SELECT %s, name, key, value FROM layer_rows WHERE layer = %s ORDER BY id "
        "ON CONFLICT (layer, name, key) DO NOTHING",
        (child, layer),
    )
    connection.execute(
        "UPDATE layers SET parent = (SELECT parent FROM layers WHERE id = %s) WHERE id = %s",
        (layer, child),
    )


def _write_many(
    connection: Connection[Any], statement: LiteralString, rows: Iterable[Sequence[Any]]
) -> None:
    """Write rows with one statement, which gets the columns as arrays."""
    columns = [list(column) for column in zip(*rows, strict=True)]
    if columns:
        connection.execute(statement, columns)
