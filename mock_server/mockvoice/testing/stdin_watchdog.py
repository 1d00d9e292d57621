"""``mockvoice`` as long as somebody holds the other end of its standard input.

``python -m mockvoice.testing.stdin_watchdog serve …`` ends when that end is closed, by its owner's will or by
their end: a test run that is killed leaves no server behind.
"""

import os
import signal
import threading

from mockvoice.cli import main


def _end_with_owner() -> None:
    # Not through sys.stdin, whose lock a thread must not hold when the process ends.
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=_end_with_owner, name="lifeline", daemon=True).start()
    main()
