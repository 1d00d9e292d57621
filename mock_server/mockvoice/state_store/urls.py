"""The addresses of stores, as ``--state`` has them."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote

SCHEME = "sqlite:"
EXAMPLE = "sqlite:///mockvoice.db"
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


def parse_store_url(text: str) -> SqliteUrl:
    """Return the address: ``sqlite:///relative/path`` or ``sqlite:////absolute/path``.

    Raises ``InvalidStoreUrl``.
    """
    address, _, query = text.partition("?")
    if not address.startswith(f"{SCHEME}///"):
        raise InvalidStoreUrl(f"{text!r} is not the address of a store, such as {EXAMPLE}")
    path = unquote(address.removeprefix(f"{SCHEME}///"))
    if not path or path.endswith(("/", "\\")) or "\0" in path:
        raise InvalidStoreUrl(f"{text!r} has no file, unlike {EXAMPLE}")
    options = dict(parse_qsl(query, keep_blank_values=True))
    synchronous = options.pop("synchronous", SYNCHRONOUS[0])
    if options or synchronous not in SYNCHRONOUS:
        raise InvalidStoreUrl(
            f"{text!r} has the unknown option {next(iter(options), 'synchronous')!r}; possible are "
            "synchronous=normal and synchronous=full"
        )
    return SqliteUrl(Path(path), synchronous)
