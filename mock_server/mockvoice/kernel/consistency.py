"""Checks of a loaded backend: references between rows, counters of ids, and required rows."""

from collections.abc import Iterator
from typing import Any

from mockvoice.kernel.backend import Backend
from mockvoice.kernel.codec import DecodeError
from mockvoice.kernel.store import Table


def check(backend: Backend) -> None:
    """Check that each reference leads to a row, each new id will be unused, and no row is missing.

    Raises ``DecodeError``, which names table, row and field.
    """
    for table in backend.all_tables().values():
        for path, target in table.references.items():
            _check_references(table, path, backend.all_tables()[target])
        _check_sequence(backend, table)
        _check_field_sequences(backend, table)
        _check_required(table)


def _check_references(table: Table[Any], path: str, target: Table[Any]) -> None:
    none_values = (None, 0, "") if path.endswith("?") else (None,)
    steps = path.removesuffix("?").split(".")
    for index, row in enumerate(table):
        for field, value in _values_at(row, steps):
            if value not in target and value not in none_values:
                raise DecodeError(
                    f"refers to {value!r}, but {target.name} has no such row "
                    f"(in the row with the key {table.key_of(row)!r})",
                    f"$.tables.{table.name}[{index}]{field}",
                )


def _values_at(value: Any, steps: list[str], path: str = "") -> Iterator[tuple[str, Any]]:
    """Iterate over the values at a reference's path, with the path of each; see ``add_table``."""
    if not steps or value is None:
        yield path, value
    elif steps[0] == "*":
        for index, item in enumerate(value):
            yield from _values_at(item, steps[1:], f"{path}[{index}]")
    elif isinstance(value, tuple):
        yield from _values_at(value[int(steps[0])], steps[1:], f"{path}[{steps[0]}]")
    else:
        yield from _values_at(getattr(value, steps[0]), steps[1:], f"{path}.{steps[0]}")


def _check_sequence(backend: Backend, table: Table[Any]) -> None:
    if table.sequence is None or not len(table):
        return
    last_key = max((int(table.key_of(row)) for row in table), key=abs)
    last_number = backend.ids.last(table.sequence)
    if last_number < abs(last_key):
        raise DecodeError(
            f"is {last_number}, but {table.name} has a row with the key {last_key}",
            f"$.ids.{table.sequence}",
        )


def _check_field_sequences(backend: Backend, table: Table[Any]) -> None:
    for field, sequence in table.field_sequences.items():
        steps, last_number = field.split("."), backend.ids.last(sequence)
        numbers = (
            (number, f"{table.name}[{index}]{path}")
            for index, row in enumerate(table)
            for path, number in _values_at(row, steps)
            if number is not None
        )
        highest, place = max(numbers, default=(0, ""))
        if last_number < highest:
            raise DecodeError(
                f"is {last_number}, but $.tables.{place} is {highest}", f"$.ids.{sequence}"
            )


def _check_required(table: Table[Any]) -> None:
    for key in table.required_keys:
        if key not in table:
            raise DecodeError(f"needs a row with the key {key!r}", f"$.tables.{table.name}")
    for index, values in table.required_values.items():
        for value in values:
            if not table.count(index, value):
                raise DecodeError(
                    f"needs a row whose {index} is {value!r}", f"$.tables.{table.name}"
                )
