"""Sorted keys, alone or with the values that they are sorted by, in chunks that clones share.

Keys and values are in lists of their own, not in pairs: an entry takes 16 bytes, a pair 64 more.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import accumulate, chain
from typing import Any, Self

Key = int | str

# A chunk with more entries than this is split, one with fewer than a quarter of it is joined to
# another.
MAX_CHUNK = 2000


class SortedEntries:
    """Sorted entries, which are found by their position.

    A clone shares all chunks, and copies a chunk before it changes it. The original may not change
    from then on, unless the clone is no longer used.
    """

    __slots__ = ("_count", "_keys", "_last_keys", "_shared", "_starts")

    def __init__(self, keys: Collection[Key] = ()) -> None:
        """Store keys that are already sorted."""
        self._count = len(keys)
        self._keys: list[list[Key]] = _chunks(list(keys))
        self._last_keys = [keys[-1] for keys in self._keys]
        self._shared: set[int] = set()  # by ``id``, the chunks that are copied before a change
        self._starts: list[int] | None = None  # the position of each chunk, once it is needed

    def clone(self) -> Self:
        """Return an independent copy, without sorting or copying entries."""
        copy = type(self)()
        copy._count = self._count
        copy._starts = self._starts
        copy._keys = self._keys.copy()
        copy._last_keys = self._last_keys.copy()
        copy._shared = set(map(id, self._keys))
        return copy

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Key]:
        """Iterate over the keys of all entries."""
        return chain.from_iterable(self._keys)

    def key_at(self, position: int) -> Key:
        """Return the key at a position."""
        chunk, index = self._locate(position)
        return self._keys[chunk][index]

    def islice(self, start: int, stop: int, *, reverse: bool = False) -> Iterator[Key]:
        """Iterate over the keys between two positions, backwards if ``reverse``."""
        if start >= stop:
            return iter(())
        first, begin = self._locate(start)
        last, end = self._locate(stop - 1)
        if first == last:
            keys = self._keys[first][begin : end + 1]
            return reversed(keys) if reverse else iter(keys)
        chunks = [
            self._keys[first][begin:],
            *self._keys[first + 1 : last],
            self._keys[last][: end + 1],
        ]
        return chain.from_iterable(map(reversed, reversed(chunks)) if reverse else chunks)

    def ties_reversed(self, start: int, stop: int) -> Iterator[Key]:
        """Iterate over the keys between two positions, the highest first among equal values."""
        return self.islice(start, stop)

    def move(self, key: Key, before: Any, after: Any) -> None:
        """Move an entry from its value before a change to the one after it; ``None`` is no entry."""
        raise NotImplementedError

    def _locate(self, position: int) -> tuple[int, int]:
        """Return the chunk at a position, and the position in the chunk."""
        last = len(self._keys) - 1
        if position < len(self._keys[0]):
            return 0, position
        start_of_last = self._count - len(self._keys[last])
        if position >= start_of_last:
            return last, position - start_of_last
        starts = self._starts or self._find_starts()
        chunk = bisect_right(starts, position) - 1
        return chunk, position - starts[chunk]

    def _find_starts(self) -> list[int]:
        # Threads may do this at the same time: each of them gets the same list.
        starts = self._starts = list(accumulate(map(len, self._keys), initial=0))
        return starts

    def _own(self, chunk: int) -> None:
        """Copy a chunk that is shared, before it changes."""
        self._shared.discard(id(self._keys[chunk]))
        self._keys[chunk] = self._keys[chunk].copy()

    def _added(self, chunk: int) -> None:
        """Count an entry that was added to a chunk."""
        self._count += 1
        self._starts = None
        if len(self._keys[chunk]) > MAX_CHUNK:
            self._split(chunk)

    def _removed(self, chunk: int) -> None:
        """Count an entry that was removed from a chunk."""
        self._count -= 1
        self._starts = None
        size = len(self._keys[chunk])
        if not size:
            self._drop(chunk)
        elif size < MAX_CHUNK // 4 and len(self._keys) > 1:
            first = max(chunk - 1, 0)
            self._join(first)
            if len(self._keys[first]) > MAX_CHUNK:
                self._split(first)
        else:
            self._last_keys[chunk] = self._keys[chunk][-1]

    def _split(self, chunk: int) -> None:
        self._keys[chunk : chunk + 1] = _halves(self._keys[chunk])
        self._last_keys.insert(chunk, self._keys[chunk][-1])

    def _join(self, chunk: int) -> None:
        """Join a chunk and the next one."""
        self._keys[chunk : chunk + 2] = [self._keys[chunk] + self._keys[chunk + 1]]
        self._last_keys[chunk : chunk + 2] = [self._keys[chunk][-1]]

    def _drop(self, chunk: int) -> None:
        """Drop an empty chunk."""
        del self._keys[chunk], self._last_keys[chunk]


class SortedKeys(SortedEntries, Collection[Key]):
    """Sorted keys, each of which occurs once."""

    __slots__ = ()

    def __init__(self, keys: Iterable[Key] = ()) -> None:
        super().__init__(sorted(keys))

    def __contains__(self, key: Any) -> bool:
        chunk = bisect_left(self._last_keys, key)
        if chunk == len(self._last_keys):
            return False
        keys = self._keys[chunk]
        return bool(keys[bisect_left(keys, key)] == key)

    def move(self, key: Key, before: Any, after: Any) -> None:
        """Add or remove a key; ``None`` means that there is none."""
        if before is None and after is not None:
            self.add(key)
        elif before is not None and after is None:
            self.remove(key)

    def add(self, key: Key) -> None:
        """Add a key that is not there yet."""
        chunk = bisect_left(self._last_keys, key)
        if chunk == len(self._keys):  # after all others
            if not chunk:
                self._keys.append([])
                self._last_keys.append(key)
            chunk = len(self._keys) - 1
            self._last_keys[chunk] = key
        if self._shared and id(self._keys[chunk]) in self._shared:
            self._own(chunk)
        insort(self._keys[chunk], key)
        self._added(chunk)

    def remove(self, key: Key) -> None:
        """Remove a key. Raises ``KeyError`` if it is not there."""
        if key not in self:
            raise KeyError(key)
        chunk = bisect_left(self._last_keys, key)
        if self._shared and id(self._keys[chunk]) in self._shared:
            self._own(chunk)
        keys = self._keys[chunk]
        del keys[bisect_left(keys, key)]
        self._removed(chunk)


class SortedPairs(SortedEntries):
    """Keys sorted by a value and then by key."""

    __slots__ = ("_last_values", "_values")

    def __init__(self, pairs: Iterable[tuple[Any, Key]] = ()) -> None:
        ordered = sorted(pairs)
        super().__init__([key for _, key in ordered])
        self._values: list[list[Any]] = _chunks([value for value, _ in ordered])
        self._last_values = [values[-1] for values in self._values]

    def clone(self) -> Self:
        """Return an independent copy, without sorting or copying entries."""
        copy = super().clone()
        copy._values = self._values.copy()
        copy._last_values = self._last_values.copy()
        return copy

    def move(self, key: Key, before: Any, after: Any) -> None:
        """Move a key from its value before a change to the one after it; ``None`` is no value."""
        if before == after:
            return
        if before is not None:
            self.remove(key, before)
        if after is not None:
            self.add(key, after)

    def add(self, key: Key, value: Any) -> None:
        """Add a key with its value."""
        chunk = self._chunk_of(key, value)
        if chunk == len(self._keys):  # after all others
            chunk = self._last_chunk()
            self._last_keys[chunk], self._last_values[chunk] = key, value
        if self._shared and id(self._keys[chunk]) in self._shared:
            self._own(chunk)
        position = self._position_in(chunk, key, value)
        self._keys[chunk].insert(position, key)
        self._values[chunk].insert(position, value)
        self._added(chunk)

    def _last_chunk(self) -> int:
        """Return the last chunk, which is added if there is none."""
        if not self._keys:
            self._keys.append([])
            self._values.append([])
            self._last_keys.append(0)
            self._last_values.append(None)
        return len(self._keys) - 1

    def remove(self, key: Key, value: Any) -> None:
        """Remove a key with its value. Raises ``KeyError`` if it is not there."""
        chunk = self._chunk_of(key, value)
        position = self._position_in(chunk, key, value) if chunk < len(self._keys) else -1
        if position < 0 or self._keys[chunk][position] != key:
            raise KeyError(key)
        if self._shared and id(self._keys[chunk]) in self._shared:
            self._own(chunk)
        del self._keys[chunk][position], self._values[chunk][position]
        self._removed(chunk)

    def index_range(self, low: Any, high: Any) -> tuple[int, int]:
        """Return the start and stop position of a closed range; ``None`` leaves an end open."""
        start = 0 if low is None else self._position(low, bisect_left)
        stop = self._count if high is None else self._position(high, bisect_right)
        return start, max(start, stop)

    def ties_reversed(self, start: int, stop: int) -> Iterator[Key]:
        """Iterate over the keys between two positions, the highest first among equal values."""
        while start < stop:
            chunk, index = self._locate(start)
            value = self._values[chunk][index]
            first, end = self.index_range(value, value)
            last = min(end, stop)
            yield from self.islice(first + end - last, first + end - start, reverse=True)
            start = last

    def _position(self, value: Any, bisect: Callable[[list[Any], Any], int]) -> int:
        chunk = bisect(self._last_values, value)
        if chunk == len(self._keys):
            return self._count
        start = (self._starts or self._find_starts())[chunk] if chunk else 0
        return start + bisect(self._values[chunk], value)

    def _chunk_of(self, key: Key, value: Any) -> int:
        """Return the first chunk whose last entry is not before this one."""
        last_values = self._last_values
        chunk = bisect_left(last_values, value)
        if chunk < len(last_values) and last_values[chunk] == value:
            return bisect_left(self._last_keys, key, chunk, bisect_right(last_values, value, chunk))
        return chunk

    def _position_in(self, chunk: int, key: Key, value: Any) -> int:
        """Return the position of an entry in its chunk."""
        values = self._values[chunk]
        start = bisect_left(values, value)
        return bisect_left(self._keys[chunk], key, start, bisect_right(values, value, start))

    def _own(self, chunk: int) -> None:
        super()._own(chunk)
        self._values[chunk] = self._values[chunk].copy()

    def _removed(self, chunk: int) -> None:
        if values := self._values[chunk]:
            self._last_values[chunk] = values[-1]
        super()._removed(chunk)

    def _split(self, chunk: int) -> None:
        super()._split(chunk)
        self._values[chunk : chunk + 1] = _halves(self._values[chunk])
        self._last_values.insert(chunk, self._values[chunk][-1])

    def _join(self, chunk: int) -> None:
        super()._join(chunk)
        self._values[chunk : chunk + 2] = [self._values[chunk] + self._values[chunk + 1]]
        self._last_values[chunk : chunk + 2] = [self._values[chunk][-1]]

    def _drop(self, chunk: int) -> None:
        super()._drop(chunk)
        del self._values[chunk], self._last_values[chunk]


def _chunks(entries: list[Any]) -> list[list[Any]]:
    size = MAX_CHUNK // 2
    return [entries[start : start + size] for start in range(0, len(entries), size)]


def _halves(entries: list[Any]) -> list[list[Any]]:
    middle = len(entries) // 2
    return [entries[:middle], entries[middle:]]
