"""Criteria for requests, and how a request differs from them."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any

ABSENT = object()  # the value of what a request does not have
# Comparisons of values for one body, so that none takes longer than some 50 milliseconds.
MAX_STEPS = 20_000
_NUMBER = re.compile(r"\s*[-+]?[0-9]{1,40}(\.[0-9]{0,40})?([eE][-+]?[0-9]{1,3})?\s*", re.ASCII)


class UnreadableBody:
    """The value of a body that cannot be compared, or of which only the beginning is known."""

    def __init__(self, reason: str) -> None:
        self.reason = reason


def _same(text: str) -> str:
    return text


@dataclass(frozen=True)
class RequestParts:
    """A request: ``query`` has all values by name, ``headers`` one value by lower-case name.

    ``read_body`` returns the body as the vendor's framework reads it: objects, lists and values;
    ``ABSENT`` without a body; or an ``UnreadableBody``. ``canonical_path`` and ``canonical_name``, of
    query parameters, return the form in which the vendor compares these. ``ignores_case``: names of
    members match in any case.
    """

    method: str  # as it was sent, even if the request names another one
    path: str
    query: Mapping[str, Sequence[str]]
    headers: Mapping[str, str]
    read_body: Callable[[], Any]
    canonical_path: Callable[[str], str] = _same
    canonical_name: Callable[[str], str] = _same
    ignores_case: bool = False

    @cached_property
    def body(self) -> Any:
        """The body, read once."""
        return self.read_body()


@dataclass(frozen=True, slots=True)
class Difference:
    """A part of a request that is not as expected.

    ``place`` is, for example, ``("body", "items", 0, "rate")``. ``actual`` is ``ABSENT`` if the
    request does not have it.
    """

    place: tuple[str | int, ...]
    actual: Any
    expected: Any


@dataclass(frozen=True)
class RequestMatch:
    """Criteria for requests; those that are ``None`` or empty match every request.

    ``method`` is in upper case. In ``path``, ``*`` stands for any text without a slash. ``query`` and
    ``headers`` have expected values by name. ``body`` is a part of the expected body: objects are
    compared by their named members, lists by distinct members in any order, numbers by value whether
    sent as number or text.
    """

    method: str | None = None
    path: str | None = None
    query: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = ABSENT

    @cached_property
    def values(self) -> int:
        """The number of values that are expected of query and body, for the cost of a comparison."""
        in_body = 0 if self.body is ABSENT else count_values(self.body)
        return in_body + sum(map(count_values, self.query.values()))

    def to_jsonable(self) -> dict[str, Any]:
        """Return the criteria that are set, as JSON data."""
        criteria = {"method": self.method, "path": self.path}
        result: dict[str, Any] = {
            name: value for name, value in criteria.items() if value is not None
        }
        if self.query:
            result["query"] = dict(self.query)
        if self.headers:
            result["headers"] = dict(self.headers)
        if self.body is not ABSENT:
            result["body"] = self.body
        return result

    def matches(self, request: RequestParts) -> bool:
        """Return whether a request has everything that is expected."""
        return (
            next(self.differences_of_head(request), None) is None
            and next(self.differences_of_body(request), None) is None
        )

    def differences_of_head(self, request: RequestParts) -> Iterator[Difference]:
        """Yield what differs in method, path, query and headers."""
        if self.method is not None and self.method != request.method:
            yield Difference(("method",), request.method, self.method)
        if self.path is not None and not _fits_pattern(
            request.canonical_path(self.path), request.canonical_path(request.path)
        ):
            yield Difference(("path",), request.path, self.path)
        query = {request.canonical_name(name): values for name, values in request.query.items()}
        for name, expected in self.query.items():
            yield from _query_differences(name, expected, query.get(request.canonical_name(name)))
        for name, expected in self.headers.items():
            actual = request.headers.get(name.lower(), ABSENT)
            if actual != expected:
                yield Difference(("header", name), actual, expected)

    def differences_of_body(self, request: RequestParts) -> Iterator[Difference]:
        """Yield what differs in the body, the only part that must be parsed."""
        if self.body is ABSENT:
            return
        comparison = _Comparison(ignores_case=request.ignores_case)
        try:
            yield from comparison.differences(self.body, request.body, ("body",))
        except _ComparisonTooLongError:
            reason = f"comparing its lists takes more than {MAX_STEPS:,} steps"
            yield Difference(("body",), UnreadableBody(reason), self.body)


ANY_REQUEST = RequestMatch()


def count_values(value: Any) -> int:
    """Return the number of values in JSON data; an empty object or list counts as one."""
    if not isinstance(value, Mapping | list) or not value:
        return 1
    return sum(map(count_values, value.values() if isinstance(value, Mapping) else value))


def _fits_pattern(pattern: str, path: str) -> bool:
    """Return whether a path has the segments of a pattern, in time that grows with their length only."""
    patterns, segments = pattern.split("/"), path.split("/")
    return len(patterns) == len(segments) and all(map(_fits_segment, patterns, segments))


def _fits_segment(pattern: str, segment: str) -> bool:
    first, *others = pattern.split("*")
    if not others:
        return segment == pattern
    *middle, last = others
    if len(segment) < len(first) + len(last):
        return False
    if not segment.startswith(first) or not segment.endswith(last):
        return False
    position, end = len(first), len(segment) - len(last)
    for text in middle:
        found = segment.find(text, position, end)
        if found < 0:
            return False
        position = found + len(text)
    return True


def _query_differences(
    name: str, expected: Any, actual: Sequence[str] | None
) -> Iterator[Difference]:
    """Yield the difference of a query parameter; a list must have all of its values."""
    place = ("query", name)
    if actual is None:
        yield Difference(place, ABSENT, expected)
    elif isinstance(expected, list):
        yield from _Comparison(ignores_case=False).differences(expected, [*actual], place)
    elif not any(_is_equal(expected, value) for value in actual):
        yield Difference(place, actual[0] if len(actual) == 1 else [*actual], expected)


class _ComparisonTooLongError(Exception):
    """A comparison has taken too many steps."""


class _Comparison:
    """The comparison of one value with what is expected of it."""

    def __init__(self, *, ignores_case: bool) -> None:
        self._ignores_case = ignores_case
        self._steps = 0

    def differences(
        self, expected: Any, actual: Any, place: tuple[str | int, ...]
    ) -> Iterator[Difference]:
        """Yield where a value does not have what is expected. Raises ``_ComparisonTooLongError``."""
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise _ComparisonTooLongError
        if isinstance(expected, Mapping) and isinstance(actual, Mapping):
            members = self._by_name(actual)
            for name, member in expected.items():
                key = name.lower() if self._ignores_case else name
                yield from self.differences(member, members.get(key, ABSENT), (*place, name))
        elif isinstance(expected, list) and isinstance(actual, list):
            for index in self._unmatched(expected, actual):
                # A reader compares the only member with the expected one.
                only = actual[0] if len(actual) == 1 else ABSENT
                yield Difference((*place, index), only, expected[index])
        elif not _is_equal(expected, actual):
            yield Difference(place, actual, expected)

    def matches(self, expected: Any, actual: Any) -> bool:
        """Return whether a value has what is expected of it."""
        return next(self.differences(expected, actual, ()), None) is None

    def _by_name(self, value: Mapping[str, Any]) -> Mapping[str, Any]:
        if not self._ignores_case:
            return value
        self._steps += len(value)
        return {name.lower(): member for name, member in value.items()}

    def _unmatched(self, expected: list[Any], actual: list[Any]) -> list[int]:
        """Return the members that cannot each be matched with a distinct member of the actual list.

        Augmenting paths find the largest matching: ``[1 or 2, 1]`` of ``[1, 2]`` matches in one order
        only.
        """
        index = _MemberIndex(actual, self.matches)
        candidates = [index.candidates(member) for member in expected]
        partner: dict[int, int] = {}  # the expected member of each actual one

        def assign(member: int, visited: set[int]) -> bool:
            self._steps += 1
            for candidate in candidates[member]:
                if candidate not in partner:
                    partner[candidate] = member
                    return True
            for candidate in candidates[member]:
                if candidate not in visited:
                    visited.add(candidate)
                    if assign(partner[candidate], visited):
                        partner[candidate] = member
                        return True
            return False

        return [member for member in range(len(expected)) if not assign(member, set())]


class _MemberIndex:
    """The members of a list by value, so that long lists of texts and numbers are compared quickly."""

    def __init__(self, members: list[Any], matches: Callable[[Any, Any], bool]) -> None:
        self._members, self._matches = members, matches
        self._texts: dict[str, list[int]] = {}
        self._numbers: dict[Decimal, list[int]] = {}  # also those of texts
        self._others: list[int] = []
        for position, member in enumerate(members):
            number = None if isinstance(member, bool) else _number(member)
            if isinstance(member, str):
                self._texts.setdefault(member, []).append(position)
            if number is not None:
                self._numbers.setdefault(number, []).append(position)
            elif not isinstance(member, str):
                self._others.append(position)

    def candidates(self, expected: Any) -> list[int]:
        """Return the positions of the members that have what is expected."""
        if isinstance(expected, str):
            number = _number(expected)
            same = self._numbers.get(number, []) if number is not None else []
            numbers = [n for n in same if not isinstance(self._members[n], str)]
            return [*self._texts.get(expected, ()), *numbers]
        if _is_number(expected) and not isinstance(expected, bool):
            number = _number(expected)
            return [] if number is None else self._numbers.get(number, [])
        return [n for n in self._others if self._matches(expected, self._members[n])]


def _is_equal(expected: Any, actual: Any) -> bool:
    if isinstance(expected, bool) or isinstance(actual, bool):
        return expected is actual
    if _is_number(expected) or _is_number(actual):
        numbers = _number(expected), _number(actual)
        return numbers[0] is not None and numbers[0] == numbers[1]
    return type(expected) is type(actual) and bool(expected == actual)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal)


def _number(value: Any) -> Decimal | None:
    """Return the value of a number, or of a text that is one in JSON's form."""
    if isinstance(value, str) and not _NUMBER.fullmatch(value):
        return None
    return _parse_number(value) if isinstance(value, str | int | float | Decimal) else None


@lru_cache(maxsize=4096)
def _parse_number(value: str | float | Decimal) -> Decimal | None:
    number = Decimal(str(value).strip())
    return number if number.is_finite() else None
