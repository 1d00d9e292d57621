"""Statements that hold of any state of a service, asked after scenarios and while it is fuzzed."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from mockvoice_contracts.harness.client import Api, Reply, describe_response


def same_twice(api: Api, operation_id: str, **call: Any) -> Reply:
    """Ask the same twice; reading changes nothing, so that both answers are equal."""
    first = api.exchange(operation_id, expect=200, **call)
    second = api.exchange(operation_id, expect=200, **call)
    if first.body != second.body:
        problem = f"{operation_id} answered otherwise when it was asked again"
        raise AssertionError(
            "\n".join([problem, *describe_response(first), *describe_response(second)])
        )
    return first


def rows_equal_reads(
    api: Api, rows: Iterable[Mapping[str, Any]], get: str, parameter: str, *, key: str = "id"
) -> int:
    """Each row of a list is the record as it is read by itself. Gives how many there were."""
    number = 0
    for row in rows:
        number += 1
        reply = api.exchange(get, expect=200, **{parameter: row[key]})
        if reply.body["data"] != row:
            problem = f"{get} of {row[key]} shows another record than the list, which has {row}"
            raise AssertionError("\n".join([problem, *describe_response(reply)]))
    return number


def rows_within_reads(
    api: Api,
    rows: Iterable[Mapping[str, Any]],
    get: str,
    parameter: str,
    record: Callable[[Any], Mapping[str, Any]],
) -> int:
    """Whatever a list's row shows, the record shows the same by itself, perhaps with more beside it.

    ``record`` finds it in the answer. Gives how many rows there were.
    """
    number = 0
    for row in rows:
        number += 1
        reply = api.exchange(get, expect=200, **{parameter: row["id"]})
        read = record(reply.body)
        if other := {name: value for name, value in row.items() if read.get(name, value) != value}:
            problem = f"{get} of {row['id']} shows otherwise what the list shows as {other}"
            raise AssertionError("\n".join([problem, *describe_response(reply)]))
    return number


def nothing_changed(read: Callable[[], Any], *refusals: Callable[[], Any]) -> None:
    """Ask for what has to be refused; afterwards everything reads as it did before."""
    before = read()
    for refusal in refusals:
        refusal()
        after = read()
        if after != before:
            raise AssertionError(f"a refused request has changed {before} to {after}")


def adds_up(about: str, shown: Any, *parts: Any) -> None:
    """An amount is the sum of its parts, to the cent. Raises ``AssertionError``, which names it."""
    whole = sum((Decimal(str(part)) for part in parts), Decimal(0))
    if Decimal(str(shown)) != whole:
        raise AssertionError(f"{about} is {shown}, and what it is made of comes to {whole}")


class UniqueValues:
    """Ids and numbers that were given once are not given again."""

    def __init__(self) -> None:
        self._given: dict[str, set[Any]] = {}

    def add(self, kind: str, value: Any) -> None:
        """Note a value that has just been given. Raises ``AssertionError`` if it was before."""
        given = self._given.setdefault(kind, set())
        if value in given:
            raise AssertionError(f"{kind} {value!r} was given to a second record")
        given.add(value)
