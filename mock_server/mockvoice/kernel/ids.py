"""Ids and chance that can be repeated: the same seed gives the same world.

Everything is computed from the seed, a name and a counter, so the whole state is a few
integers: it rolls back with its transaction and is saved in a snapshot at no cost.
"""

from hashlib import blake2b
from uuid import UUID

from mockvoice.kernel.undo import UndoLog


class IdGenerator:
    """Named counters, and what can be drawn from them."""

    def __init__(self, seed: int, undo: UndoLog, counters: dict[str, int] | None = None) -> None:
        self.seed = seed
        self._undo = undo
        self._counters = dict(counters or {})

    def next(self, name: str, first: int = 1) -> int:
        """The next number of a sequence; numbers of a rolled-back transaction come again."""
        last = self._counters.get(name)
        number = first if last is None else last + 1
        self._set(name, number)
        return number

    def last(self, name: str) -> int:
        """The number that the sequence gave last, or 0."""
        return self._counters.get(name, 0)

    def reserve(self, name: str, at_least: int) -> None:
        """Let the sequence go on after ``at_least``, because such an id came from outside."""
        if self._counters.get(name, 0) < at_least:
            self._set(name, at_least)

    def set(self, name: str, number: int) -> None:
        """Let the sequence go on after exactly this number."""
        self._set(name, number)

    def uuid(self, name: str = "uuid") -> str:
        """A version 4 UUID in lower case."""
        return str(UUID(bytes=self._bytes(name, 16), version=4))

    def token(self, name: str = "token", length: int = 40) -> str:
        """That many lower-case hexadecimal digits, 128 at most."""
        return self._bytes(name, (length + 1) // 2).hex()[:length]

    def random(self, name: str = "chance") -> float:
        """A number from 0 up to, not including, 1."""
        return int.from_bytes(self._bytes(name, 7)) / 2**56

    def counters(self) -> dict[str, int]:
        """A copy of every counter, by name."""
        return dict(self._counters)

    def restore(self, name: str, number: int | None) -> None:
        """Put a counter back to what it was before a change; ``None`` if it was not there."""
        if number is None:
            self._counters.pop(name, None)
        else:
            self._counters[name] = number

    def _set(self, name: str, number: int) -> None:
        self._undo.record(self, name, self._counters.get(name))
        self._counters[name] = number

    def _bytes(self, name: str, size: int) -> bytes:
        draw = f"{self.seed}/{name}/{self.next(name + '.draw')}"
        return blake2b(draw.encode(), digest_size=size).digest()
