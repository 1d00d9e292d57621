"""The memory in use, in a process of its own: other tests would leave freed memory behind."""

import subprocess
import sys

PROGRAM = """
from mockvoice.sandboxes.memory import MemoryGauge

gauge = MemoryGauge(10**12)
before = gauge.in_use()
rows = [{"number": number, "text": f"row {number}"} for number in range(400_000)]
full = gauge.in_use()
kept = rows[::1_000]
del rows
print(before, full, gauge.in_use())
"""


def test_memory_that_was_freed_is_not_in_use() -> None:
    printed = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, timeout=60
    ).stdout
    before, full, after = map(int, printed.split())

    assert full > before + 50 * 2**20
    assert after < before + (full - before) / 4
