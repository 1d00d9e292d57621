"""Nodes and leases in PostgreSQL."""

import asyncio
import logging
import os
import socket
from collections.abc import Callable, Sequence
from threading import Event, Thread
from typing import Any

from psycopg import Connection

from mockvoice.sandboxes.tags import tag_of
from mockvoice.state_store.batch import Lease, SandboxRecord, StoreError
from mockvoice.state_store.node import (
    LEASE_SECONDS,
    RENEWAL_SECONDS,
    NodeEvents,
    Unavailable,
    lease_time,
)
from mockvoice.state_store.postgresql_connection import PostgresqlConnection
from mockvoice.state_store.urls import PostgresqlUrl

logger = logging.getLogger("mockvoice.state")

LAYERS_PER_BLOCK = 10_000
# After how many renewals a node looks for sandboxes that wait and that no node has, and how many it takes.
RENEWALS_PER_SEARCH = 4
MAX_WAITING = 20
# How long ago the leases of a node have expired before it is removed.
REMOVAL_SECONDS = 60

# How long a server waits for others to start.
START_SECONDS = 50
# Two servers that start at the same time would both create what is not there yet ("Mock").
START_LOCK = 0x4D6F636B

_RENEW = "UPDATE nodes SET expires_at = clock_timestamp() + make_interval(secs => %s) WHERE id = %s"
_REGISTER = (
    "INSERT INTO nodes (host, pid, expires_at) "
    "VALUES (%s, %s, clock_timestamp() + make_interval(secs => %s)) RETURNING id"
)
_WAITING = """
    SELECT DISTINCT states.sandbox FROM layers
    JOIN states ON states.layer = layers.id
    JOIN leases ON leases.sandbox = states.sandbox
    LEFT JOIN nodes ON nodes.id = leases.node
    WHERE layers.waits AND (nodes.id IS NULL OR nodes.expires_at < clock_timestamp())
    LIMIT %s
"""
_REMOVE_NODES = "DELETE FROM nodes WHERE expires_at < clock_timestamp() - make_interval(secs => %s)"


