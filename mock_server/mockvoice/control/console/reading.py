"""Reading of a vendor's data for pages that look at many rows, without making requests wait."""

import datetime as dt
from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from weakref import WeakKeyDictionary

from mockvoice.control.console.forms import call_handler
from mockvoice.control.context import ServerContext
from mockvoice.kernel.backend import Backend
from mockvoice.web.record_kinds import RecordKind, Summary

# By backend and kind of records: the version of the data, and the summaries of all records. Pages of
# one list follow each other, so most find them here.
_summaries: WeakKeyDictionary[Backend, dict[str, tuple[Hashable, Sequence[Summary]]]] = (
    WeakKeyDictionary()
)


class BackendReader:
    """A copy of a vendor's backend, which shares all its rows and is read in another thread."""

    def __init__(self, original: Backend) -> None:
        original.catch_up()
        self.backend = original.copy_for_thread()
        self.today: dt.date = self.backend.clock.today()
        self._version = original.version()
        self._original = original
        self._cache = _summaries.setdefault(original, {})

    def summaries(self, kind: RecordKind) -> Sequence[Summary]:
        """Return the summaries of all records of a kind."""
        cached = self._cache.get(kind.key)
        if cached is not None and cached[0] == self._version:
            return cached[1]
        rows = list(kind.summaries(self.backend))
        self._cache[kind.key] = self._version, rows
        return rows

    def close(self) -> None:
        """Let go of the copy, so that the original does not copy its rows at the next change."""
        if self._original.version() == self._version:
            self._original.forget(self.backend)


@contextmanager
def backend_reader(server: ServerContext, name: str, key: str) -> Iterator[BackendReader]:
    """Return a reader of a vendor's data, for the block. Raises the errors of unknown names."""

    def open_reader() -> BackendReader:
        server.vendor(key)
        return BackendReader(server.sandbox(name).backends[key])

    reader: BackendReader = call_handler(open_reader)
    try:
        yield reader
    finally:
        call_handler(reader.close)
