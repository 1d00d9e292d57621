"""The addresses of stores, as ``--state`` has them."""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote

SCHEME = "sqlite:"
POSTGRESQL_SCHEMES = ("postgresql://", "postgres://")
EXAMPLES = "sqlite:///mockvoice.db or postgresql://user@host/database"
# Up to the last "@", since a password may have any character.
_PASSWORD = re.compile(r"(//[^/?#:@]*):[^?#]*@")
_PASSWORD_OPTION = re.compile(r"([?&](?:ssl)?password=)[^&]*")
# How sure SQLite is that the disk has what is committed. By "normal" a crash of the process loses
# nothing, and a loss of power the last moments at most; by "full" not even these.
SYNCHRONOUS = ("normal", "full")


class InvalidStoreUrl(ValueError):
    """The text is not the address of a store."""


@dataclass(frozen=True, slots=True)
class SqliteUrl:
    """The address of an SQLite file."""

    path: Path
    synchronous: str = "normal"

    def __str__(self) -> str:
        return f"{SCHEME}///{self.path}"


@dataclass(frozen=True, slots=True)
class PostgresqlUrl:
    """The address of a database of PostgreSQL, as libpq reads it. Its text has no password."""

    conninfo: str

    def __str__(self) -> str:
        return without_password(self.conninfo)


StoreUrl = SqliteUrl | PostgresqlUrl


def parse_store_url(text: str) -> StoreUrl:
    """Return the address: ``sqlite:///path``, ``sqlite:////absolute/path`` or ``postgresql://…``.

    Raises ``InvalidStoreUrl``.
    """
    if text.startswith(POSTGRESQL_SCHEMES):
        return PostgresqlUrl(text)
    return _parse_sqlite_url(text)


def without_password(text: str) -> str:
    """Return an address with ``***`` in place of the password, for messages."""
    text = _PASSWORD_OPTION.sub(r"\1***", text)
    return _PASSWORD.sub(r"\1:***@", text)


def _parse_sqlite_url(text: str) -> SqliteUrl:
    address, _, query = text.partition("?")
    if not address.startswith(f"{SCHEME}///"):
        # The text may have a password in a form that nothing recognises.
        shown = repr(text) if "@" not in text and "password" not in text else "this"
        raise InvalidStoreUrl(f"{shown} is not the address of a store, such as {EXAMPLES}")
    path = unquote(address.removeprefix(f"{SCHEME}///"))
    if not path or path.endswith(("/", "\\")) or "\0" in path:
        raise InvalidStoreUrl(f"{text!r} has no file, unlike sqlite:///mockvoice.db")
    options = dict(parse_qsl(query, keep_blank_values=True))
    synchronous = options.pop("synchronous", SYNCHRONOUS[0])
    if options or synchronous not in SYNCHRONOUS:
        raise InvalidStoreUrl(
            f"{text!r} has the unknown option {next(iter(options), 'synchronous')!r}; possible are "
            "synchronous=normal and synchronous=full"
        )
    return SqliteUrl(Path(path), synchronous)
