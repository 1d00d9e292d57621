"""Copies of large dictionaries that are made in steps."""

from collections.abc import Iterator, MutableMapping
from itertools import islice
from typing import Any, TypeVar, overload

K = TypeVar("K")
V = TypeVar("V")
Default = TypeVar("Default")

# A dictionary with at most this many items is copied at once, a larger one in steps of this many.
STEP = 2000


class GradualCopy(MutableMapping[K, V]):
    """A copy of a dictionary that no longer changes; no value may be ``None``.

    Changes are stored beside the original, so that the first of them does not wait until a large
    dictionary is copied. After each change, ``advance`` copies some more items. A look-up takes a
    tenth of a microsecond longer until the copy is complete.
    """

    __slots__ = ("_changes", "_copied", "_count", "_original", "_remaining")

    def __init__(self, original: dict[K, V]) -> None:
        self._original = original
        self._changes: dict[K, V | None] = {}  # None: deleted
        self._count = len(original)
        self._copied: dict[K, V] = {}
        self._remaining = iter(original.items())

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[K]:
        """Iterate over the keys; nothing may change meanwhile."""
        return iter(self.merged())

    def __contains__(self, key: Any) -> bool:
        return self.get(key) is not None

    def __getitem__(self, key: K) -> V:
        changes = self._changes
        value = changes[key] if key in changes else self._original[key]
        if value is None:
            raise KeyError(key)
        return value

    @overload
    def get(self, key: K, /) -> V | None: ...
    @overload
    def get(self, key: K, default: V | Default, /) -> V | Default: ...
    def get(self, key: K, default: Any = None, /) -> Any:
        """Return the value of a key, or the default."""
        changes = self._changes
        value = changes[key] if key in changes else self._original.get(key)
        return default if value is None else value

    def __setitem__(self, key: K, value: V) -> None:
        self._count += key not in self
        self._changes[key] = value

    def __delitem__(self, key: K) -> None:
        if key not in self:
            raise KeyError(key)
        self._count -= 1
        self._changes[key] = None

    def advance(self) -> "dict[K, V] | GradualCopy[K, V]":
        """Copy some more items; return the complete copy, if it is complete, else this one."""
        copied = self._copied
        for key, value in islice(self._remaining, STEP):
            copied[key] = value
        return self if len(copied) < len(self._original) else self._with_changes(copied)

    def merged(self) -> dict[K, V]:
        """Return the complete copy, which takes long."""
        return self._with_changes(self._original.copy())

    def fork(self) -> "dict[K, V] | GradualCopy[K, V]":
        """Return an independent copy of this one, which no longer changes."""
        if len(self._changes) > STEP:
            return self.merged()
        copy = GradualCopy(self._original)
        copy._changes, copy._count = self._changes.copy(), self._count
        return copy

    def _with_changes(self, items: dict[K, V]) -> dict[K, V]:
        for key, value in self._changes.items():
            if value is None:
                items.pop(key, None)
            else:
                items[key] = value
        return items


def copy_gradually(items: dict[K, V] | GradualCopy[K, V]) -> dict[K, V] | GradualCopy[K, V]:
    """Return an independent copy of a dictionary that no longer changes."""
    if isinstance(items, GradualCopy):
        return items.fork()
    return items.copy() if len(items) <= STEP else GradualCopy(items)
