"""Ways to find rows: by a value that they share, by a word in a text, by several at once."""

from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from typing import Any, Self

from mockvoice.kernel.query_result import Key, SortedEntries

Where = Mapping[str, Hashable]
Test = Callable[[Any], bool]

# So many views stay alive in one table, and so many entries in all of them together; the one that
# was not asked for longest goes first.
VIEWS_KEPT = 1024
VIEW_ENTRIES_KEPT = 500_000

_BLOCKS = 4096
_FEW = 8


class ValueIndex:
    """The keys of the rows that share a value.

    Few keys are a tuple, which takes a quarter of a set's memory and is never changed in place.
    """

    def __init__(self, by: Callable[[Any], Hashable]) -> None:
        self.by = by
        self._buckets: dict[Hashable, tuple[Key, ...] | set[Key]] = {}
        self._own: set[Hashable] | None = None  # None: every set among the buckets is our own

    def clone(self) -> Self:
        """An index that changes on its own; a set is copied when it changes."""
        copy = type(self)(self.by)
        copy._buckets = self._buckets.copy()
        copy._own = set()
        return copy

    def get(self, value: Hashable) -> Collection[Key]:
        """The keys filed under the value."""
        return self._buckets.get(value, ())

    def values(self) -> Collection[Hashable]:
        """Every value under which a key is filed."""
        return self._buckets.keys()

    def update(self, key: Key, before: Hashable, after: Hashable) -> None:
        """File a key under other values than before."""
        for value in members(before):
            self._discard(key, value)
        for value in members(after):
            self._add(key, value)

    def _discard(self, key: Key, value: Hashable) -> None:
        bucket = self._buckets[value]
        if isinstance(bucket, tuple):
            bucket = self._buckets[value] = tuple([each for each in bucket if each != key])
        else:
            bucket = self._changing(bucket, value)
            bucket.discard(key)
        if not bucket:
            del self._buckets[value]

    def _add(self, key: Key, value: Hashable) -> None:
        bucket = self._buckets.get(value, ())
        if isinstance(bucket, set):
            self._changing(bucket, value).add(key)
        elif key in bucket:
            return
        elif len(bucket) < _FEW:
            self._buckets[value] = (*bucket, key)
        else:
            self._buckets[value] = {*bucket, key}
            if self._own is not None:
                self._own.add(value)

    def _changing(self, bucket: set[Key], value: Hashable) -> set[Key]:
        """The bucket, our own by now."""
        if self._own is not None and value not in self._own:
            bucket = self._buckets[value] = bucket.copy()
            self._own.add(value)
        return bucket


