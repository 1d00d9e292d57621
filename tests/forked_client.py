"""The command ``mockvoice`` in a shell, as a process that ``tests.forked_commands`` forks.

Imports only the standard library, so that it starts in a fiftieth of a second.
"""

import json
import os
import socket
import sys
from pathlib import Path


def main() -> int:
    """Run the command whose arguments follow the address; return its exit code, as a shell does."""
    address, *arguments = sys.argv[1:]
    request = json.dumps(["mockvoice", arguments, dict(os.environ), str(Path.cwd())]).encode()
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(bytes.fromhex(address))
        socket.send_fds(connection, [b"."], [1, 2])
        connection.sendall(request + b"\n")
        with connection.makefile() as lines:
            _pid, code = int(lines.readline()), int(lines.readline())
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main())
