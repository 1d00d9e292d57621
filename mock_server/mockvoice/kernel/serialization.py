"""A whole world as JSON, and a world made of such a text."""

from collections.abc import Callable, Collection, Iterator
from typing import Any, TypeVar

from mockvoice.kernel import codec
from mockvoice.kernel.backend import Backend
from mockvoice.kernel.clock import Clock
from mockvoice.kernel.codec import DecodeError
from mockvoice.kernel.store import Table

World = TypeVar("World", bound=Backend)

_PARTS = {"extra_state", "ids", "seed", "tables"}


def dump(world: Backend, indent: str = "") -> Iterator[bytes]:
    """A world in pieces of JSON, sorted and indented; equal worlds give equal texts.

    The world must not change meanwhile: take a fork.
    """
    deeper = indent + "  "
    extra_state = {name: getattr(world, name) for name in world.extra_state}
    yield b'{\n%s"extra_state": ' % deeper.encode() + codec.dumps(extra_state, deeper)
    yield b',\n%s"ids": ' % deeper.encode() + codec.dumps(world.ids.counters(), deeper)
    yield b',\n%s"seed": %d' % (deeper.encode(), world.ids.seed)
    yield b',\n%s"tables": {' % deeper.encode()
    tables = sorted(world.all_tables().items())
    for number, (name, table) in enumerate(tables):
        yield b'%s\n%s  "%s": ' % (b"," * (number > 0), deeper.encode(), name.encode())
        yield from _rows(table, deeper + "  ")
    yield b"\n%s}\n%s}" % (deeper.encode(), indent.encode())


def _rows(table: Table[Any], indent: str) -> Iterator[bytes]:
    start = f"\n{indent}  ".encode()
    begun = False
    for row in table:
        yield (b"," if begun else b"[") + start + codec.dumps(row, indent + "  ")
        begun = True
    yield b"\n%s]" % indent.encode() if begun else b"[]"


def load(make: Callable[[Clock, int], World], clock: Clock, found: Any) -> World:
    """The world that JSON data describes, living by this clock. Raises ``Unreadable``."""
    _check_names(found, _PARTS, "$")
    world = make(clock, codec.decode(int, found["seed"]))
    with world.transaction():
        _read_aside(world, found["extra_state"])
        try:
            counters = codec.decode(dict[str, int], found["ids"])
        except DecodeError as error:
            raise error.prefixed("$.ids") from error
        for name, number in counters.items():
            world.ids.set(name, number)
        _check_names(found["tables"], world.all_tables(), "$.tables")
        for name, table in world.all_tables().items():
            _fill(table, found["tables"][name], f"$.tables.{name}")
    return world


def _read_aside(world: Backend, found: Any) -> None:
    _check_names(found, world.extra_state, "$.extra_state")
    for name, kind in world.extra_state.items():
        try:
            setattr(world, name, codec.decode(kind, found[name]))
        except DecodeError as error:
            raise error.prefixed(f"$.extra_state.{name}") from error


def _fill(table: Table[Any], found: Any, where: str) -> None:
    if not isinstance(found, list):
        raise DecodeError("must be a list of rows", where)
    for place, each in enumerate(found):
        try:
            row = codec.decode(table.row_type, each)
            if table.key_of(row) in table:
                raise DecodeError("has the key of another row")
            table.put(row)
        except DecodeError as error:
            raise error.prefixed(f"{where}[{place}]") from error
        except (ValueError, TypeError, LookupError, ArithmeticError, AttributeError) as error:
            # What a row is found and sorted by is computed from it.
            raise DecodeError(f"cannot be kept: {error}", f"{where}[{place}]") from error


def _check_names(found: Any, expected: Collection[str], where: str) -> None:
    if not isinstance(found, dict):
        raise DecodeError("must be an object", where)
    for name in sorted(set(expected) - found.keys()):
        raise DecodeError("is missing", f"{where}.{name}")
    for name in sorted(found.keys() - set(expected)):
        raise DecodeError("is unknown", f"{where}.{name}")
