"""The memory of this process."""

import sys
from pathlib import Path

import psutil

from mockvoice.kernel.clock import monotonic

SAMPLE_SECONDS = 0.2
# The limit of a container, in the two versions of Linux's control groups.
_CONTAINER_LIMITS = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)


def available_to_process() -> int:
    """Return the bytes of memory that this machine, or this container, has."""
    total: int = psutil.virtual_memory().total
    limits = [path.read_text().strip() for path in _CONTAINER_LIMITS if path.exists()]
    return min([total, *(int(limit) for limit in limits if limit.isdigit())])


class MemoryGauge:
    """Whether this process uses more memory than a limit; measured at most every 0.2 seconds."""

    def __init__(self, limit: int) -> None:
        self.limit = limit  # bytes
        self._process = psutil.Process()
        self._highest = 0  # bytes
        self._most_blocks = 1
        self._bytes_per_block = 0.0
        self._measured_at = -SAMPLE_SECONDS
        self._is_exceeded = False

    def is_exceeded(self) -> bool:
        """Whether the memory in use was above the limit when it was last measured."""
        now = monotonic()
        if now - self._measured_at >= SAMPLE_SECONDS:
            self._measured_at = now
            self._is_exceeded = self.in_use() > self.limit
        return self._is_exceeded

    def in_use(self) -> int:
        """Return the bytes in use.

        The interpreter keeps freed memory for later objects instead of returning it, so the number of
        its allocated blocks, compared with that at the highest use, tells how much is in use.
        """
        resident: int = self._process.memory_info().rss
        blocks = sys.getallocatedblocks()
        if resident > self._highest or blocks > self._most_blocks:
            self._highest, self._most_blocks = resident, blocks
            self._bytes_per_block = resident / blocks
        return min(resident, int(blocks * self._bytes_per_block))
