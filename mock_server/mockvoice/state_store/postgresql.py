"""A store in a database of PostgreSQL, which several servers can share."""

from collections.abc import Iterator
from time import sleep
from typing import Any

from psycopg import Connection

from mockvoice.kernel.clock import monotonic
from mockvoice.state_store.batch import Batch, Lease, StoreError
from mockvoice.state_store.postgresql_connection import PostgresqlConnection
from mockvoice.state_store.postgresql_functions import CLAIM_SECONDS
from mockvoice.state_store.postgresql_node import PostgresqlNode
from mockvoice.state_store.postgresql_tables import (
    MIGRATIONS,
    PostgresqlWriter,
    remove_unused_initial_layers,
)
from mockvoice.state_store.reading import ReadableTables
from mockvoice.state_store.urls import PostgresqlUrl

ROWS_PER_READ = 500


class PostgresqlDatabase(ReadableTables):
    """A store in a database of PostgreSQL. Raises ``StoreError``.

    No other server starts until ``end_start``. What is read of a sandbox is complete once this server has
    got its lease, which it does not get while a batch whose outcome is unknown may still be written.
    """

    def __init__(self, url: PostgresqlUrl) -> None:
        self._url = url
        self._writing = PostgresqlConnection(url)
        self._reading = PostgresqlConnection(url, checks=True)
        self.node = PostgresqlNode(url)
        try:
            self.node.begin_start(self._prepare)
        except BaseException:
            self.node.stop()
            raise

    def _prepare(self, connection: Connection[Any]) -> None:
        self._migrate(connection)
        self.is_alone = self.node.remove_old_nodes(connection)
        if self.is_alone:
            remove_unused_initial_layers(connection)

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

    def end_start(self) -> None:
        """Let other servers start."""
        self.node.end_start()

    # -- writing -----------------------------------------------------------------------------

    def claim(self, name: str) -> Lease | None:
        """Return the lease of a new sandbox, or ``None`` if the name is taken; for the start.

        A server that was killed while it started may have claimed it.
        """
        end = monotonic() + CLAIM_SECONDS + 1
        while (lease := self.node.claim(name)) is None and monotonic() < end:
            sleep(0.1)
        return lease

    def new_layer_ids(self) -> range:
        """Return ids of layers that no other server uses."""
        return self.node.new_layer_ids()

    def write_at_once(self, batch: Batch) -> bool:
        """Return false: nobody knows how long the network takes."""
        return False

    def write(self, batch: Batch) -> None:
        """Store a batch in one transaction; for one thread."""
        with self._writing.use("cannot be written") as connection, connection.transaction():
            PostgresqlWriter(connection).write(batch)

    # -- reading -----------------------------------------------------------------------------

    def _read(self, statement: str, *args: Any) -> list[Any]:
        with self._reading.use("cannot be read") as connection:
            return connection.execute(statement.replace("?", "%s").encode(), args).fetchall()

    def last_sandbox(self) -> int:
        """Return the highest id of a sandbox that was ever used."""
        sequence = "pg_get_serial_sequence('sandboxes', 'id')"
        [(sandbox,)] = self._read(f"SELECT pg_sequence_last_value({sequence})")
        return sandbox or 0

    def values(self, layer: int, table: str) -> Iterator[str]:
        """Yield the rows of a table in a layer: several at once, as a JSON array."""
        statement = (
            "SELECT value FROM layer_rows WHERE layer = %s AND name = %s AND value IS NOT NULL "
            "ORDER BY id"
        )
        with (
            self._reading.use("cannot be read") as connection,
            connection.transaction(),
            connection.cursor("layer_rows") as cursor,
        ):
            cursor.execute(statement, (layer, table))
            while rows := cursor.fetchmany(ROWS_PER_READ):
                yield f"[{','.join(value for (value,) in rows)}]"

    def close(self) -> None:
        """Release the leases, and close the connections."""
        self.node.stop()
        self._writing.close()
        self._reading.close()
