"""Dump a backend as JSON, and load a backend from JSON."""

from collections.abc import Callable, Collection, Iterator
from typing import Any, TypeVar

from mockvoice.kernel import codec
from mockvoice.kernel.backend import Backend
from mockvoice.kernel.clock import Clock
from mockvoice.kernel.codec import DecodeError
from mockvoice.kernel.store import Table

AnyBackend = TypeVar("AnyBackend", bound=Backend)

_KEYS = {"extra_state", "ids", "seed", "tables"}


def dump(backend: Backend, indent: str = "") -> Iterator[bytes]:
    """Iterate over pieces of sorted, indented JSON; equal backends have equal dumps.

    The backend must not change during the iteration: pass a fork.
    """
    inner = indent + "  "
    extra_state = {name: getattr(backend, name) for name in backend.extra_state}
    yield b'{\n%s"extra_state": ' % inner.encode() + codec.dumps(extra_state, inner)
    yield b',\n%s"ids": ' % inner.encode() + codec.dumps(backend.ids.counters(), inner)
    yield b',\n%s"seed": %d' % (inner.encode(), backend.ids.seed)
    yield b',\n%s"tables": {' % inner.encode()
    tables = sorted(backend.all_tables().items())
    for number, (name, table) in enumerate(tables):
        yield b'%s\n%s  "%s": ' % (b"," * (number > 0), inner.encode(), name.encode())
        yield from _dump_rows(table, inner + "  ")
    yield b"\n%s}\n%s}" % (inner.encode(), indent.encode())


def _dump_rows(table: Table[Any], indent: str) -> Iterator[bytes]:
    start = f"\n{indent}  ".encode()
    is_empty = True
    for row in table:
        yield (b"[" if is_empty else b",") + start + codec.dumps(row, indent + "  ")
        is_empty = False
    yield b"[]" if is_empty else b"\n%s]" % indent.encode()


def load(create: Callable[[Clock, int], AnyBackend], clock: Clock, data: Any) -> AnyBackend:
    """Create the backend that JSON data describes, with this clock. Raises ``DecodeError``."""
    _check_keys(data, _KEYS, "$")
    backend = create(clock, codec.decode(int, data["seed"]))
    with backend.transaction():
        _load_extra_state(backend, data["extra_state"])
        try:
            counters = codec.decode(dict[str, int], data["ids"])
        except DecodeError as error:
            raise error.prefixed("$.ids") from error
        for name, number in counters.items():
            backend.ids.set(name, number)
        _check_keys(data["tables"], backend.all_tables(), "$.tables")
        for name, table in backend.all_tables().items():
            _load_rows(table, data["tables"][name], f"$.tables.{name}")
    return backend


def _load_extra_state(backend: Backend, data: Any) -> None:
    _check_keys(data, backend.extra_state, "$.extra_state")
    for name, kind in backend.extra_state.items():
        try:
            setattr(backend, name, codec.decode(kind, data[name]))
        except DecodeError as error:
            raise error.prefixed(f"$.extra_state.{name}") from error


def _load_rows(table: Table[Any], data: Any, path: str) -> None:
    if not isinstance(data, list):
        raise DecodeError("must be a list of rows", path)
    for index, item in enumerate(data):
        try:
            row = codec.decode(table.row_type, item)
            if table.key_of(row) in table:
                raise DecodeError("has the key of another row")
            table.put(row)
        except DecodeError as error:
            raise error.prefixed(f"{path}[{index}]") from error
        except (ValueError, TypeError, LookupError, ArithmeticError, AttributeError) as error:
            # The functions that compute a row's index values and sort keys may fail.
            raise DecodeError(f"cannot be stored: {error}", f"{path}[{index}]") from error


def _check_keys(data: Any, expected: Collection[str], path: str) -> None:
    if not isinstance(data, dict):
        raise DecodeError("must be an object", path)
    for name in sorted(set(expected) - data.keys()):
        raise DecodeError("is missing", f"{path}.{name}")
    for name in sorted(data.keys() - set(expected)):
        raise DecodeError("is unknown", f"{path}.{name}")
