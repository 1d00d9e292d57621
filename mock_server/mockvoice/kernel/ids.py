"""Reproducible ids and random numbers: the same seed gives the same data.

Everything is computed from the seed, a name and a counter. The whole state is a few integers: it
rolls back with its transaction, and a snapshot of it costs nothing.
"""

from hashlib import blake2b
from uuid import UUID

from mockvoice.kernel.change_record import COUNTERS
from mockvoice.kernel.undo import UndoLog
from mockvoice.kernel.work_budget import WorkBudget


class IdGenerator:
    """Named counters, and the ids and random values drawn from them."""

    name = COUNTERS  # in a record of changes

    def __init__(
        self,
        seed: int,
        undo: UndoLog,
        budget: WorkBudget,
        counters: dict[str, int] | None = None,
    ) -> None:
        self.seed = seed
        self._undo = undo
        self._budget = budget
        self._counters = dict(counters or {})

    def next(self, name: str, first: int = 1) -> int:
        """Return the next number of a sequence; a rolled-back transaction's numbers are reused."""
        last = self._counters.get(name)
        number = first if last is None else last + 1
        self._set(name, number)
        return number

    def last(self, name: str) -> int:
        """Return the last number of the sequence, or 0."""
        return self._counters.get(name, 0)

    def reserve(self, name: str, last_used: int) -> None:
        """Skip the numbers up to ``last_used``, which existing rows use."""
        if self._counters.get(name, 0) < last_used:
            self._set(name, last_used)

    def set(self, name: str, number: int) -> None:
        """Continue the sequence after exactly this number."""
        self._set(name, number)

    def uuid(self, name: str = "uuid") -> str:
        """Return a version 4 UUID in lower case."""
        return str(UUID(bytes=self._bytes(name, 16), version=4))

    def token(self, name: str = "token", length: int = 40) -> str:
        """Return ``length`` lower-case hexadecimal digits, at most 128."""
        return self._bytes(name, (length + 1) // 2).hex()[:length]

    def random(self, name: str = "chance") -> float:
        """Return a number from 0 up to, but not including, 1."""
        return int.from_bytes(self._bytes(name, 7)) / 2**56

    def counters(self) -> dict[str, int]:
        """Return a copy of every counter, by name."""
        return dict(self._counters)

    def restore(self, name: str, number: int | None) -> None:
        """Restore a counter to its value before a change; ``None`` if it did not exist."""
        if number is None:
            self._counters.pop(name, None)
        else:
            self._counters[name] = number

    def _set(self, name: str, number: int) -> None:
        self._budget.spend()
        self._undo.record(self, name, self._counters.get(name))
        self._counters[name] = number

    def _bytes(self, name: str, size: int) -> bytes:
        draw = f"{self.seed}/{name}/{self.next(name + '.draw')}"
        return blake2b(draw.encode(), digest_size=size).digest()