class TextIndex:
    """The texts of rows, letter case aside, to be searched for any part of them.

    Texts are kept in blocks. A block is searched in one go, in a text that joins its rows',
    so that only rows of a block that contains the term are looked at.
    """

    def __init__(self, by: Callable[[Any], str]) -> None:
        self.by = by
        self._blocks: dict[int, _Block] = {}
        self._own: set[int] | None = None

    def clone(self) -> Self:
        """An index that changes on its own; a block is copied when it changes."""
        copy = type(self)(self.by)
        copy._blocks = self._blocks.copy()
        copy._own = set()
        return copy

    def put(self, key: Key, text: str | None) -> None:
        """Keep a row's text; ``None`` forgets it."""
        number = (hash(key) // 256) % _BLOCKS
        block = self._blocks.get(number)
        if block is None:
            block = self._blocks[number] = _Block()
        elif self._own is not None and number not in self._own:
            block = self._blocks[number] = block.clone()
        if self._own is not None:
            self._own.add(number)
        block.put(key, text)

    def containing(self, term: str) -> set[Key]:
        """The keys of the texts that contain the term."""
        wanted = term.lower()
        found: set[Key] = set()
        for block in self._blocks.values():
            found.update(block.containing(wanted))
        return found


class _Block:
    __slots__ = ("_joined", "_texts")

    def __init__(self) -> None:
        self._texts: dict[Key, str] = {}
        self._joined: str | None = None

    def clone(self) -> "_Block":
        copy = _Block()
        copy._texts = self._texts.copy()
        return copy

    def put(self, key: Key, text: str | None) -> None:
        self._joined = None
        if text is None:
            self._texts.pop(key, None)
        else:
            self._texts[key] = text.lower()

    def containing(self, wanted: str) -> Iterable[Key]:
        if self._joined is None:
            self._joined = "\0".join(self._texts.values())
        if wanted not in self._joined:
            return ()
        return [key for key, text in self._texts.items() if wanted in text]


class View:
    """The entries of the rows that pass some tests, kept in order.

    The anchor is one of the conditions, an index and a value: a row that the index does not
    file there cannot concern the view.
    """

    __slots__ = ("anchor", "by", "entries", "tests")

    def __init__(
        self,
        anchor: tuple[str, Hashable],
        tests: list[Test],
        by: Callable[[Any], Any] | None,
        entries: SortedEntries,
    ) -> None:
        self.anchor = anchor
        self.tests = tests
        self.by = by
        self.entries = entries

    def clone(self) -> "View":
        """The same, to be changed on its own."""
        return View(self.anchor, self.tests, self.by, self.entries.clone())

    def update(self, key: Key, old: Any, new: Any) -> None:
        """Take a changed row in, out or elsewhere; ``None`` is no row."""
        self.entries.move(self._entry(key, old), self._entry(key, new))

    def _entry(self, key: Key, row: Any) -> Any:
        if row is None or not all(test(row) for test in self.tests):
            return None
        return key if self.by is None else (self.by(row), key)


class Views:
    """Sorted answers to the combinations of conditions that were asked for, kept up to date."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[frozenset[tuple[str, Hashable]], str | None], View] = (
            OrderedDict()
        )
        self._watching: dict[tuple[str, Hashable], list[View]] = {}

    def __bool__(self) -> bool:
        return bool(self._kept)

    def clone(self) -> Self:
        """Views that follow another table's changes. Copying entries is far cheaper than sorting rows."""
        copy = type(self)()
        for name, view in self._kept.items():
            copy._kept[name] = copied = view.clone()
            copy._watching.setdefault(copied.anchor, []).append(copied)
        return copy

    def get(self, where: Where, order: str | None) -> SortedEntries | None:
        """The entries of an answer that is kept."""
        name = frozenset(where.items()), order
        view = self._kept.get(name)
        if view is None:
            return None
        self._kept.move_to_end(name)
        return view.entries

    def keep(self, where: Where, order: str | None, view: View) -> None:
        """Keep an answer, and forget old ones where they grow too many."""
        self._kept[frozenset(where.items()), order] = view
        self._watching.setdefault(view.anchor, []).append(view)
        while len(self._kept) > VIEWS_KEPT or (len(self._kept) > 1 and self._too_large()):
            _, idle = self._kept.popitem(last=False)
            watching = self._watching[idle.anchor]
            watching.remove(idle)
            if not watching:
                del self._watching[idle.anchor]

    def _too_large(self) -> bool:
        return sum(len(view.entries) for view in self._kept.values()) > VIEW_ENTRIES_KEPT

    def update(
        self, index: str, before: Hashable, after: Hashable, key: Key, old: Any, new: Any
    ) -> None:
        """Let the views of an index's values see a change of a row."""
        for value in {*members(before), *members(after)}:
            for view in self._watching.get((index, value), ()):
                view.update(key, old, new)


def members(value: Hashable) -> Iterable[Hashable]:
    """The values under which an index files a row: none, one, or each of a frozenset."""
    if value is None:
        return ()
    return value if isinstance(value, frozenset) else (value,)


def equals(by: Callable[[Any], Hashable], value: Hashable) -> Test:
    """Whether an index function files a row under a value."""

    def test(row: Any) -> bool:
        found = by(row)
        return value in found if isinstance(found, frozenset) else found == value

    return test


def within(by: Callable[[Any], Any], low: Any, high: Any) -> Test:
    """Whether a row's value lies between two, ends included; ``None`` is open."""

    def test(row: Any) -> bool:
        value = by(row)
        return (low is None or value >= low) and (high is None or value <= high)

    return test
