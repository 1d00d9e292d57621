"""Chance that can be repeated: one stream for each topic, so that topics do not disturb each other."""

from collections.abc import Sequence
from random import Random  # noqa: TID251 - a plan is made before there is a world with ids
from typing import TypeVar

T = TypeVar("T")


class SeededRandom:
    """Draws from one stream. The same seed and topic give the same draws on every machine.

    Only ``Random.random`` is used, whose numbers Python promises not to change; a text as seed
    is hashed by SHA-512, so that hash randomisation has no part in it.
    """

    def __init__(self, seed: int, topic: str) -> None:
        self.fraction = Random(f"{seed}/{topic}").random  # noqa: S311 - nothing is kept secret by it

    def below(self, end: int) -> int:
        """A whole number from 0 up to, not including, the end."""
        return int(self.fraction() * end)

    def between(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return low + int(self.fraction() * (high - low + 1))

    def chance(self, probability: float) -> bool:
        return self.fraction() < probability

    def pick(self, values: Sequence[T]) -> T:
        return values[int(self.fraction() * len(values))]

    def sample(self, values: Sequence[T], number: int) -> list[T]:
        """That many different members, or all if there are fewer."""
        left = list(values)
        return [left.pop(self.below(len(left))) for _ in range(min(number, len(left)))]
