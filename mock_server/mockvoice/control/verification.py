"""Verification: whether a sandbox received the expected requests, and if not, which ones differ least."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from mockvoice.control.errors import InvalidCriteria, JournalIncomplete
from mockvoice.control.journal_view import matches_status, parts_of
from mockvoice.control.redaction import MASK, Redactor
from mockvoice.sandboxes.request_log import DroppedRequest, Entry
from mockvoice.sandboxes.request_match import (
    ABSENT,
    Difference,
    RequestMatch,
    RequestParts,
    UnreadableBody,
    count_values,
)
from mockvoice.web.vendor import Vendor

MAX_MATCHING = 100
MAX_NEAREST = 3
MAX_CANDIDATES = 20  # of the nearest requests: their bodies are compared
MAX_DIFFERENCES = 10
MAX_VALUE_CHARS = 200


@dataclass(frozen=True)
class ExpectedCount:
    """How many requests are expected; ``maximum`` may be ``None``."""

    minimum: int
    maximum: int | None

    @classmethod
    def parse(cls, body: Mapping[str, Any]) -> "ExpectedCount":
        """Return the number in a call; by default at least one. Raises ``InvalidCriteria``."""
        times, at_least, at_most = (body.get(name) for name in ("times", "at_least", "at_most"))
        if times is not None:
            if at_least is not None or at_most is not None:
                raise InvalidCriteria("times excludes at_least and at_most")
            return cls(times, times)
        if at_least is None:
            return cls(1 if at_most is None else 0, at_most)
        if at_most is not None and at_most < at_least:
            raise InvalidCriteria("at_most must not be less than at_least")
        return cls(at_least, at_most)

    def holds(self, count: int) -> bool:
        """Return whether this many requests are right."""
        return self.minimum <= count and (self.maximum is None or count <= self.maximum)

    def decide(self, count: int, uncertain: int) -> bool | None:
        """Return whether it holds, or ``None`` if that depends on ``uncertain`` further requests."""
        if self.holds(count) and self.holds(count + uncertain):
            return True
        too_few = count + uncertain < self.minimum
        too_many = self.maximum is not None and count > self.maximum
        return False if too_few or too_many else None


@dataclass(frozen=True)
class Expectation:
    """What requests must have. ``status`` is ``404``, ``4xx`` or ``none``; ``None`` matches all."""

    vendor: str | None
    operation: str | None
    status: str | None
    match: RequestMatch

    def differences_of_head(self, entry: Entry, parts: RequestParts) -> Iterator[Difference]:
        """Yield how an entry of the journal differs, without its body."""
        for name, actual, expected in (
            ("vendor", entry.vendor, self.vendor),
            ("operation", entry.operation, self.operation),
        ):
            if expected is not None and actual != expected:
                yield Difference((name,), ABSENT if actual is None else actual, expected)
        yield from self.match.differences_of_head(parts)
        if self.status is not None and not matches_status(self.status, entry.status):
            yield Difference(("status",), entry.status or "none", self.status)

    def may_match(self, dropped: DroppedRequest) -> bool:
        """Return whether requests that the journal no longer has may have matched."""
        return (
            self.vendor in (None, dropped.vendor)
            and self.operation in (None, dropped.operation)
            and self.match.method in (None, dropped.method)
        )


def verify(
    entries: Sequence[Entry],
    dropped: Mapping[DroppedRequest, int],
    expectation: Expectation,
    expected: ExpectedCount,
    vendors: Mapping[str, Vendor],
    redactor: Redactor,
) -> dict[str, Any]:
    """Return whether the expected number of entries matches, and if there are too few, the nearest.

    Raises ``JournalIncomplete`` if that depends on requests that are no longer known.
    """
    matching: list[int] = []
    others: list[_Other] = []
    unknown = 0
    for entry in entries:
        parts = parts_of(entry, vendors[entry.vendor])
        # Bodies are compared only where nothing else differs, since that may be slow.
        differences = list(expectation.differences_of_head(entry, parts))
        if not differences:
            differences = list(expectation.match.differences_of_body(parts))
            unknown += any(isinstance(each.actual, UnreadableBody) for each in differences)
        if differences:
            others.append(_Other(entry, parts, differences))
        else:
            matching.append(entry.id)
    lost = sum(number for request, number in dropped.items() if expectation.may_match(request))
    holds = expected.decide(len(matching), unknown + lost)
    if holds is None:
        raise JournalIncomplete(lost, unknown)
    is_short = len(matching) < expected.minimum
    return {
        "holds": holds,
        "count": len(matching),
        "matching": matching[:MAX_MATCHING],
        "nearest": list(_nearest(others, expectation, redactor)) if is_short else [],
    }


class _Other(NamedTuple):
    """A request that does not match, and how its head, or else its body, differs."""

    entry: Entry
    parts: RequestParts
    differences: list[Difference]


def _nearest(
    others: Sequence[_Other], expectation: Expectation, redactor: Redactor
) -> Iterator[dict[str, Any]]:
    """Yield the requests that differ least, the newest of equal ones first."""
    candidates = sorted(others, key=lambda other: _distance(other.differences))[:MAX_CANDIDATES]
    complete = []
    for other in candidates:
        differences = other.differences
        if differences[0].place[0] != "body":
            differences = [*differences, *expectation.match.differences_of_body(other.parts)]
        complete.append((other.entry.id, differences))
    complete.sort(key=lambda pair: (_distance(pair[1]), -pair[0]))
    for number, differences in complete[:MAX_NEAREST]:
        yield {"id": number, "differs": list(_texts(differences, redactor))}


def _distance(differences: Sequence[Difference]) -> tuple[bool, int]:
    """Return how different a request is: first whether it is of another operation, then in how many values."""
    kinds = {difference.place[0] for difference in differences}
    values = sum(count_values(difference.expected) for difference in differences)
    return bool(kinds & {"vendor", "operation"}), values


def _texts(differences: Iterable[Difference], redactor: Redactor) -> Iterator[str]:
    for number, difference in enumerate(differences):
        if number == MAX_DIFFERENCES:
            break
        yield describe(difference, redactor)


def describe(difference: Difference, redactor: Redactor) -> str:
    """Return a difference in words, without secrets: ``body.payment_amount is 450, expected 450.8``."""
    kind, *names = difference.place
    place = str(kind)
    if kind in ("query", "header"):
        place, names = f"{kind} {names[0]}", names[1:]
    for name in names:
        place += f"[{name}]" if isinstance(name, int) else f".{name}"
    place, expected = redactor.value(place), _text(_redacted(difference, "expected", redactor))
    if isinstance(difference.actual, UnreadableBody):
        return f"{place} cannot be compared: {redactor.text(difference.actual.reason)}"
    if difference.actual is ABSENT:
        is_member = bool(names) and isinstance(names[-1], int)
        problem = "is in none of the members" if is_member else "is missing"
        return f"{place} {problem}, expected {expected}"
    actual = _text(_redacted(difference, "actual", redactor))
    return f"{place} is {actual}, expected {expected}"


def _redacted(difference: Difference, side: str, redactor: Redactor) -> Any:
    """Return the actual or the expected value as the journal would show it in its place."""
    value = getattr(difference, side)
    kind, *names = difference.place
    if kind == "header":
        return redactor.header(str(names[0]).lower(), str(value))
    if "code" in names and not isinstance(value, Mapping):
        return MASK  # perhaps an authorization code
    # The names around a value decide whether it is a secret.
    for name in reversed(names):
        value = [value] if isinstance(name, int) else {name: value}
    value = redactor.data(value)
    for name in names:
        value = value[0] if isinstance(name, int) else next(iter(value.values()))
    return value


def _text(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= MAX_VALUE_CHARS else f"{text[:MAX_VALUE_CHARS]}…"
