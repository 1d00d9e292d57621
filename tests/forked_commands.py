"""Commands in processes that a prepared process forks, so that none of them imports the packages again.

The imports are half of the processor time of a check of a few tests. Each command still has a process of
its own: arguments, variables, output, signals and exit code are those of a started one.
"""

import atexit
import gc
import json
import os
import runpy
import select
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import IO, Any

from mockvoice.sandboxes.state import InitialState
from mockvoice.vendor_registry import load_vendor, own_vendor_keys
from tests import example_vendors, shared_states

ROOT = Path(__file__).parent.parent
# Not the modules that pytest loads as plugins: it rewrites their asserts while it imports them.
PRELOADED = (
    "schemathesis.specs.openapi.schemas", "schemathesis.generation.hypothesis.builder",
    "schemathesis.generation.drivers", "schemathesis.transport.asgi", "execnet", "httpcore", "pdb", "pypdf",
    "uvicorn.loops.uvloop", "mockvoice_contracts.check.run", "mockvoice.commands.check",
    "mockvoice.commands.seed", "mockvoice.seeding.remote.runner", "mockvoice.app", "mockvoice.cli",
)  # fmt: skip
# A server imports all modules of these packages, many of them by the names of operations.
PRELOADED_PACKAGES = ("mockvoice.control", "mockvoice.vendors")
FORKED = ("check", "seed", "serve", "spec", "sandbox", "run", "env")
# Python itself reads them at the start of a process.
READ_AT_START = ("PYTHON", "LANG", "LC_")
CLIENT = Path(__file__).with_name("forked_client.py")
# The variables of the process that forks; a test may have changed those of this process.
ENVIRONMENT = dict(os.environ)
MAX_REQUEST = 1 << 20
# A process, by the descriptor that is readable after its end, and the connection that waits for it.
Running = tuple[int, socket.socket]


class ForkedCommand:
    """A command in a forked process, with the methods of ``Popen`` that tests use."""

    def __init__(
        self, module: str, arguments: Sequence[str | Path], env: Mapping[str, str]
    ) -> None:
        command = [module, list(map(os.fspath, arguments)), dict(env), str(ROOT)]
        request = json.dumps(command).encode()
        self._out, self._err = _text_file(), _text_file()
        self._connection = _connect()
        socket.send_fds(self._connection, [b"."], [self._out.fileno(), self._err.fileno()])
        self._connection.sendall(request + b"\n")
        self._lines = self._connection.makefile()
        self.pid = int(self._lines.readline())
        self.returncode: int | None = None
        self._texts: list[str] = []

    def poll(self, seconds: float = 0) -> int | None:
        """Return the exit code, or ``None`` if the process still runs after this time."""
        if self.returncode is None and select.select([self._connection], [], [], seconds)[0]:
            self.returncode = int(self._lines.readline())
            self._lines.close()
            self._connection.close()
        return self.returncode

    def communicate(self, timeout: float) -> tuple[str, str]:
        """Wait for the end; return what the process wrote to stdout and stderr."""
        if self.poll(timeout) is None:
            raise subprocess.TimeoutExpired(f"process {self.pid}", timeout)
        if not self._texts:
            self._texts = [_read_and_close(file) for file in (self._out, self._err)]
        out, err = self._texts
        return out, err

    def send_signal(self, number: int) -> None:
        """Send a signal, unless the process has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill the process."""
        self.send_signal(signal.SIGKILL)


