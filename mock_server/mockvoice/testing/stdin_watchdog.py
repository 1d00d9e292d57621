"""Run the command ``mockvoice`` until its standard input is closed.

``python -m mockvoice.testing.stdin_watchdog serve …`` ends when its parent process closes the
pipe or ends, so a killed test run leaves no server behind.
"""

from mockvoice.cli import main
from mockvoice.commands.end_of_input import stop_at_end_of_input

if __name__ == "__main__":
    stop_at_end_of_input()
    main()
