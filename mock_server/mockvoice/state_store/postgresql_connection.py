"""Connections to PostgreSQL that are opened when they are needed, and again after they were lost."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import RLock
from typing import Any, LiteralString

import psycopg
from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from mockvoice.kernel.clock import monotonic
from mockvoice.state_store.batch import StoreError
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
# How long a statement waits for a lock, and how long it may take. The locks of a server that was paused
# or cut off in a transaction are given up.
SETTINGS: tuple[LiteralString, ...] = (
    "SET idle_in_transaction_session_timeout = '3s'",
    "SET tcp_keepalives_idle = 5",
    "SET tcp_keepalives_interval = 2",
    "SET tcp_keepalives_count = 3",
    "SET lock_timeout = '5s'",
    "SET statement_timeout = '60s'",
    "SET client_min_messages = warning",
)


# How long a connection may be idle before it is checked.
IDLE_SECONDS = 0.05


class PostgresqlConnection:
    """A connection that one thread uses at a time.

    With ``checks``, a connection that was not used for a while is tried first, and replaced if it is lost.
    """

    def __init__(self, url: PostgresqlUrl, *, checks: bool = False) -> None:
        self._url = url
        self._checks = checks
        self._used_at = 0.0
        self._connection: Connection[Any] | None = None
        self._lock = RLock()

    @contextmanager
    def use(self, problem: str) -> Iterator[Connection[Any]]:
        """Return the connection for the block. Errors of PostgreSQL become ``StoreError``.

        ``problem`` is what the message says, such as "cannot be read".
        """
        with self._lock:
            try:
                yield self._open()
            except (psycopg.Error, OSError) as error:
                reason = " ".join(str(error).split())
                raise StoreError(f"{self._url} {problem}: {reason}") from error
            finally:
                self._used_at = monotonic()
                if self._connection is not None and self._connection.closed:
                    self._connection = None

    def _open(self) -> Connection[Any]:
        is_idle = self._checks and monotonic() - self._used_at > IDLE_SECONDS
        if self._connection is not None and is_idle and not _is_usable(self._connection):
            self._connection.close()
            self._connection = None
        if self._connection is None:
            self._connection = self._connect()
        return self._connection

    def _connect(self) -> Connection[Any]:
        options: dict[str, Any] = {**CONNECTION_OPTIONS, **conninfo_to_dict(self._url.conninfo)}
        connection: Connection[Any] = psycopg.connect(make_conninfo(**options), autocommit=True)
        for setting in SETTINGS:
            connection.execute(setting)
        return connection

    def close(self) -> None:
        """Close the connection; the next use opens a new one."""
        with self._lock:
            connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(psycopg.Error):
                connection.close()


def _is_usable(connection: Connection[Any]) -> bool:
    try:
        connection.execute("SELECT 1")
    except psycopg.Error:
        return False
    return True