def start(
    module: str, arguments: Sequence[str | Path], env: Mapping[str, str]
) -> subprocess.Popen[str] | ForkedCommand:
    """Start a module in the root folder; commands that need many imports are forked."""
    if arguments and arguments[0] in FORKED and _can_fork(env):
        return ForkedCommand(module, arguments, env)
    return subprocess.Popen(
        [sys.executable, "-m", module, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, env=env, cwd=ROOT,
    )  # fmt: skip


def run(
    arguments: Sequence[str | Path], env: Mapping[str, str], seconds: float
) -> tuple[int | None, str, str]:
    """Run the command ``mockvoice``; return exit code, stdout and stderr."""
    process = start("mockvoice", arguments, env)
    out, err = process.communicate(timeout=seconds)
    return process.returncode, out, err


def shell_command(folder: Path, env: Mapping[str, str]) -> None:
    """Write a program ``mockvoice`` for shells, if commands can be forked.

    Its commands are forked with the variables, folder, stdout and stderr of the shell.
    """
    if _can_fork(env):
        client = shlex.join([sys.executable, "-SE", str(CLIENT), _address().hex()])
        program = folder / "mockvoice"
        program.write_text(f'#!/bin/sh\nexec {client} "$@"\n', "utf-8")
        program.chmod(0o755)


def _can_fork(env: Mapping[str, str]) -> bool:
    """Return whether a forked process is like one that is started with these variables."""
    return sys.platform == "linux" and _read_at_start(env) == _read_at_start(ENVIRONMENT)


def _read_at_start(env: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in env.items() if value and name.startswith(READ_AT_START)}


def _text_file() -> IO[str]:
    return tempfile.TemporaryFile("w+", encoding="utf-8")


def _read_and_close(file: IO[str]) -> str:
    with file:
        file.seek(0)
        return file.read()


def _connect() -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(_address())
    return connection


@cache
def _address() -> bytes:
    """Start the process that forks, and return the address of its socket."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind("")  # Linux chooses a free abstract address.
    listener.listen()
    process = subprocess.Popen(
        [sys.executable, "-m", __name__, str(listener.fileno())], cwd=ROOT,
        pass_fds=[listener.fileno()], stdin=subprocess.PIPE, env=ENVIRONMENT,
    )  # fmt: skip
    atexit.register(process.communicate)  # closes its stdin, at which it ends
    address: bytes = listener.getsockname()
    listener.close()
    return address


def serve(listener: socket.socket) -> None:
    """Fork a process for each connection, and send its exit code, until stdin is closed."""
    _import_all()
    _create_demo_data()
    assert threading.active_count() == 1, "a process with threads must not be forked"
    gc.freeze()
    running: dict[int, Running] = {}
    while sys.stdin not in (ready := select.select([listener, sys.stdin, *running], [], [])[0]):
        for ended in running.keys() & ready:
            _send_exit_code(ended, *running.pop(ended))
        if listener in ready:
            connection, _ = listener.accept()
            files, command = _receive(connection)
            pid = os.fork()
            if pid == 0:
                _close(listener, connection, running)
                _run(*command, files)
                return
            for file in files:
                os.close(file)
            running[os.pidfd_open(pid)] = pid, connection
            connection.sendall(f"{pid}\n".encode())


def _import_all() -> None:
    """Import what most commands need, and let Hypothesis read the constants of these modules once."""
    for name in PRELOADED:
        import_module(name)
    for name in PRELOADED_PACKAGES:
        for module in walk_packages(import_module(name).__path__, f"{name}."):
            import_module(module.name)
    from hypothesis.internal.conjecture import providers

    providers._get_local_constants()


def _create_demo_data() -> None:
    """Replay the demo data once, so that forked mocks begin with it."""
    shared_states.install()
    vendors = {key: load_vendor(key) for key in own_vendor_keys()}
    shared_states.SharedStates().resolve(vendors, InitialState("demo"))
    example_vendors.clear_caches()


def _receive(connection: socket.socket) -> tuple[list[int], list[Any]]:
    """Return the files for stdout and stderr, and the command."""
    _, files, _, _ = socket.recv_fds(connection, 1, 2)
    with connection.makefile() as lines:
        return files, json.loads(lines.readline(MAX_REQUEST))


def _close(listener: socket.socket, connection: socket.socket, running: dict[int, Running]) -> None:
    """Close what a forked process does not need."""
    listener.close()
    connection.close()
    for descriptor, (_, other) in running.items():
        os.close(descriptor)
        other.close()


def _send_exit_code(descriptor: int, pid: int, connection: socket.socket) -> None:
    """Wait for a process that has ended, so that its processor time counts, and send its exit code."""
    os.close(descriptor)
    _, status = os.waitpid(pid, 0)
    # A test may not wait for the end of its command.
    with connection, suppress(BrokenPipeError):
        connection.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())


def _run(
    module: str, arguments: Sequence[str], env: Mapping[str, str], folder: str, files: list[int]
) -> None:
    """Run a module in a folder as ``python -m`` does, with these files as stdout and stderr."""
    os.chdir(folder)
    for number, file in zip((1, 2), files, strict=True):
        os.dup2(file, number)
        os.close(file)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.environ.clear()
    os.environ.update(env)
    sys.argv[1:] = arguments
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    with ExitStack() as resources:
        serve(resources.enter_context(socket.socket(fileno=int(sys.argv[1]))))
