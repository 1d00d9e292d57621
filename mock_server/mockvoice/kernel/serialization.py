"""Dump a backend as JSON, and load a backend from JSON."""

from collections.abc import Collection, Iterator
from typing import Annotated, Any, TypeVar

from msgspec import Meta

from mockvoice.kernel import codec, consistency
from mockvoice.kernel.backend import Backend
from mockvoice.kernel.clock import Clock
from mockvoice.kernel.codec import DecodeError
from mockvoice.kernel.store import Table

AnyBackend = TypeVar("AnyBackend", bound=Backend)

_REQUIRED_KEYS = {"ids", "seed", "tables"}
_OPTIONAL_KEYS = {"extra_state", "schema"}  # the first exports had no schema

# Up to the largest integer that every JSON parser reads exactly.
Counter = Annotated[int, Meta(ge=0, le=2**53)]


def dump(backend: Backend, indent: str = "") -> Iterator[bytes]:
    """Iterate over pieces of sorted, indented JSON; equal backends have equal dumps.

    The backend must not change during the iteration: pass a fork.
    """
    inner = indent + "  "
    extra_state = {name: getattr(backend, name) for name in backend.extra_state}
    yield b'{\n%s"extra_state": ' % inner.encode() + codec.dumps(extra_state, inner)
    yield b',\n%s"ids": ' % inner.encode() + codec.dumps(backend.ids.counters(), inner)
    yield b',\n%s"schema": %d' % (inner.encode(), backend.schema_version)
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


def load(create: type[AnyBackend], clock: Clock, data: Any) -> AnyBackend:
    """Create the backend that JSON data describes, with this clock. Raises ``DecodeError``.

    Data of an older schema is accepted: tables and fields that did not exist yet are empty or have
    their default. Every value is checked, and so are the references between rows.
    """
    _check_keys(data, _REQUIRED_KEYS, "$", optional=_OPTIONAL_KEYS)
    data = _upgraded(create, data)
    backend = create(clock, _decode_at("$.seed", int, data["seed"]))
    with backend.transaction():
        _load_extra_state(backend, data.get("extra_state", {}))
        for name, number in _decode_at("$.ids", dict[str, Any], data["ids"]).items():
            backend.ids.set(name, _decode_at(f"$.ids.{name}", Counter, number))
        tables = backend.all_tables()
        _check_keys(data["tables"], (), "$.tables", optional=tables)
        for name, table in tables.items():
            _load_rows(table, data["tables"].get(name, []), f"$.tables.{name}")
        consistency.check(backend)
    return backend


def _upgraded(backend: type[Backend], data: dict[str, Any]) -> dict[str, Any]:
    """Return the data in the present schema. Raises ``DecodeError`` for a newer one."""
    version = _decode_at("$.schema", int, data.get("schema", 1))
    if not 1 <= version <= backend.schema_version:
        raise DecodeError(
            f"is {version}, which this version of Mockvoice cannot read; expected 1 to "
            f"{backend.schema_version}",
            "$.schema",
        )
    return data if version == backend.schema_version else backend.upgrade_export(data, version)


def _load_extra_state(backend: Backend, data: Any) -> None:
    _check_keys(data, (), "$.extra_state", optional=backend.extra_state)
    for name, value in data.items():
        kind = backend.extra_state[name]
        setattr(backend, name, _decode_at(f"$.extra_state.{name}", kind, value))


def _decode_at(path: str, kind: Any, data: Any) -> Any:
    try:
        return codec.decode(kind, data)
    except DecodeError as error:
        raise error.prefixed(path) from error


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


def _check_keys(
    data: Any, required: Collection[str], path: str, *, optional: Collection[str] = ()
) -> None:
    if not isinstance(data, dict):
        raise DecodeError("must be an object", path)
    for name in sorted(set(required) - data.keys()):
        raise DecodeError("is missing", f"{path}.{name}")
    for name in sorted(data.keys() - {*required, *optional}):
        raise DecodeError("is unknown", f"{path}.{name}")
