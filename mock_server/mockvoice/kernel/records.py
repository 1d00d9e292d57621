"""A whole world as JSON, and a world made of such a text."""

from collections.abc import Callable, Collection, Iterator
from typing import Any, TypeVar

from mockvoice.kernel import codec
from mockvoice.kernel.backend import Backend
from mockvoice.kernel.clock import Clock
from mockvoice.kernel.codec import Unreadable
from mockvoice.kernel.store import Table

World = TypeVar("World", bound=Backend)

_PARTS = {"aside", "ids", "seed", "tables"}


def written(world: Backend, indent: str = "") -> Iterator[bytes]:
    """A world in pieces of JSON, sorted and indented; equal worlds give equal texts.

    The world must not change meanwhile: take a fork.
    """
    deeper = indent + "  "
    aside = {name: getattr(world, name) for name in world.aside}
    yield b'{\n%s"aside": ' % deeper.encode() + codec.text(aside, deeper)
    yield b',\n%s"ids": ' % deeper.encode() + codec.text(world.ids.counters(), deeper)
    yield b',\n%s"seed": %d' % (deeper.encode(), world.ids.seed)
    yield b',\n%s"tables": {' % deeper.encode()
    tables = sorted(world.each_table().items())
    for number, (name, table) in enumerate(tables):
        yield b'%s\n%s  "%s": ' % (b"," * (number > 0), deeper.encode(), name.encode())
        yield from _rows(table, deeper + "  ")
    yield b"\n%s}\n%s}" % (deeper.encode(), indent.encode())


def _rows(table: Table[Any], indent: str) -> Iterator[bytes]:
    start = f"\n{indent}  ".encode()
    begun = False
    for row in table:
        yield (b"," if begun else b"[") + start + codec.text(row, indent + "  ")
        begun = True
    yield b"\n%s]" % indent.encode() if begun else b"[]"


def read(make: Callable[[Clock, int], World], clock: Clock, found: Any) -> World:
    """The world that JSON data describes, living by this clock. Raises ``Unreadable``."""
    _check_names(found, _PARTS, "$")
    world = make(clock, codec.read(int, found["seed"]))
    with world.transaction():
        _read_aside(world, found["aside"])
        try:
            counters = codec.read(dict[str, int], found["ids"])
        except Unreadable as error:
            raise error.below("$.ids") from error
        for name, number in counters.items():
            world.ids.resume(name, number)
        _check_names(found["tables"], world.each_table(), "$.tables")
        for name, table in world.each_table().items():
            _fill(table, found["tables"][name], f"$.tables.{name}")
    return world


def _read_aside(world: Backend, found: Any) -> None:
    _check_names(found, world.aside, "$.aside")
    for name, kind in world.aside.items():
        try:
            setattr(world, name, codec.read(kind, found[name]))
        except Unreadable as error:
            raise error.below(f"$.aside.{name}") from error


def _fill(table: Table[Any], found: Any, where: str) -> None:
    if not isinstance(found, list):
        raise Unreadable("must be a list of rows", where)
    for place, each in enumerate(found):
        try:
            row = codec.read(table.row_type, each)
            if table.key_of(row) in table:
                raise Unreadable("has the key of another row")
            table.put(row)
        except Unreadable as error:
            raise error.below(f"{where}[{place}]") from error
        except (ValueError, TypeError, LookupError, ArithmeticError, AttributeError) as error:
            # What a row is found and sorted by is computed from it.
            raise Unreadable(f"cannot be kept: {error}", f"{where}[{place}]") from error


def _check_names(found: Any, expected: Collection[str], where: str) -> None:
    if not isinstance(found, dict):
        raise Unreadable("must be an object", where)
    for name in sorted(set(expected) - found.keys()):
        raise Unreadable("is missing", f"{where}.{name}")
    for name in sorted(found.keys() - set(expected)):
        raise Unreadable("is unknown", f"{where}.{name}")
