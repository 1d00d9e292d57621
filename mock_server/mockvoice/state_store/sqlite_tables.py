"""The tables of a store in SQLite, and the statements that write them."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any, TypeVar

from mockvoice.state_store.reading import UNUSED_INITIAL_LAYERS
from mockvoice.state_store.writing import BatchWriter, Kind

T = TypeVar("T")

# Rows in one statement: each step of a statement gives the interpreter's lock away, and waits for it.
MAX_ROWS = 128

# Each script upgrades a file to the version of its position, from 1 on.
MIGRATIONS = (
    """
    CREATE TABLE owners (pid INTEGER NOT NULL, host TEXT NOT NULL);
    CREATE TABLE sandboxes (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL UNIQUE,
        description TEXT NOT NULL
    );
    CREATE TABLE states (
        sandbox INTEGER NOT NULL,
        vendor TEXT NOT NULL,
        layer INTEGER NOT NULL,
        seed INTEGER NOT NULL,
        PRIMARY KEY (sandbox, vendor)
    ) WITHOUT ROWID;
    CREATE TABLE snapshots (
        id INTEGER PRIMARY KEY,
        sandbox INTEGER NOT NULL,
        name TEXT NOT NULL,
        description TEXT NOT NULL,
        UNIQUE (sandbox, name)
    );
    CREATE TABLE faults (
        sandbox INTEGER NOT NULL,
        id INTEGER NOT NULL,
        description TEXT NOT NULL,
        PRIMARY KEY (sandbox, id)
    ) WITHOUT ROWID;
    CREATE TABLE layers (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        parent INTEGER,
        sandbox INTEGER,
        vendor TEXT NOT NULL,
        schema INTEGER NOT NULL,
        waits INTEGER NOT NULL,
        contents TEXT NOT NULL
    );
    CREATE INDEX layers_of_sandboxes ON layers (sandbox);
    CREATE TABLE used_layers (
        sandbox INTEGER NOT NULL,
        layer INTEGER NOT NULL,
        PRIMARY KEY (sandbox, layer)
    ) WITHOUT ROWID;
    CREATE TABLE layer_rows (
        id INTEGER PRIMARY KEY,
        layer INTEGER NOT NULL,
        name TEXT NOT NULL,
        key TEXT NOT NULL,
        value TEXT,
        UNIQUE (layer, name, key)
    );
    """,
)

# The beginning and the end of a statement that writes any number of rows.
_STATEMENTS: Mapping[Kind, tuple[str, str]] = {
    "sandboxes": (
        "INSERT INTO sandboxes (id, name, description) VALUES ",
        " ON CONFLICT (id) DO UPDATE SET description = excluded.description",
    ),
    "layers": (
        "INSERT INTO layers (id, parent, sandbox, vendor, schema, waits, contents) VALUES ",
        " ON CONFLICT (id) DO UPDATE SET waits = excluded.waits, contents = excluded.contents",
    ),
    "states": (
        "INSERT INTO states (sandbox, vendor, layer, seed) VALUES ",
        " ON CONFLICT (sandbox, vendor) DO UPDATE SET layer = excluded.layer, seed = excluded.seed",
    ),
    "snapshots": (
        "INSERT INTO snapshots (sandbox, name, description) VALUES ",
        " ON CONFLICT (sandbox, name) DO UPDATE SET description = excluded.description",
    ),
    "used_layers": ("INSERT INTO used_layers (sandbox, layer) VALUES ", " ON CONFLICT DO NOTHING"),
    "rows": (
        "INSERT INTO layer_rows (layer, name, key, value) VALUES ",
        " ON CONFLICT (layer, name, key) DO UPDATE SET value = excluded.value",
    ),
    "faults": (
        "INSERT INTO faults (sandbox, id, description) VALUES ",
        " ON CONFLICT (sandbox, id) DO UPDATE SET description = excluded.description",
    ),
    "removed_faults": ("DELETE FROM faults WHERE (sandbox, id) IN (VALUES ", ")"),
    "removed_rows": ("DELETE FROM layer_rows WHERE (layer, name, key) IN (VALUES ", ")"),
    "removed_snapshots": ("DELETE FROM snapshots WHERE (sandbox, name) IN (VALUES ", ")"),
}


class SqliteWriter(BatchWriter):
    """Writes a batch in the transaction of a connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._execute = connection.execute

    def write_many(self, kind: Kind, rows: Iterable[Sequence[Any]]) -> None:
        """Write rows with as few statements as possible; rows that exist are replaced."""
        start, end = _STATEMENTS[kind]
        for group in _groups(rows):
            values = f"({', '.join('?' * len(group[0]))})"
            self._execute(start + ", ".join([values] * len(group)) + end, [*chain(*group)])

    def remove_sandboxes(self, sandboxes: Sequence[int]) -> None:
        """Remove sandboxes with everything that is theirs."""
        for sandbox in sandboxes:
            self._execute(
                "DELETE FROM layer_rows WHERE layer IN (SELECT id FROM layers WHERE sandbox = ?)",
                (sandbox,),
            )
            for table in ("layers", "states", "snapshots", "faults", "used_layers"):
                self._execute(f"DELETE FROM {table} WHERE sandbox = ?", (sandbox,))  # noqa: S608
            self._execute("DELETE FROM sandboxes WHERE id = ?", (sandbox,))

    def remove_layers(self, layers: Sequence[int]) -> None:
        """Remove layers with their rows."""
        for layer in layers:
            self._execute("DELETE FROM layer_rows WHERE layer = ?", (layer,))
            self._execute("DELETE FROM layers WHERE id = ?", (layer,))

    def remove_used_layers(self, sandbox: int) -> None:
        """Forget which layers a sandbox uses."""
        self._execute("DELETE FROM used_layers WHERE sandbox = ?", (sandbox,))

    def namesakes(self, number: int, name: str) -> list[int]:
        """Return the ids of other sandboxes with this name."""
        statement = "SELECT id FROM sandboxes WHERE name = ? AND id <> ?"
        return [namesake for (namesake,) in self._execute(statement, (name, number)).fetchall()]

    def merge(self, layer: int, child: int) -> None:
        """Move the rows of a layer to its only child, which may have newer ones."""
        self._execute(
            "INSERT OR IGNORE INTO layer_rows (layer, name, key, value) "
            "SELECT ?, name, key, value FROM layer_rows WHERE layer = ?",
            (child, layer),
        )
        self._execute(
            "UPDATE layers SET parent = (SELECT parent FROM layers WHERE id = ?) WHERE id = ?",
            (layer, child),
        )


def remove_unused_initial_layers(connection: sqlite3.Connection) -> None:
    """Remove layers of initial data that sandboxes have shared, and that none uses any more."""
    unused = connection.execute(UNUSED_INITIAL_LAYERS).fetchall()
    SqliteWriter(connection).remove_layers([layer for (layer,) in unused])


def _groups(items: Iterable[T]) -> Iterator[list[T]]:
    """Yield the items in groups of as few sizes as possible, since each size is a statement to compile.

    The last item of a group may be repeated.
    """
    iterator = iter(items)
    while group := list(islice(iterator, MAX_ROWS)):
        size = 1 << (len(group) - 1).bit_length()
        yield group + group[-1:] * (size - len(group))
