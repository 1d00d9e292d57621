"""Nodes and leases in PostgreSQL."""

import asyncio
import logging
import os
import socket
from collections.abc import Callable, Sequence
from threading import Event, Thread
from typing import Any, LiteralString

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
from mockvoice.state_store.postgresql_functions import BUSY, CLAIM_SECONDS, HELD, REMOVED
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

_UNAVAILABLE = {REMOVED: Unavailable.REMOVED, HELD: Unavailable.HELD, BUSY: Unavailable.BUSY}
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
    WHERE layers.waits AND layers.vendor = ANY(%s) AND (nodes.id IS NULL OR nodes.expires_at < clock_timestamp())
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
        self._renewed_id = 0  # that of the thread, which may be ahead
        self._vendors: Sequence[str] = ()
        self.valid_until = 0.0

    # -- start and end -----------------------------------------------------------------------

    def begin_start(self, prepare: Callable[[Connection[Any]], None]) -> None:
        """Let no other server start until ``end_start``; prepare the database, and register this node."""
        with self._statements.use("cannot be used") as connection, connection.transaction():
            connection.execute(f"SET LOCAL lock_timeout = '{START_SECONDS}s'".encode())
            connection.execute("SELECT pg_advisory_lock(%s)", (START_LOCK,))
            prepare(connection)
            self.valid_until = self._register(connection)
            self.id = self._renewed_id

    def remove_old_nodes(self, connection: Connection[Any]) -> bool:
        """Remove the nodes whose leases expired long ago; return whether there is no other one."""
        connection.execute(_REMOVE_NODES, (REMOVAL_SECONDS,))
        is_alone = connection.execute("SELECT 1 FROM nodes").fetchone() is None
        if is_alone:
            connection.execute("DELETE FROM sandboxes WHERE description = ''")
            connection.execute("DELETE FROM leases WHERE sandbox NOT IN (SELECT id FROM sandboxes)")
        return is_alone

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
        self._renewed_id = row[0]
        return registered_at + LEASE_SECONDS

    def stop(self) -> None:
        """Release all leases."""
        self._is_stopping.set()
        if self._thread is not None:
            self._thread.join()
        if self.id:
            self._leave()
        self._statements.close()
        self._renewals.close()

    def _leave(self) -> None:
        try:
            with self._statements.use("cannot be written") as connection, connection.transaction():
                for statement in (
                    "UPDATE leases SET node = NULL WHERE node = %s",
                    "DELETE FROM nodes WHERE id = %s",
                ):
                    connection.execute(statement, (self.id,))
        except StoreError as error:
            logger.warning("the leases were not released and will expire: %s", error)

    # -- renewals ----------------------------------------------------------------------------

    def start(self, events: NodeEvents, vendors: Sequence[str]) -> None:
        """Renew the leases from now on, and report events. Must be called on the event loop."""
        self._vendors = vendors
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
                        rows = connection.execute(
                            _WAITING, (list(self._vendors), MAX_WAITING)
                        ).fetchall()
                        if rows:
                            report(events.waiting, [sandbox for (sandbox,) in rows])
                    renewals += 1
                    connection.execute(f"LISTEN mockvoice_node_{self._renewed_id}".encode())
                    for notice in connection.notifies(timeout=RENEWAL_SECONDS):
                        report(events.requested, int(notice.payload))
            except StoreError as error:
                logger.debug("the leases are not renewed: %s", error)
                self._is_stopping.wait(RENEWAL_SECONDS)
            except Exception:
                logger.exception("the leases are not renewed")
                self._is_stopping.wait(RENEWAL_SECONDS)

    def _renew(
        self, connection: Connection[Any], events: NodeEvents, report: Callable[..., None]
    ) -> None:
        """Renew the leases. If they may have expired meanwhile, report those that are left first."""
        sent_at = lease_time()
        kept: dict[int, int] | None = None
        if connection.execute(_RENEW, (LEASE_SECONDS, self._renewed_id)).rowcount == 0:
            connection.execute("UNLISTEN *")
            valid_until = self._register(connection)
        elif lease_time() < self.valid_until:
            self.valid_until = sent_at + LEASE_SECONDS
            return
        else:
            statement = "SELECT sandbox, epoch FROM leases WHERE node = %s"
            kept = dict(connection.execute(statement, (self._renewed_id,)).fetchall())
            valid_until = sent_at + LEASE_SECONDS

        node = self._renewed_id

        def resume() -> None:
            events.expired(kept)
            self.id = node
            self.valid_until = valid_until

        report(resume)

    # -- leases ------------------------------------------------------------------------------

    def acquire(self, sandbox: int, *, ask: bool) -> int | Unavailable:
        """Return the epoch of a lease that this node has from now on; ``ask`` its holder for it."""
        epoch: int = self._call("SELECT acquire_lease(%s, %s, %s)", sandbox, self.id, ask)
        return _UNAVAILABLE.get(epoch, epoch)

    def release(self, sandbox: int, epoch: int | None) -> None:
        """Release a lease, if this node has it; ``epoch`` is ``None`` if it is not known."""
        statement = """
            UPDATE leases SET node = NULL WHERE sandbox IN (
                SELECT sandbox FROM leases
                WHERE sandbox = %s AND node = %s AND epoch = coalesce(%s, epoch)
                FOR UPDATE SKIP LOCKED
            )
        """
        with self._statements.use("cannot be written") as connection:
            connection.execute(statement, (sandbox, self.id, epoch))

    def claim(self, name: str) -> Lease | None:
        """Return the lease of a new sandbox, or ``None`` if the name is taken.

        The sandbox has no description yet; so one that was claimed and never stored is claimed again.
        """
        statement = "SELECT claim_sandbox(%s, %s, %s, %s)"
        number = self._call(statement, name, tag_of(name), self.id, CLAIM_SECONDS)
        return None if number is None else Lease(number, 1)

    def _call(self, statement: LiteralString, *args: Any) -> Any:
        """Return the value of a statement that is a transaction of its own."""
        with self._statements.use("cannot be used") as connection:
            row = connection.execute(statement, args).fetchone()
            return None if row is None else row[0]

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
        first = self._call("SELECT nextval('layer_blocks')") * LAYERS_PER_BLOCK
        return range(first, first + LAYERS_PER_BLOCK)
