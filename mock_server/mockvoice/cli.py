"""The command ``mockvoice``.

Each command imports its modules only when it runs, so ``--help`` is fast.
"""

import os
import re
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, NoReturn, TypeVar

import click

from mockvoice import __version__
from mockvoice.commands.output_errors import print_error, write_errors_reported

F = TypeVar("F", bound=Callable[..., Any])

USAGE_ERROR = 2
INTERRUPTED = 130
THREAD_SECONDS = 0.3  # idle threads end within this time
# A number of bytes, with a unit of 1,024 or a power of it.
_SIZE = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,3})?) ?([KMGT]?)(?:i?B)?", re.IGNORECASE)
LOG_LEVELS = ["debug", "info", "warning", "error"]


# Commands in modules of ``mockvoice.commands``, imported when they run, with their help texts.
LAZY_COMMANDS = {
    "check": "Check servers against the contracts of their vendors.",
    "seed": "Generate demo data for a running mock, a real account or a file of requests.",
    "sandbox": "Create, list, reset and delete isolated sandboxes.",
    "clock": "Show, set, freeze and advance a sandbox's clock.",
    "snapshot": "Save, restore, compare, export and import states of a sandbox.",
}


class LazyGroup(click.Group):
    """A group that imports commands late, and prints an error as one line on stderr.

    The exit code of an error is 2, unless the error defines another.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands for ``--help``."""
        return sorted([*self.commands, *LAZY_COMMANDS])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command with this name."""
        if cmd_name not in LAZY_COMMANDS:
            return super().get_command(ctx, cmd_name)
        module = import_module(f"mockvoice.commands.{cmd_name}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing the modules of ``LAZY_COMMANDS``."""
        eager = {name: command.get_short_help_str(100) for name, command in self.commands.items()}
        with formatter.section("Commands"):
            formatter.write_dl(sorted({**eager, **LAZY_COMMANDS}.items()))

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Parse the arguments; options such as ``--help`` print here."""
        with write_errors_reported():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        with write_errors_reported():
            return super().invoke(ctx)

    def main(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Run the command line, and exit."""
        try:
            super().main(*args, **{**kwargs, "prog_name": "mockvoice", "standalone_mode": False})
        except click.exceptions.NoArgsIsHelpError as help_text:
            click.echo(help_text.format_message())
            sys.exit(USAGE_ERROR)
        except click.ClickException as error:
            print_error(error.format_message())
            sys.exit(USAGE_ERROR if isinstance(error, click.UsageError) else error.exit_code)
        except click.Abort:
            sys.exit(INTERRUPTED)
        sys.exit(0)


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="mockvoice", message="%(prog)s %(version)s")
def main() -> None:
    """A stateful mock server for the invoicing APIs of COUNT, Grow CRM, Halo and OptiFlow."""


def option(name: str, *names: str, **details: Any) -> Callable[[F], F]:
    """Declare an option with an environment variable: ``MOCKVOICE_PORT`` for ``--port``."""
    bare_name = name.partition("/")[0].removeprefix("--")
    variable = "MOCKVOICE_" + bare_name.replace("-", "_").upper()
    return click.option(name, *names, envvar=variable, show_envvar=True, **details)


def parse_instant_option(
    context: click.Context, parameter: click.Parameter, value: str | None
) -> datetime | None:
    """Return the instant of an option. Raises ``BadParameter``."""
    from mockvoice.kernel.clock import parse_instant

    try:
        return None if value is None else parse_instant(value)
    except ValueError as error:
        raise click.BadParameter(
            f"{value!r} is not an instant such as 2026-03-01T09:00:00Z: {error}"
        ) from error


def parse_size_option(
    context: click.Context, parameter: click.Parameter, value: str | None
) -> int | None:
    """Return the bytes of an option such as ``512MiB``. Raises ``BadParameter``."""
    if value is None:
        return None
    match = _SIZE.fullmatch(value.strip())
    if match is None:
        raise click.BadParameter(f"{value!r} is not a size such as 512MiB or 2GiB")
    number, unit = match.groups()
    return int(float(number) * 1024 ** " KMGT".index((unit or " ").upper()))


