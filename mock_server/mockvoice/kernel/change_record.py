"""The record of what committed transactions have changed in a backend, for a store that keeps it."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any

# The name under which a record has the counters of ids that have changed.
COUNTERS = "$ids"

Work = Callable[[], None]


class ChangeRecord:
    """The keys that committed transactions have changed, by table, until a batch has them.

    ``on_commit`` is called after each commit, with the work that the transaction has deferred; without
    it, the work is done at once.
    """

    __slots__ = ("keys", "on_commit")

    def __init__(self, on_commit: Callable[[Sequence[Work]], None] | None = None) -> None:
        self.keys: dict[str, set[Any]] = {}
        self.on_commit = on_commit

    def add(self, changes: Iterable[tuple[Any, Hashable, Any]]) -> None:
        """Add the changes of a transaction: containers with their names, keys, and former values."""
        keys = self.keys
        for container, key, _ in changes:
            name = container.name
            if name in keys:
                keys[name].add(key)
            elif name:
                keys[name] = {key}

    def pop(self) -> dict[str, set[Any]]:
        """Return the keys, and forget them."""
        taken, self.keys = self.keys, {}
        return taken

    def fork(self) -> "ChangeRecord":
        """Return a copy that calls nothing."""
        copy = ChangeRecord()
        copy.keys = {name: set(keys) for name, keys in self.keys.items()}
        return copy
