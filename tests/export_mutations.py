"""Random mutations of export files: other values, other types, missing and additional members."""

import copy
import json
from collections.abc import Iterator
from random import Random
from typing import Any

Path = tuple[str | int, ...]

# Values of each type that a field may get, besides changed forms of its present value.
_VALUES: tuple[Any, ...] = (
    None, "", "x", "0", "é\u0000", "2026-13-40", "9999-12-31", "2026-01-31", "2026-01-31T00:00:00Z",
    "NaN", "1e5", "-1.00", "unknown", "00000000-0000-4000-8000-000000000000", "a" * 3000,
    True, 0, -1, 1, 99_999, 10**15, 2**63, 10**30, 1.5, [], {},
)  # fmt: skip
_COUNTERS = (0, -1, 1, 2, 10**20)


def mutate(data: dict[str, Any], rng: Random) -> tuple[dict[str, Any], str]:
    """Return a copy of one vendor's data with one mutation, and its description."""
    mutated = copy.deepcopy(data)
    if rng.random() < 0.05 and mutated["ids"]:
        name = rng.choice(sorted(mutated["ids"]))
        mutated["ids"][name] = rng.choice(_COUNTERS)
        return mutated, f"ids.{name} = {mutated['ids'][name]}"
    tables = {name: rows for name, rows in mutated["tables"].items() if rows}
    name = rng.choice(sorted(tables))
    rows = tables[name]
    index = rng.randrange(len(rows))
    if rng.random() < 0.08:
        del rows[index]
        return mutated, f"{name}[{index}] deleted"
    return mutated, f"{name}[{index}]{_mutate_row(rows, index, rng)}"


def _mutate_row(rows: list[Any], index: int, rng: Random) -> str:
    paths = [path for path in _paths(rows[index]) if path]
    path = rng.choice(paths)
    parent = _value_at(rows[index], path[:-1])
    before = parent[path[-1]]
    text = "".join(f".{step}" for step in path)
    if isinstance(parent, dict) and rng.random() < 0.1:
        del parent[path[-1]]
        return f"{text} deleted"
    if isinstance(before, dict) and rng.random() < 0.3:
        before["additional"] = 1
        return f"{text}.additional = 1"
    parent[path[-1]] = after = copy.deepcopy(_new_value(rows, index, path, rng))
    return f"{text}: {json.dumps(before)[:80]} -> {json.dumps(after)[:80]}"


def _new_value(rows: list[Any], index: int, path: Path, rng: Random) -> Any:
    before = _value_at(rows[index], path)
    match rng.randrange(4):
        case 0:
            return rng.choice(_VALUES)
        case 1:
            return rng.choice(_changed_forms(before))
        case 2:  # the same field of another row
            try:
                return _value_at(rng.choice(rows), path)
            except (LookupError, TypeError):
                return None
        case _:  # another field of this row
            return _value_at(rows[index], rng.choice(list(_paths(rows[index]))))


def _changed_forms(value: Any) -> tuple[Any, ...]:
    match value:
        case bool():
            return (not value,)
        case int():
            return (0, -1, value + 1, value + 1000, 10**12, -value)
        case str():
            return ("", f"{value}x", value[:-1], value.upper(), "zzz", f"-{value}", f"{value}0")
        case list():
            return (value * 2, value[:-1])
        case dict():
            return ({},)
        case _:
            return _VALUES


def _paths(node: Any, path: Path = ()) -> Iterator[Path]:
    yield path
    items = (
        node.items()
        if isinstance(node, dict)
        else enumerate(node)
        if isinstance(node, list)
        else ()
    )
    for step, child in items:
        yield from _paths(child, (*path, step))


def _value_at(node: Any, path: Path) -> Any:
    for step in path:
        node = node[step]
    return node
