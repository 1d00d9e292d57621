"""The command ``mockvoice run``."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from types import FrameType
from typing import TYPE_CHECKING, Any, Self

import click

from mockvoice.commands.serve_options import serve_options
from mockvoice.settings import Settings

if TYPE_CHECKING:
    from mockvoice.app import Server

# The exit codes of shells for commands that cannot be run, or were ended by a signal.
NOT_EXECUTABLE = 126
NOT_FOUND = 127
KILLED = 128
# Windows has neither SIGHUP nor SIGQUIT.
PASSED_SIGNALS = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
KEYBOARD_SIGNALS = [
    getattr(signal, name) for name in ("SIGINT", "SIGQUIT") if hasattr(signal, name)
]
FREE_PORTS = {"port": 0, "proxy_port": 0}


@click.command(
    context_settings={"allow_interspersed_args": False, "default_map": {**FREE_PORTS}},
    options_metavar="[OPTIONS OF SERVE] --",
)
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
@serve_options
def run(settings: Settings, command: Sequence[str]) -> None:
    """Run COMMAND beside a mock that is served for it, and exit with its exit code.

    The mock uses free ports and has a forward proxy. COMMAND gets the variables of 'mockvoice env'.
    """
    from mockvoice.commands.server_start import prepared_server

    with prepared_server(settings) as (server, write_ready_file), server:
        write_ready_file()
        sys.exit(_run(command, {**os.environ, **_variables(server)}))


def _variables(server: "Server") -> dict[str, str]:
    from mockvoice.outbound.environment import MockEnvironment, token_variables

    addresses, ca_file = server.addresses, server.addresses.ca_file
    environment = MockEnvironment(
        main_url=addresses.main,
        base_urls={
            key: address.root_url or address.prefix_url
            for key, address in addresses.vendors.items()
        },
        credentials={key: vendor.credentials for key, vendor in server.vendors.items()},
        proxy_url=addresses.proxy,
        ca_file=None if ca_file is None else str(ca_file),
    )
    return environment.variables(os.environ) | token_variables(server.settings.control_token)


def _run(command: Sequence[str], environment: dict[str, str]) -> int:
    """Run a program to its end, and return its exit code."""
    program = shutil.which(command[0])
    with _PassedSignals() as signals:
        try:
            process = subprocess.Popen(  # noqa: S603 -- the command that the user asked for
                [program or command[0], *command[1:]], env=environment
            )
        except FileNotFoundError:
            click.echo(f"mockvoice: run: {command[0]}: no such command", err=True)
            return NOT_FOUND
        except OSError as error:
            click.echo(f"mockvoice: run: {command[0]}: {error.strerror}", err=True)
            return NOT_EXECUTABLE
        signals.pass_on_to(process)
        code = process.wait()
    return code if code >= 0 else KILLED - code


class _PassedSignals:
    """Passes signals on to a program, in a ``with`` block; also those that arrive while it starts.

    A terminal sends SIGINT and SIGQUIT to the program, too, so these are then left to the program.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._early: list[int] = []
        self._previous: dict[int, Any] = {}

    def __enter__(self) -> Self:
        for number in PASSED_SIGNALS:
            self._previous[number] = signal.signal(number, self._pass_on)
        has_terminal = sys.stdin is not None and sys.stdin.isatty()
        for number in KEYBOARD_SIGNALS:
            handler = self._leave_to_program if has_terminal else self._pass_on
            self._previous[number] = signal.signal(number, handler)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._previous.items():
            signal.signal(number, handler)

    def pass_on_to(self, process: subprocess.Popen[bytes]) -> None:
        """Set the program, and send it the signals that have arrived before."""
        self._process = process
        while self._early:
            process.send_signal(self._early.pop(0))

    def _pass_on(self, number: int, frame: FrameType | None) -> None:
        if self._process is None:
            self._early.append(number)
        else:
            self._process.send_signal(number)

    def _leave_to_program(self, number: int, frame: FrameType | None) -> None:
        """Do nothing: the program decides whether it ends."""
