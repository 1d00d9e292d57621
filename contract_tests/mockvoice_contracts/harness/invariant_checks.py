"""Invariant checks that hold in any state of a service, used in scenarios and fuzz tests."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api, Response, describe_response
from mockvoice_contracts.harness.compared_values import describe_inequality


def read_twice(api: Api, operation_id: str, **call: Any) -> Response:
    """Send the same read twice and return the first response; both must be equal."""
    first = api.exchange(operation_id, expect=200, **call)
    second = api.exchange(operation_id, expect=200, **call)
    if first.body != second.body:
        problem = f"{operation_id} returned a different response when it was repeated"
        raise AssertionError(
            "\n".join([problem, *describe_response(first), *describe_response(second)])
        )
    return first


def existing_rows(api: Api, rows: Sequence[Any], name: str) -> Sequence[Any]:
    """Return the rows of a list; skip the test if an account that is only read has none."""
    if not rows and not api.can_write:
        pytest.skip(f"the account has no {name}")
    return rows


def check_rows_equal_records(
    api: Api,
    rows: Iterable[Mapping[str, Any]],
    get: str,
    parameter: str,
    *,
    key: str = "id",
    record: Callable[[Any], Any] = lambda body: body,
) -> int:
    """Check that each row of a list equals the record read by its id; return the number of rows.

    ``record`` finds the record in the response body; by default it is the whole body.
    """
    count = 0
    for row in rows:
        count += 1
        response = api.exchange(get, expect=200, **{parameter: row[key]})
        if record(response.body) != row:
            problem = f"{get} of {row[key]} differs from its row in the list: {row}"
            raise AssertionError("\n".join([problem, *describe_response(response)]))
    return count


def check_rows_match_records(
    api: Api,
    rows: Iterable[Mapping[str, Any]],
    get: str,
    parameter: str,
    record: Callable[[Any], Mapping[str, Any]],
) -> int:
    """Check that each record read by its id has the values of its row; return the number of rows.

    The record may have more properties. ``record`` finds it in the response body.
    """
    count = 0
    for row in rows:
        count += 1
        response = api.exchange(get, expect=200, **{parameter: row["id"]})
        single = record(response.body)
        if differing := {
            name: value for name, value in row.items() if single.get(name, value) != value
        }:
            problem = f"{get} of {row['id']} differs from its row in the list: {differing}"
            raise AssertionError("\n".join([problem, *describe_response(response)]))
    return count


def check_unchanged(read: Callable[[], Any], *requests: Callable[[], Any]) -> None:
    """Send requests that must change nothing, and check that nothing changes."""
    before = read()
    for request in requests:
        request()
        after = read()
        if after != before:
            change = describe_inequality("the record", after, before, None)
            raise AssertionError(f"a request that must change nothing changed it: {change}")


def check_sum(name: str, amount: Any, *parts: Any) -> None:
    """Check that an amount is the exact sum of its parts. Raises ``AssertionError``."""
    expected = sum((Decimal(str(part)) for part in parts), Decimal(0))
    if Decimal(str(amount)) != expected:
        raise AssertionError(f"{name} is {amount}, but its parts add up to {expected}")


class UniqueValues:
    """Ids and numbers that must not be issued twice."""

    def __init__(self) -> None:
        self._values: dict[str, set[Any]] = {}

    def add(self, kind: str, value: Any) -> None:
        """Add an issued value. Raises ``AssertionError`` if it was added before."""
        values = self._values.setdefault(kind, set())
        if value in values:
            raise AssertionError(f"{kind} {value!r} was issued to a second record")
        values.add(value)
