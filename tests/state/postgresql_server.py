"""A PostgreSQL server of its own for tests, from Debian's packages."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

MISSING = "PostgreSQL is not installed; Debian's package is postgresql"
SECONDS = 60


def programs() -> Path | None:
    """Return the folder of PostgreSQL's programs, or ``None`` if it is not installed."""
    found = shutil.which("pg_ctl")
    if found is not None:
        return Path(found).parent
    return max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)


class PostgresqlServer:
    """A running server; each database of it is new."""

    def __init__(self, folder: Path, binaries: Path) -> None:
        self._folder = folder
        self._binaries = binaries
        self._databases = count(1)

    def run(self, program: str, *args: str | Path) -> None:
        """Run one of PostgreSQL's programs, as a user that is not root."""
        as_user: Sequence[str] = ()
        if os.getuid() == 0:
            as_user = ("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups")
        subprocess.run(
            [*as_user, self._binaries / program, *args],
            check=True, stdout=subprocess.DEVNULL, timeout=SECONDS, cwd=self._folder,
        )  # fmt: skip

    def control(self, action: str, *args: str) -> None:
        """Start, stop or restart the server, and wait for it."""
        options = f"-k {self._folder} -c listen_addresses='' -c fsync=off"
        log = str(self._folder / "log")
        self.run(
            "pg_ctl", action, "-w", "-D", self._folder / "data", "-l", log, "-o", options, *args
        )

    def url(self, database: str = "postgres") -> str:
        """Return the address of a database."""
        return f"postgresql://postgres@/{database}?host={self._folder}"

    def new_database(self) -> str:
        """Create a database, and return its address."""
        name = f"state_{os.getpid()}_{next(self._databases)}"
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return self.url(name)


@contextmanager
def postgresql_server(binaries: Path) -> Iterator[PostgresqlServer]:
    """Serve with an empty data folder, and stop at the end of the block."""
    with TemporaryDirectory(prefix="pg-") as name:
        folder = Path(name)
        if os.getuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(folder, user.pw_uid, user.pw_gid)
        server = PostgresqlServer(folder, binaries)
        server.run("initdb", "-D", folder / "data", "-U", "postgres", "-A", "trust", "--no-sync")
        server.control("start")
        try:
            yield server
        finally:
            server.control("stop", "-m", "immediate")
