"""Stores for tests: a file, or a database of PostgreSQL where it is installed."""

import pytest

from tests.state.postgresql_server import MISSING, postgresql_server, programs


@pytest.fixture
def file(tmp_path):
    """Return the path of an SQLite file that does not exist yet."""
    return tmp_path / "state.db"


@pytest.fixture(scope="session")
def postgresql():
    """Return a server of PostgreSQL."""
    binaries = programs()
    if binaries is None:
        pytest.skip(MISSING)
    with postgresql_server(binaries) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request):
    """Return the address of an empty store of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{request.getfixturevalue('file')}"
    return request.getfixturevalue("postgresql").new_database()
