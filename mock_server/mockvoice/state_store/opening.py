"""Opening of the database at an address."""

from mockvoice.state_store.batch import StoreError
from mockvoice.state_store.database import Database
from mockvoice.state_store.urls import SqliteUrl, parse_store_url


def open_database(address: str) -> Database:
    """Open the database at the address of ``--state``. Raises ``StoreError`` and ``InvalidStoreUrl``."""
    url = parse_store_url(address)
    if isinstance(url, SqliteUrl):
        from mockvoice.state_store.sqlite import SqliteDatabase

        return SqliteDatabase(url)
    try:
        from mockvoice.state_store.postgresql import PostgresqlDatabase
    except ImportError as error:
        raise StoreError(
            "PostgreSQL needs the extra postgresql: pip install 'mockvoice[postgresql]'"
        ) from error
    return PostgresqlDatabase(url)
