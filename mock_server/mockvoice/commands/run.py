"""The command ``mockvoice run``."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

import click

from mockvoice.commands.serve_options import serve_options
from mockvoice.settings import Settings

if TYPE_CHECKING:
    from mockvoice.app import Server

# The exit codes of shells for commands that cannot be run, or were ended by a signal.
NOT_EXECUTABLE = 126
NOT_FOUND = 127
KILLED = 128
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
    from mockvoice.outbound.environment import MockEnvironment

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
    token = server.settings.control_token
    return environment.variables(os.environ) | (
        {} if token is None else {"MOCKVOICE_CONTROL_TOKEN": token}
    )


def _run(command: Sequence[str], environment: dict[str, str]) -> int:
    """Run a program to its end, and return its exit code."""
    program = shutil.which(command[0])
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
    with _signals_passed_on(process):
        code = process.wait()
    return code if code >= 0 else KILLED - code


@contextmanager
def _signals_passed_on(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Pass SIGTERM on to a program. A terminal sends Ctrl-C to both, so it is left to the program."""

    def terminate(number: int, frame: FrameType | None) -> None:
        process.send_signal(number)

    def wait(number: int, frame: FrameType | None) -> None:
        """Do nothing: the program decides whether it ends."""

    previous = {
        signal.SIGTERM: signal.signal(signal.SIGTERM, terminate),
        signal.SIGINT: signal.signal(signal.SIGINT, wait),
    }
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
