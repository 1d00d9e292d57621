"""The tables of a store in PostgreSQL, and the statements that write them."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, LiteralString

from psycopg import Connection

from mockvoice.kernel.backend import Backend
from mockvoice.state_store.batch import Batch, StoreError
from mockvoice.state_store.encoding import encoded
from mockvoice.state_store.layers import all_rows
from mockvoice.state_store.postgresql_functions import FUNCTIONS
from mockvoice.state_store.reading import UNUSED_INITIAL_LAYERS
from mockvoice.state_store.writing import BatchWriter, Kind

# Each script upgrades a database to the version of its position, from 1 on.
MIGRATIONS = (
    """
    CREATE TABLE nodes (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        host text NOT NULL,
        pid bigint NOT NULL,
        expires_at timestamptz NOT NULL
    );
    CREATE TABLE leases (sandbox bigint PRIMARY KEY, node bigint, epoch bigint NOT NULL);
    CREATE INDEX leases_of_nodes ON leases (node);
    CREATE TABLE sandboxes (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        name text NOT NULL UNIQUE,
        tag text NOT NULL,
        description text NOT NULL,  -- empty from the choice of the name until the sandbox is stored
        claimed_at timestamptz NOT NULL
    );
    CREATE INDEX sandboxes_of_tags ON sandboxes (tag);
    CREATE TABLE states (
        sandbox bigint NOT NULL,
        vendor text NOT NULL,
        layer bigint NOT NULL,
        seed bigint NOT NULL,
        PRIMARY KEY (sandbox, vendor)
    );
    CREATE INDEX states_of_layers ON states (layer);
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
    CREATE INDEX waiting_layers ON layers (id) WHERE waits;
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
    CREATE SEQUENCE layer_blocks;
    """
    + FUNCTIONS,
)

# Statements that write any number of rows, whose columns are arrays.
_STATEMENTS: Mapping[Kind, LiteralString] = {
    "sandboxes": """
        UPDATE sandboxes SET description = changed.description
        FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS changed (id, name, description)
        WHERE sandboxes.id = changed.id
    """,
    "layers": """
        INSERT INTO layers SELECT * FROM unnest(
            %s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::bigint[], %s::boolean[], %s::text[]
        )
        ON CONFLICT (id) DO UPDATE SET waits = excluded.waits, contents = excluded.contents
    """,
    "states": """
        INSERT INTO states
        SELECT * FROM unnest(%s::bigint[], %s::text[], %s::bigint[], %s::bigint[])
        ON CONFLICT (sandbox, vendor) DO UPDATE SET layer = excluded.layer, seed = excluded.seed
    """,
    "snapshots": """
        INSERT INTO snapshots (sandbox, name, description)
        SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[])
        ON CONFLICT (sandbox, name) DO UPDATE SET description = excluded.description
    """,
    "rows": """
        INSERT INTO layer_rows (layer, name, key, value)
        SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[])
        ON CONFLICT (layer, name, key) DO UPDATE SET value = excluded.value
    """,
    "faults": """
        INSERT INTO faults SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::text[])
        ON CONFLICT (sandbox, id) DO UPDATE SET description = excluded.description
    """,
    "removed_faults": """
        DELETE FROM faults WHERE (sandbox, id) IN
        (SELECT * FROM unnest(%s::bigint[], %s::bigint[]))
    """,
    "removed_rows": """
        DELETE FROM layer_rows WHERE (layer, name, key) IN
        (SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[]))
    """,
    "removed_snapshots": """
        DELETE FROM snapshots WHERE (sandbox, name) IN
        (SELECT * FROM unnest(%s::bigint[], %s::text[]))
    """,
    "used_layers": """
        INSERT INTO used_layers SELECT * FROM unnest(%s::bigint[], %s::bigint[])
        ON CONFLICT DO NOTHING
    """,
}


# The sandboxes of a batch whose leases this node has. No other node can take one before the batch is written.
_HELD = """
    SELECT sandbox FROM leases
    JOIN unnest(%s::bigint[], %s::bigint[]) AS held (sandbox, epoch) USING (sandbox, epoch)
    FOR SHARE OF leases
