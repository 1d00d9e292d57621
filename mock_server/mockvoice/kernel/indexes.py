"""Indexes: find rows by a shared value, by a part of a text, or by several conditions at once."""

from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from typing import Any, Self

from mockvoice.kernel.gradual_copy import GradualCopy, copy_gradually
from mockvoice.kernel.shared_values import shared_text
from mockvoice.kernel.sorted_entries import Key, SortedEntries, SortedKeys

Where = Mapping[str, Hashable]
Predicate = Callable[[Any], bool]

# Limits of the views of one table and of their entries together; the least recently used view is
# dropped first.
MAX_VIEWS = 1024
MAX_VIEW_ENTRIES = 500_000

_BLOCK_COUNT = 4096
_MAX_TUPLE_KEYS = 8

_Bucket = tuple[Key, ...] | SortedKeys
_Buckets = dict[Hashable, _Bucket]


class ValueIndex:
    """The keys of the rows that share a value.

    A few keys are stored as a tuple, which is never changed in place, more of them as sorted keys,
    which take a fifth of a set's memory.
    """

    def __init__(self, by: Callable[[Any], Hashable]) -> None:
        self.by = by
        self._buckets: _Buckets | GradualCopy[Hashable, _Bucket] = {}
        self._owned: set[Hashable] | None = None  # None: no sorted keys are shared with a clone

    def clone(self) -> Self:
        """Return an independent copy; sorted keys are copied when they change."""
        copy = type(self)(self.by)
        copy._buckets = copy_gradually(self._buckets)
        copy._owned = set()
        return copy

    def get(self, value: Hashable) -> Collection[Key]:
        """Return the keys indexed under the value."""
        return self._buckets.get(value, ())

    def values(self) -> Collection[Hashable]:
        """Return every value that has a key."""
        return self._buckets.keys()

    def update(self, key: Key, before: Hashable, after: Hashable) -> None:
        """Move a key from its values before a change to those after it."""
        for value in index_values(before):
            self._discard(key, value)
        for value in index_values(after):
            self._add(key, value)
        if isinstance(self._buckets, GradualCopy):
            self._buckets = self._buckets.advance()

    def _discard(self, key: Key, value: Hashable) -> None:
        bucket = self._buckets[value]
        if isinstance(bucket, tuple):
            bucket = self._buckets[value] = tuple([other for other in bucket if other != key])
        else:
            bucket = self._owned_bucket(bucket, value)
            bucket.remove(key)
        if not bucket:
            del self._buckets[value]

    def _add(self, key: Key, value: Hashable) -> None:
        bucket = self._buckets.get(value, ())
        if not isinstance(bucket, tuple):
            self._owned_bucket(bucket, value).add(key)
        elif len(bucket) < _MAX_TUPLE_KEYS:
            self._buckets[value] = (*bucket, key)
        else:
            self._buckets[value] = SortedKeys((*bucket, key))
            if self._owned is not None:
                self._owned.add(value)

    def _owned_bucket(self, bucket: SortedKeys, value: Hashable) -> SortedKeys:
        """Return the bucket, copied first if it is shared with a clone."""
        if self._owned is not None and value not in self._owned:
            bucket = self._buckets[value] = bucket.clone()
            self._owned.add(value)
        return bucket


