"""Differences of two values in words, such as ``rows[2]['total'] is 41.99, expected 42.00``."""

import ast
from collections.abc import Collection, Iterator, Mapping
from collections.abc import Set as AbstractSet
from decimal import Decimal
from itertools import accumulate
from typing import Any

from mockvoice_contracts.harness.expression_text import expression_text

MAX_VALUE_CHARS = 200
MAX_DIFFERENCES = 3
MIN_TELLING_CHARS = 4
_JSON_WORDS = {None: "null", True: "true", False: "false"}
SHORT_VALUE_CHARS = 80  # values up to this length are shown whole


def format_value(value: Any, limit: int = MAX_VALUE_CHARS) -> str:
    """Return a value as text, shortened: null, true and false as in JSON, tuples and sets as lists."""
    text = _format(value)
    if len(text) <= limit:
        return text
    if isinstance(value, list | tuple | AbstractSet):
        return _shortened_list(value, limit)
    return f"{text[:limit]}…"


def _shortened_list(value: Collection[Any], limit: int) -> str:
    """Return the first members of a long list, and their number: ``[1, 2, 3, … 400 entries]``."""
    texts = [_format(member) for member in value]
    if isinstance(value, AbstractSet):
        texts.sort()
    lengths = accumulate(len(text) + 2 for text in texts)
    shown = texts[: sum(length <= limit for length in lengths)] or [texts[0][:limit]]
    return f"[{', '.join(shown)}, … {len(texts)} entries]"


def _format(value: Any) -> str:
    if isinstance(value, Decimal):
        return str(value)
    if value is None or isinstance(value, bool):
        return _JSON_WORDS[value]
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{_format(k)}: {_format(v)}' for k, v in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_format, value))}]"
    if isinstance(value, AbstractSet):
        return f"[{', '.join(sorted(map(_format, value)))}]"
    return repr(value)


def unexpected_values(actual: Any, expected: Any) -> set[str]:
    """Return the texts and numbers in a value that the other one does not have, as texts.

    Short ones are left out: they may stand anywhere in a response by chance.
    """
    texts = {*_leaves(actual)} - {*_leaves(expected)}
    return {text for text in texts if len(text) >= MIN_TELLING_CHARS}


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple | AbstractSet):
        for member in value:
            yield from _leaves(member)
    elif isinstance(value, str | int | Decimal):
        yield str(value)


def describe_inequality(name: str, actual: Any, expected: Any, source: ast.expr | None) -> str:
    """Return where two values differ; ``source`` is the expression of the actual value.

    Parts of a value are named by their own expressions if the source is a display of them.
    """
    whole = f"{name} is {format_value(actual)}, expected {format_value(expected)}"
    is_display = isinstance(source, ast.Tuple | ast.List | ast.Dict)
    texts = (_format(actual), _format(expected))
    if not is_display and max(map(len, texts)) <= SHORT_VALUE_CHARS:
        return whole
    differences = list(_differences(name, actual, expected, source))
    if not differences:
        return whole
    more = len(differences) - MAX_DIFFERENCES
    suffix = f"; and {more} more differences" if more > 0 else ""
    return "; ".join(differences[:MAX_DIFFERENCES]) + suffix


def _differences(name: str, actual: Any, expected: Any, source: ast.expr | None) -> Iterator[str]:
    if actual == expected and type(actual) is type(expected):
        return
    if isinstance(actual, Mapping) and isinstance(expected, Mapping):
        yield from _differences_of_mappings(name, actual, expected, source)
    elif isinstance(actual, AbstractSet) and isinstance(expected, AbstractSet):
        yield from _differences_of_sets(name, actual, expected)
    elif isinstance(actual, list | tuple) and isinstance(expected, list | tuple):
        yield from _differences_of_sequences(name, actual, expected, source)
    elif actual != expected:
        yield f"{name} is {format_value(actual)}, expected {format_value(expected)}"


def _differences_of_mappings(
    name: str, actual: Mapping[Any, Any], expected: Mapping[Any, Any], source: ast.expr | None
) -> Iterator[str]:
    parts = _parts_of_mapping(source)
    for key in dict.fromkeys([*expected, *actual]):
        part = f"{name}[{key!r}]"
        if key not in actual:
            yield f"{part} is missing, expected {format_value(expected[key])}"
        elif key not in expected:
            yield f"{part} is {format_value(actual[key])}, expected to be missing"
        else:
            node = parts.get(key)
            yield from _differences(_name_of(node, part), actual[key], expected[key], node)


def _differences_of_sequences(
    name: str, actual: Any, expected: Any, source: ast.expr | None
) -> Iterator[str]:
    if len(actual) != len(expected):
        whole = f"{format_value(actual)}, expected {format_value(expected)}"
        yield f"{name} has {len(actual)} entries, expected {len(expected)}: {whole}"
        return
    is_display = isinstance(source, ast.Tuple | ast.List) and len(source.elts) == len(actual)
    for index, (left, right) in enumerate(zip(actual, expected, strict=True)):
        node = source.elts[index] if is_display else None  # type: ignore[union-attr]
        yield from _differences(_name_of(node, f"{name}[{index}]"), left, right, node)


def _differences_of_sets(
    name: str, actual: AbstractSet[Any], expected: AbstractSet[Any]
) -> Iterator[str]:
    if missing := expected - actual:
        yield f"{name} lacks {format_value(missing)}"
    if additional := actual - expected:
        yield f"{name} also has {format_value(additional)}"


def _parts_of_mapping(source: ast.expr | None) -> dict[Any, ast.expr]:
    """Return the expressions of a dictionary display by their constant keys."""
    if not isinstance(source, ast.Dict):
        return {}
    pairs = zip(source.keys, source.values, strict=True)
    return {key.value: value for key, value in pairs if isinstance(key, ast.Constant)}


def _name_of(node: ast.expr | None, default: str) -> str:
    """Return the text of an expression that has a meaning of its own, unlike a constant."""
    if node is None or isinstance(node, ast.Constant | ast.Tuple | ast.List | ast.Dict):
        return default
    return expression_text(node)
