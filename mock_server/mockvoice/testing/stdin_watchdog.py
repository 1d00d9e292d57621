"""Run the command ``mockvoice`` until its standard input is closed.

``python -m mockvoice.testing.stdin_watchdog serve …`` ends when its parent process closes the
pipe or ends, so a killed test run leaves no server behind.
"""

import os
import signal
import threading

from mockvoice.cli import main


def _stop_on_end_of_input() -> None:
    # sys.stdin has a lock that a thread must not hold when the process ends.
    while os.read(0, 1024):
        pass
    signal.raise_signal(signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=_stop_on_end_of_input, name="stdin-watchdog", daemon=True).start()
    main()