def parse_data_option(
    context: click.Context, parameter: click.Parameter, value: str
) -> Literal["demo", "empty"] | Path:
    """Return the initial data of an option. Raises ``BadParameter``."""
    if value == "demo":
        return "demo"
    if value == "empty":
        return "empty"
    if not Path(value).is_file():
        raise click.BadParameter(
            f"must be demo, empty or the path of an existing file, not {value!r}"
        )
    return Path(value)


def parse_port_options(
    context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> dict[str, int]:
    """Return the ports by vendor key. Raises ``BadParameter``."""
    ports: dict[str, int] = {}
    for value in values:
        key, _, port = value.partition("=")
        if not port.isdecimal() or int(port) > 65535:
            raise click.BadParameter(
                f"must be a vendor and a port such as halo=9001, not {value!r}"
            )
        if key in ports:
            raise click.BadParameter(f"{key!r} has two ports: {ports[key]} and {port}")
        ports[key] = int(port)
    return ports


@main.command()
@option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8080,
    show_default=True,
    help="Main port; the vendors' own ports follow it. 0 uses free ports.",
)
@option(
    "--vendor-ports/--no-vendor-ports",
    default=True,
    help="Also open a separate port for each vendor.",
)
@option(
    "--vendor-port",
    "own_ports",
    callback=parse_port_options,
    metavar="KEY=PORT",
    multiple=True,
    help="Port of this vendor instead of the usual one; 0 uses a free port; repeatable.",
)
@option(
    "--vendor", "vendors", metavar="KEY", multiple=True, help="Serve only this vendor; repeatable."
)
@option(
    "--data",
    callback=parse_data_option,
    metavar="demo|empty|FILE",
    default="demo",
    show_default=True,
    help="Initial data; FILE is an export of a sandbox.",
)
@option(
    "--seed",
    type=click.IntRange(-(2**63), 2**63 - 1),
    show_default="0, or the seed of the export",
    help="The same seed gives the same ids and tokens.",
)
@option(
    "--now",
    callback=parse_instant_option,
    metavar="ISO",
    help="Start time of the clock, such as 2026-03-01T09:00:00Z.",
)
@option(
    "--control/--no-control",
    default=True,
    help="Serve the control API and the console, or only the vendors.",
)
@option(
    "--control-token",
    metavar="TOKEN",
    help="Require this bearer token for the control API and the console.",
)
@option(
    "--allow-host",
    "allowed_hosts",
    metavar="NAME",
    multiple=True,
    help="Host name besides those of this machine by which the control API may be called; repeatable. "
    "With a control token any name may.",
)
@option(
    "--strict-hosts",
    is_flag=True,
    help="Answer the vendors' requests only for names of this machine, the address of --host and "
    "the names of --allow-host.",
)
@option(
    "--quirks",
    type=click.Choice(["strict", "observed"]),
    default="strict",
    show_default=True,
    help="Behaviour of new sandboxes if sources differ: follow the vendors' documents to the letter "
    "(strict) or newer public sources such as clients (observed).",
)
@option(
    "--max-sandboxes",
    type=click.IntRange(1, 100_000),
    default=1000,
    show_default=True,
    help="Maximum number of sandboxes; above it, the oldest is deleted, but never `default`.",
)
@option(
    "--max-rows",
    type=click.IntRange(0),
    default=1_000_000,
    show_default=True,
    help="Maximum number of rows in a sandbox; above it, writes get 507; 0 allows any number.",
)
@option(
    "--max-memory",
    callback=parse_size_option,
    metavar="SIZE",
    show_default="75 % of the machine's or container's",
    help="Maximum memory of the server, such as 2GiB; above it, writes get 507; 0 allows any amount.",
)
@option(
    "--journal-size",
    type=click.IntRange(0, 100_000),
    default=1000,
    show_default=True,
    help="Number of requests that each sandbox's journal keeps; 0 keeps none.",
)
@option(
    "--log-level",
    type=click.Choice(LOG_LEVELS),
    default="info",
    show_default=True,
    help="Minimum level of log messages.",
)
@option(
    "--ready-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the URLs to this file, as JSON, once all ports accept connections.",
)
def serve(*, vendors: tuple[str, ...], control_token: str | None, **options: Any) -> None:
    """Serve the mock until SIGTERM or Ctrl-C."""
    from mockvoice.settings import Settings

    settings = Settings(vendors=vendors, control_token=control_token or None, **options)
    if settings.own_ports and not settings.vendor_ports:
        raise click.UsageError("--vendor-port cannot be combined with --no-vendor-ports")
    if not settings.is_loopback_only and settings.control and settings.control_token is None:
        raise click.UsageError(
            f"--host {settings.host} is reachable from other machines, and the demo credentials are public: "
            "add --control-token TOKEN, or --no-control to serve only the vendors"
        )
    _serve(settings)