class TextIndex:
    """The texts of rows for case-insensitive substring searches.

    Texts are stored in blocks. A search reads the rows of a block only if the block's joined text
    contains the term.
    """

    def __init__(self, by: Callable[[Any], str]) -> None:
        self.by = by
        self._blocks: dict[int, _Block] = {}
        self._owned: set[int] | None = None  # None: no block is shared with a clone

    def clone(self) -> Self:
        """Return an independent copy; a block is copied when it changes."""
        copy = type(self)(self.by)
        copy._blocks = self._blocks.copy()
        copy._owned = set()
        return copy

    def put(self, key: Key, text: str | None) -> None:
        """Store a row's text; ``None`` deletes it."""
        number = (hash(key) // 256) % _BLOCK_COUNT
        block = self._blocks.get(number)
        if block is None:
            block = self._blocks[number] = _Block()
        elif self._owned is not None and number not in self._owned:
            block = self._blocks[number] = block.clone()
        if self._owned is not None:
            self._owned.add(number)
        block.put(key, text)

    def containing(self, term: str) -> set[Key]:
        """Return the keys of the texts that contain the term."""
        term = term.lower()
        keys: set[Key] = set()
        for block in self._blocks.values():
            keys.update(block.containing(term))
        return keys


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
            self._texts[key] = shared_text(text.lower())

    def containing(self, term: str) -> Iterable[Key]:
        if self._joined is None:
            self._joined = "\0".join(self._texts.values())
        if term not in self._joined:
            return ()
        return [key for key, text in self._texts.items() if term in text]


class View:
    """The sorted entries of the rows that meet all ``predicates``.

    ``anchor`` is an index and a value that every row of the view has, so only changes of such rows
    update the view.
    """

    __slots__ = ("anchor", "by", "entries", "predicates")

    def __init__(
        self,
        anchor: tuple[str, Hashable],
        predicates: list[Predicate],
        by: Callable[[Any], Any] | None,
        entries: SortedEntries,
    ) -> None:
        self.anchor = anchor
        self.predicates = predicates
        self.by = by
        self.entries = entries

    def clone(self) -> "View":
        """Return an independent copy."""
        return View(self.anchor, self.predicates, self.by, self.entries.clone())

    def update(self, key: Key, old: Any, new: Any) -> None:
        """Add, remove or move the entry of a changed row; ``None`` means no row."""
        self.entries.move(key, self._value(old), self._value(new))

    def _value(self, row: Any) -> Any:
        """Return the value by which a row is sorted, or ``None`` if the view does not contain it."""
        if row is None or not all(predicate(row) for predicate in self.predicates):
            return None
        return True if self.by is None else self.by(row)


class Views:
    """The views of earlier queries, kept up to date."""

    def __init__(self) -> None:
        self._views: OrderedDict[tuple[frozenset[tuple[str, Hashable]], str | None], View] = (
            OrderedDict()
        )
        # By index and value, so that the change of a row looks only at the indexes of views.
        self._by_anchor: dict[str, dict[Hashable, list[View]]] = {}

    def __bool__(self) -> bool:
        return bool(self._views)

    def clone(self) -> Self:
        """Return independent copies, which share the entries that do not change."""
        copy = type(self)()
        for query, view in self._views.items():
            copy._views[query] = copied = view.clone()
            copy._views_of(copied.anchor).append(copied)
        return copy

    def fork(self) -> Self:
        """Return a copy with the same views, as long as neither copy's rows change."""
        copy = type(self)()
        copy._views = self._views.copy()
        copy._by_anchor = {
            index: {value: list(views) for value, views in by_value.items()}
            for index, by_value in self._by_anchor.items()
        }
        return copy

    def get(self, where: Where, order: str | None) -> SortedEntries | None:
        """Return the entries of the view of a query, or ``None`` if there is no view."""
        query = frozenset(where.items()), order
        view = self._views.get(query)
        if view is None:
            return None
        self._views.move_to_end(query)
        return view.entries

    def add(self, where: Where, order: str | None, view: View) -> None:
        """Add the view of a query, and drop the least recently used views above the limits."""
        self._views[frozenset(where.items()), order] = view
        self._views_of(view.anchor).append(view)
        while len(self._views) > MAX_VIEWS or (len(self._views) > 1 and self._too_large()):
            _, idle = self._views.popitem(last=False)
            self._views_of(idle.anchor).remove(idle)
            self._drop_empty(*idle.anchor)

    def _views_of(self, anchor: tuple[str, Hashable]) -> list[View]:
        """Return the list of the views with an anchor; a new one if there is none."""
        index, value = anchor
        return self._by_anchor.setdefault(index, {}).setdefault(value, [])

    def _drop_empty(self, index: str, value: Hashable) -> None:
        """Drop the list of an anchor that has no views any more."""
        by_value = self._by_anchor[index]
        if not by_value[value]:
            del by_value[value]
        if not by_value:
            del self._by_anchor[index]

    def _too_large(self) -> bool:
        return sum(len(view.entries) for view in self._views.values()) > MAX_VIEW_ENTRIES

    def update(
        self, index: str, before: Hashable, after: Hashable, key: Key, old: Any, new: Any
    ) -> None:
        """Update the views of an index's values after a change of a row."""
        by_value = self._by_anchor.get(index)
        if by_value is None:
            return
        for value in {*index_values(before), *index_values(after)}:
            for view in by_value.get(value, ()):
                view.update(key, old, new)


def index_values(value: Hashable) -> Iterable[Hashable]:
    """Return the values under which a row is indexed: none, one, or each of a frozenset."""
    if value is None:
        return ()
    return value if isinstance(value, frozenset) else (value,)


def equals(by: Callable[[Any], Hashable], value: Hashable) -> Predicate:
    """Return a predicate: whether a row is indexed under a value."""

    def predicate(row: Any) -> bool:
        indexed = by(row)
        return value in indexed if isinstance(indexed, frozenset) else indexed == value

    return predicate


def within(by: Callable[[Any], Any], low: Any, high: Any) -> Predicate:
    """Return a predicate: whether a row's value is in a closed range; ``None`` leaves an end open."""

    def predicate(row: Any) -> bool:
        value = by(row)
        return (low is None or value >= low) and (high is None or value <= high)

    return predicate
