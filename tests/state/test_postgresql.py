"""A store in PostgreSQL: a connection that is lost loses nothing."""

import psycopg
import pytest

from mockvoice.assembly import StateStoreUnavailable
from mockvoice.state_store.urls import parse_store_url, without_password
from tests.state.stored_server import stored_server
from tests.state.test_failures import new_invoice, numbers


@pytest.fixture
def database(postgresql):
    return postgresql.new_database()


def end_connections(postgresql, database):
    """End all connections to a database, as a failing network would."""
    name = database.partition("///")[2] or database.rpartition("@/")[2]
    with psycopg.connect(postgresql.url(), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s",
            (name.partition("?")[0],),
        )


def test_a_lost_connection_refuses_what_was_not_stored_and_is_made_again(postgresql, database):
    with stored_server(database) as server:
        before = numbers(server)
        end_connections(postgresql, database)
        refused = new_invoice(server)
        assert refused.status_code == 503
        assert "was not stored" in refused.text
        assert numbers(server) == before
        assert new_invoice(server).status_code in (200, 201)
        assert numbers(server) == [*before, before[-1] + 1]
    with stored_server(database) as server:
        assert numbers(server) == [*before, before[-1] + 1]


def test_a_server_of_postgresql_that_ends_is_waited_for(postgresql, database):
    with stored_server(database) as server:
        before = numbers(server)
        postgresql.control("stop", "-m", "immediate")
        try:
            assert new_invoice(server).status_code == 503
            refused = server.vendor("growcrm", "GET", "/api/invoices", "growcrm-demo-key")
            assert refused.status_code == 503
            assert refused.headers["Retry-After"] == "1"
        finally:
            postgresql.control("start")
        assert numbers(server) == before
        assert new_invoice(server).status_code in (200, 201)


def test_a_database_that_does_not_exist_is_refused(postgresql):
    with pytest.raises(StateStoreUnavailable, match='database "missing" does not exist'):
        stored_server(postgresql.url("missing")).__enter__()


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://me:s3cret@db/state", "postgresql://me:***@db/state"),
        ("postgres://me@db/state?password=s3cret&sslmode=require",
         "postgres://me@db/state?password=***&sslmode=require"),
        ("postgresql:///state", "postgresql:///state"),
    ],
)  # fmt: skip
def test_the_password_of_an_address_is_not_shown(address, shown):
    assert str(parse_store_url(address)) == without_password(address) == shown