def _serve(settings: Any) -> None:
    import logging

    from mockvoice.app import InvalidDataFile, Server, VendorStartError
    from mockvoice.connections.descriptors import raise_limit
    from mockvoice.listeners import PortUnavailable
    from mockvoice.startup import ReadyFile, table
    from mockvoice.vendor_registry import UnknownVendor, VendorUnavailable

    logging.basicConfig(
        level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    if settings.log_level == "info":
        logging.getLogger("uvicorn").setLevel(logging.WARNING)
    ready_file = None if settings.ready_file is None else ReadyFile(settings.ready_file)
    try:
        if ready_file is not None:
            ready_file.clear()
        raise_limit()
        server = Server(settings)
    except (UnknownVendor, VendorUnavailable, PortUnavailable, InvalidDataFile) as error:
        raise click.UsageError(str(error)) from error
    except OSError as error:
        raise _ready_file_error(settings, error) from error

    def ready() -> None:
        try:
            if ready_file is not None:
                ready_file.write(server.urls)
        except OSError as error:
            raise _ready_file_error(settings, error) from error
        click.echo(table(settings, server.vendors, server.addresses))

    threads = set(threading.enumerate())
    try:
        server.run(ready)
    except VendorStartError as error:
        logging.getLogger("mockvoice").debug("the server did not start", exc_info=error)
        raise click.UsageError(str(error)) from error
    finally:
        if ready_file is not None:
            ready_file.remove()
    _exit_if_threads_work(threads)


def _exit_if_threads_work(existing: set[threading.Thread]) -> None:
    """End the process now if the server's threads still work on what nobody waits for any more.

    Python would wait for them, for example until a seeding run has ended.
    """
    from mockvoice.kernel.clock import monotonic

    end = monotonic() + THREAD_SECONDS
    started = [thread for thread in {*threading.enumerate()} - existing if not thread.daemon]
    for thread in started:
        thread.join(max(0, end - monotonic()))
    if any(thread.is_alive() for thread in started):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


def _ready_file_error(settings: Any, error: OSError) -> click.UsageError:
    return click.UsageError(f"--ready-file {settings.ready_file}: {error.strerror}")


@main.command()
@click.argument("vendor")
@click.option(
    "--format",
    "form",
    type=click.Choice(["yaml", "json"]),
    default="yaml",
    show_default=True,
    help="Output format.",
)
def spec(vendor: str, form: str) -> None:
    """Print the contract of a vendor, or of the control API (`control`)."""
    from mockvoice.vendor_registry import UnknownVendor, VendorUnavailable, load_vendor
    from mockvoice.web import contract

    try:
        if vendor == "control":
            published = contract.load("control", "mockvoice.control")
        else:
            published = load_vendor(vendor).contract
    except (UnknownVendor, VendorUnavailable) as error:
        raise click.UsageError(str(error)) from error
    if form == "yaml":
        click.echo(published.text(), nl=False)
    else:
        import orjson

        click.echo(orjson.dumps(published.data, option=orjson.OPT_INDENT_2))
