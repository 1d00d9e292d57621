"""Check whether responses fit requests that happened one after the other, each between call and response.

The algorithm is that of Wing and Gong with the memory of Lowe: requests are put in order one by one, each
one only after those that had their response before it was sent, and what was tried before is not tried again.
"""

import math
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

State = TypeVar("State", bound=Hashable)


@dataclass(frozen=True)
class Operation:
    """A request, and its result. Without a response it may have happened at any time since, or never."""

    name: str
    argument: Any
    result: Any
    called_at: float
    responded_at: float = math.inf

    @property
    def has_response(self) -> bool:
        """Whether there was a response."""
        return self.responded_at != math.inf


# Returns the state after an operation, or ``None`` if its result is impossible in this state.
Step = Callable[[State, Operation], State | None]


class _Entry:
    """A call or a response, in a list by time."""

    def __init__(self, number: int, operation: Operation, *, is_call: bool) -> None:
        self.number = number
        self.operation = operation
        self.is_call = is_call
        self.response: _Entry | None = None
        self.previous: _Entry | None = None
        self.next: _Entry | None = None

    def take_out(self) -> None:
        for entry in (self, self.response):
            if entry is not None:
                assert entry.previous is not None
                entry.previous.next = entry.next
                if entry.next is not None:
                    entry.next.previous = entry.previous

    def put_back(self) -> None:
        for entry in (self.response, self):
            if entry is not None:
                assert entry.previous is not None
                entry.previous.next = entry
                if entry.next is not None:
                    entry.next.previous = entry


def _entries(operations: Sequence[Operation]) -> _Entry:
    """Return the head of the list of all calls and responses."""
    entries = []
    for number, operation in enumerate(operations):
        call = _Entry(number, operation, is_call=True)
        entries.append((operation.called_at, 0, call))
        if operation.has_response:
            call.response = _Entry(number, operation, is_call=False)
            entries.append((operation.responded_at, 1, call.response))
    head = last = _Entry(-1, operations[0], is_call=True)
    for _, _, entry in sorted(entries, key=lambda each: each[:2]):
        last.next, entry.previous, last = entry, last, entry
    return head


def find_violation(operations: Sequence[Operation], start: State, step: Step[State]) -> str | None:
    """Return what no order of the operations explains, or ``None`` if there is an order that fits."""
    if not operations:
        return None
    head = _entries(operations)
    state, done = start, 0
    tried: set[tuple[int, State]] = set()
    order: list[tuple[_Entry, State]] = []
    longest: list[Operation] = []
    entry = head.next
    while entry is not None:
        if entry.is_call:
            after = step(state, entry.operation)
            key = (done | 1 << entry.number, after)
            # Without a response, an operation that changes nothing need not have happened.
            is_useless = after == state and not entry.operation.has_response
            if after is not None and not is_useless and key not in tried:
                tried.add(key)
                order.append((entry, state))
                state, done = after, done | 1 << entry.number
                entry.take_out()
                entry = head.next
                if len(order) > len(longest):
                    longest = [each.operation for each, _ in order]
            else:
                entry = entry.next
        else:
            stuck = entry.operation
            if not order:
                return f"{stuck}\nis impossible after at most\n" + "\n".join(
                    map(str, longest[-20:])
                )
            last, state = order.pop()
            done &= ~(1 << last.number)
            last.put_back()
            entry = last.next
    return None