class PostgresqlNode:
    """This server as a node. A thread renews its leases, and hears what other nodes ask for.

    That thread and short statements have a connection each, so that neither waits for the reading of data.
    """

    def __init__(self, url: PostgresqlUrl) -> None:
        self._statements = PostgresqlConnection(url, checks=True)
        self._renewals = PostgresqlConnection(url)
        self._thread: Thread | None = None
        self._is_stopping = Event()
        self.id = 0
        self.valid_until = 0.0

    # -- start and end -----------------------------------------------------------------------

    def begin_start(self, prepare: Callable[[Connection[Any]], None]) -> None:
        """Let no other server start until ``end_start``; prepare the database, and register this node."""
        with self._statements.use("cannot be used") as connection, connection.transaction():
            connection.execute(f"SET LOCAL lock_timeout = '{START_SECONDS}s'".encode())
            connection.execute("SELECT pg_advisory_lock(%s)", (START_LOCK,))
            prepare(connection)
            self.valid_until = self._register(connection)

    def remove_old_nodes(self, connection: Connection[Any]) -> bool:
        """Remove the nodes that ended without a word; return whether there is no other one."""
        connection.execute(_REMOVE_NODES, (REMOVAL_SECONDS,))
        return connection.execute("SELECT 1 FROM nodes").fetchone() is None

    def end_start(self) -> None:
        """Let other servers start."""
        with self._statements.use("cannot be used") as connection:
            connection.execute("SELECT pg_advisory_unlock(%s)", (START_LOCK,))

    def _register(self, connection: Connection[Any]) -> float:
        """Register a new node; return until when its leases are valid."""
        registered_at = lease_time()
        node = (socket.gethostname(), os.getpid(), LEASE_SECONDS)
        row = connection.execute(_REGISTER, node).fetchone()
        if row is None:
            raise StoreError("the node was not registered")
        self.id = row[0]
        return registered_at + LEASE_SECONDS

    def stop(self) -> None:
        """Give all leases back."""
        self._is_stopping.set()
        if self._thread is not None:
            self._thread.join()
        try:
            with self._statements.use("cannot be written") as connection, connection.transaction():
                connection.execute(
                    "DELETE FROM sandboxes WHERE description = '' "
                    "AND id IN (SELECT sandbox FROM leases WHERE node = %s)",
                    (self.id,),
                )
                connection.execute("UPDATE leases SET node = NULL WHERE node = %s", (self.id,))
                connection.execute("DELETE FROM nodes WHERE id = %s", (self.id,))
        except StoreError as error:
            logger.warning("the leases are not given back, so that they expire: %s", error)
        self._statements.close()
        self._renewals.close()

    # -- renewals ----------------------------------------------------------------------------

    def start(self, events: NodeEvents) -> None:
        """Renew the leases from now on, and report events. Must be called on the event loop."""
        loop = asyncio.get_running_loop()

        def report(call: Callable[..., None], *args: Any) -> None:
            try:
                loop.call_soon_threadsafe(call, *args)
            except RuntimeError:  # the loop has ended
                self._is_stopping.set()

        self._thread = Thread(
            target=self._renew_until_stopped,
            args=(events, report),
            name="mockvoice-leases",
            daemon=True,
        )
        self._thread.start()

    def _renew_until_stopped(self, events: NodeEvents, report: Callable[..., None]) -> None:
        renewals = 0
        while not self._is_stopping.is_set():
            try:
                with self._renewals.use("cannot be used") as connection:
                    self._renew(connection, events, report)
                    if renewals % RENEWALS_PER_SEARCH == 0:
                        rows = connection.execute(_WAITING, (MAX_WAITING,)).fetchall()
                        if rows:
                            report(events.waiting, [sandbox for (sandbox,) in rows])
                    renewals += 1
                    connection.execute(f"LISTEN mockvoice_node_{self.id}".encode())
                    for notice in connection.notifies(timeout=RENEWAL_SECONDS):
                        report(events.requested, int(notice.payload))
            except StoreError as error:
                logger.debug("the leases are not renewed: %s", error)
                self._is_stopping.wait(RENEWAL_SECONDS)

    def _renew(
        self, connection: Connection[Any], events: NodeEvents, report: Callable[..., None]
    ) -> None:
        """Renew the leases. If they may have expired meanwhile, report those that are left first."""
        sent_at = lease_time()
        kept: dict[int, int] | None = None
        if connection.execute(_RENEW, (LEASE_SECONDS, self.id)).rowcount == 0:
            connection.execute("UNLISTEN *")
            valid_until = self._register(connection)
        elif lease_time() < self.valid_until:
            self.valid_until = sent_at + LEASE_SECONDS
            return
        else:
            statement = "SELECT sandbox, epoch FROM leases WHERE node = %s"
            kept = dict(connection.execute(statement, (self.id,)).fetchall())
            valid_until = sent_at + LEASE_SECONDS

        def resume() -> None:
            events.expired(kept)
            self.valid_until = valid_until

        report(resume)

    # -- leases ------------------------------------------------------------------------------

    def acquire(self, sandbox: int, *, ask: bool) -> int | Unavailable:
        """Return the epoch of a lease that this node has from now on; ``ask`` its holder for it."""
        with self._statements.use("cannot be used") as connection, connection.transaction():
            # This waits for the end of a batch whose outcome is unknown.
            row = connection.execute(
                "SELECT node FROM leases WHERE sandbox = %s FOR UPDATE", (sandbox,)
            ).fetchone()
            if row is None:
                return Unavailable.REMOVED
            (holder,) = row
            if holder not in (None, self.id) and _is_alive(connection, holder):
                if ask:
                    channel = f"mockvoice_node_{holder}"
                    connection.execute("SELECT pg_notify(%s, %s)", (channel, str(sandbox)))
                return Unavailable.HELD
            taken = connection.execute(
                "UPDATE leases SET node = %s, epoch = epoch + 1 WHERE sandbox = %s RETURNING epoch",
                (self.id, sandbox),
            ).fetchone()
            return Unavailable.REMOVED if taken is None else int(taken[0])

    def release(self, sandbox: int) -> None:
        """Give a lease back, if this node has it."""
        statement = "UPDATE leases SET node = NULL WHERE sandbox = %s AND node = %s"
        with self._statements.use("cannot be written") as connection:
            connection.execute(statement, (sandbox, self.id))

    def claim(self, name: str) -> Lease | None:
        """Return the lease of a new sandbox, or ``None`` if the name is taken.

        The sandbox has no description yet; so one that was claimed by a node that ended is claimed again.
        """
        with self._statements.use("cannot be written") as connection, connection.transaction():
            number = _insert_sandbox(connection, name)
            if number is None:
                self._remove_unfinished(connection, name)
                number = _insert_sandbox(connection, name)
            if number is None:
                return None
            connection.execute("INSERT INTO leases VALUES (%s, %s, 1)", (number, self.id))
            return Lease(number, 1)

    def _remove_unfinished(self, connection: Connection[Any], name: str) -> None:
        """Remove a sandbox that was claimed, by a node that ended or by this one, and never stored."""
        unfinished = "SELECT id FROM sandboxes WHERE name = %s AND description = ''"
        row = connection.execute(unfinished, (name,)).fetchone()
        # The lease is locked first, as a batch does.
        if row is None or not self._is_free(connection, row[0]):
            return
        if connection.execute(unfinished, (name,)).fetchone() == row:
            connection.execute("DELETE FROM sandboxes WHERE id = %s", row)
            connection.execute("DELETE FROM leases WHERE sandbox = %s", row)

    def _is_free(self, connection: Connection[Any], sandbox: int) -> bool:
        """Lock a lease, and return whether no other node has it."""
        row = connection.execute(
            "SELECT node FROM leases WHERE sandbox = %s FOR UPDATE", (sandbox,)
        ).fetchone()
        return row is not None and (row[0] in (None, self.id) or not _is_alive(connection, row[0]))

    def sandboxes_of_tag(self, tag: str) -> Sequence[SandboxRecord]:
        """Return the sandboxes whose names have a tag."""
        with self._statements.use("cannot be read") as connection:
            rows = connection.execute(
                "SELECT id, name, description FROM sandboxes WHERE tag = %s AND description <> ''",
                (tag,),
            ).fetchall()
        return [SandboxRecord(*row) for row in rows]

    def new_layer_ids(self) -> range:
        """Return ids of layers that no node uses."""
        with self._statements.use("cannot be used") as connection:
            row = connection.execute("SELECT nextval('layer_blocks')").fetchone()
        first = 0 if row is None else int(row[0]) * LAYERS_PER_BLOCK
        return range(first, first + LAYERS_PER_BLOCK)


def _insert_sandbox(connection: Connection[Any], name: str) -> int | None:
    """Insert a sandbox without a description; return its id, or ``None`` if the name is taken."""
    row = connection.execute(
        "INSERT INTO sandboxes (name, tag, description) VALUES (%s, %s, '') "
        "ON CONFLICT (name) DO NOTHING RETURNING id",
        (name, tag_of(name)),
    ).fetchone()
    return None if row is None else int(row[0])


def _is_alive(connection: Connection[Any], node: int) -> bool:
    """Return whether the leases of a node are valid. It cannot renew them before the transaction ends."""
    row = connection.execute(
        "SELECT expires_at >= clock_timestamp() FROM nodes WHERE id = %s FOR SHARE", (node,)
    ).fetchone()
    return row is not None and bool(row[0])
