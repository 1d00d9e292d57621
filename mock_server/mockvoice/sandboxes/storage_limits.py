"""Limits of the rows of a sandbox and of the memory of the server."""

from mockvoice.sandboxes.memory import MemoryGauge, available_to_process

# The part of the machine's memory that the server may use by default.
MEMORY_SHARE = 0.75


class StorageFull(Exception):
    """The server does not store any more data: a limit would be exceeded."""


class StorageLimits:
    """What a server stores at most; zero means no limit, and ``None`` the default."""

    def __init__(self, max_rows: int = 0, max_memory: int | None = None) -> None:
        self._max_rows = max_rows
        if max_memory is None:
            max_memory = int(available_to_process() * MEMORY_SHARE)
        self._memory = MemoryGauge(max_memory) if max_memory else None

    def check_memory(self) -> None:
        """Raise ``StorageFull`` if the server uses more memory than it may."""
        if self._memory is not None and self._memory.is_exceeded():
            raise StorageFull(
                f"The mock server uses more than {self._memory.limit // 2**20:,} MiB of memory, so it "
                "stores nothing more: delete sandboxes, or start it with a higher --max-memory"
            )

    def check_rows(self, rows: int) -> None:
        """Raise ``StorageFull`` if this is more than a sandbox's maximum number of rows."""
        if self._max_rows and rows > self._max_rows:
            raise StorageFull(
                f"A sandbox stores at most {self._max_rows:,} rows: delete or reset it, or start the "
                "mock server with a higher --max-rows"
            )
