"""Reproducible random numbers: an independent stream for each topic."""

from collections.abc import Sequence
from random import Random  # noqa: TID251 - requests are generated before there is a backend with ids
from typing import TypeVar

T = TypeVar("T")


class SeededRandom:
    """Random numbers of one stream. The same seed and topic give the same numbers on every machine.

    Do not rename a topic: that changes the data of every seed.

    Only ``Random.random`` is used, whose numbers do not change between versions of Python. A string
    as seed is hashed by SHA-512, which hash randomisation does not affect.
    """

    def __init__(self, seed: int, topic: str) -> None:
        self.random = Random(f"{seed}/{topic}").random  # noqa: S311 - not used for secrets

    def randrange(self, end: int) -> int:
        """Return an integer from 0 to ``end`` - 1."""
        return int(self.random() * end)

    def randint(self, low: int, high: int) -> int:
        """Return an integer from ``low`` to ``high``, both included."""
        return low + int(self.random() * (high - low + 1))

    def chance(self, probability: float) -> bool:
        """Return true with this probability."""
        return self.random() < probability

    def choice(self, values: Sequence[T]) -> T:
        """Return a random element."""
        return values[int(self.random() * len(values))]

    def sample(self, values: Sequence[T], number: int) -> list[T]:
        """Return ``number`` different elements, or all if there are fewer."""
        remaining = list(values)
        return [
            remaining.pop(self.randrange(len(remaining)))
            for _ in range(min(number, len(remaining)))
        ]
