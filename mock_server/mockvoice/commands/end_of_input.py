"""The end of a process when its standard input is closed, for servers that another program starts."""

import os
import signal
import threading


def stop_at_end_of_input() -> None:
    """Stop this process, as SIGTERM does, when its standard input is closed.

    The pipe of a parent process is also closed if the parent is killed.
    """
    threading.Thread(target=_wait_for_end, name="stdin-watchdog", daemon=True).start()


def _wait_for_end() -> None:
    # sys.stdin has a lock that a thread must not hold when the process ends.
    while os.read(0, 1024):
        pass
    signal.raise_signal(signal.SIGTERM)