"""


class LeaseLost(StoreError):
    """Another node has a sandbox of the batch, so that nothing of the batch was written."""

    def __init__(self) -> None:
        super().__init__("another server has taken over a sandbox; send the request again")


class PostgresqlWriter(BatchWriter):
    """Writes a batch in the transaction of a connection."""

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection = connection

    def write(self, batch: Batch) -> None:
        """Write a batch. Raises ``LeaseLost``."""
        if not self._holds(batch):
            raise LeaseLost
        super().write(batch)

    def _holds(self, batch: Batch) -> bool:
        """Return whether this node may write a batch; no other one can take its leases meanwhile.

        Data that only this node knew of may be removed with the node, so that nothing may refer to it then.
        """
        if batch.leases:
            sandboxes, epochs = zip(*batch.leases, strict=True)
            held = self._connection.execute(_HELD, (list(sandboxes), list(epochs)))
            if held.rowcount != len(batch.leases):
                return False
        if batch.states or batch.used_layers:
            statement = "SELECT 1 FROM nodes WHERE id = %s FOR KEY SHARE"
            return self._connection.execute(statement, (batch.node,)).fetchone() is not None
        return True

    def together(self) -> AbstractContextManager[Any]:
        """Return a block whose statements are sent in one round trip."""
        return self._connection.pipeline()

    def write_full_layer(self, layer: int, backend: Backend) -> None:
        """Write all rows of a layer."""
        statement = "COPY layer_rows (layer, name, key, value) FROM STDIN"
        with self._connection.cursor().copy(statement) as copy:
            for row in encoded(all_rows(layer, backend)):
                copy.write_row(row)

    def write_many(self, kind: Kind, rows: Iterable[Sequence[Any]]) -> None:
        """Write rows with one statement, which gets the columns as arrays; rows that exist are replaced."""
        columns = [list(column) for column in zip(*rows, strict=True)]
        if columns:
            self._connection.execute(_STATEMENTS[kind], columns)

    def remove_sandboxes(self, sandboxes: Sequence[int]) -> None:
        """Remove sandboxes with everything that is theirs."""
        if not sandboxes:
            return
        for statement in (
            "DELETE FROM layer_rows WHERE layer IN (SELECT id FROM layers WHERE sandbox = ANY(%s))",
            "DELETE FROM layers WHERE sandbox = ANY(%s)",
            "DELETE FROM states WHERE sandbox = ANY(%s)",
            "DELETE FROM snapshots WHERE sandbox = ANY(%s)",
            "DELETE FROM faults WHERE sandbox = ANY(%s)",
            "DELETE FROM used_layers WHERE sandbox = ANY(%s)",
            "DELETE FROM leases WHERE sandbox = ANY(%s)",
            "DELETE FROM sandboxes WHERE id = ANY(%s)",
        ):
            self._connection.execute(statement, (sandboxes,))

    def remove_layers(self, layers: Sequence[int]) -> None:
        """Remove layers with their rows."""
        if layers:
            self._connection.execute("DELETE FROM layer_rows WHERE layer = ANY(%s)", (layers,))
            self._connection.execute("DELETE FROM layers WHERE id = ANY(%s)", (layers,))

    def remove_used_layers(self, sandbox: int) -> None:
        """Forget which layers a sandbox uses."""
        self._connection.execute("DELETE FROM used_layers WHERE sandbox = %s", (sandbox,))

    def namesakes(self, number: int, name: str) -> list[int]:
        """Return nothing: the name of a new sandbox was claimed before."""
        return []

    def merge(self, layer: int, child: int) -> None:
        """Move the rows of a layer to its only child, which may have newer ones."""
        self._connection.execute(
            "INSERT INTO layer_rows (layer, name, key, value) "
            "SELECT %s, name, key, value FROM layer_rows WHERE layer = %s ORDER BY id "
            "ON CONFLICT (layer, name, key) DO NOTHING",
            (child, layer),
        )
        self._connection.execute(
            "UPDATE layers SET parent = (SELECT parent FROM layers WHERE id = %s) WHERE id = %s",
            (layer, child),
        )


def remove_unused_initial_layers(connection: Connection[Any]) -> None:
    """Remove layers of initial data that sandboxes have shared, and that none uses any more."""
    unused = connection.execute(UNUSED_INITIAL_LAYERS).fetchall()
    layers = [layer for (layer,) in unused]
    PostgresqlWriter(connection).remove_layers(layers)
