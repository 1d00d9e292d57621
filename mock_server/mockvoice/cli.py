"""The command ``mockvoice``.

Only what a command needs is imported, when it runs: ``--help`` shall be there at once.
"""

import sys
from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, NoReturn, TypeVar

import click

from mockvoice import __version__

F = TypeVar("F", bound=Callable[..., Any])

USAGE_ERROR = 2
INTERRUPTED = 130
LOG_LEVELS = ["debug", "info", "warning", "error"]


# Commands that have a module of their own, which is imported when they run.
LAZY_COMMANDS = {
    "check": "Check servers against the contracts of their vendors.",
    "seed": "Fill a running mock, a real account or a file with believable data.",
    "sandbox": "Make, list, reset and delete isolated worlds.",
    "clock": "Show and move a sandbox's time.",
    "snapshot": "Save states of a sandbox, go back to them, compare and exchange them.",
}


class Command(click.Group):
    """A command whose complaints are one line on stderr, with exit code 2 unless they say otherwise."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands, which ``--help`` shows."""
        return sorted([*self.commands, *LAZY_COMMANDS])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command by its name."""
        if cmd_name not in LAZY_COMMANDS:
            return super().get_command(ctx, cmd_name)
        module = import_module(f"mockvoice.commands.{cmd_name}")
        found: click.Command = getattr(module, cmd_name)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing those that are elsewhere."""
        own = {name: each.get_short_help_str(100) for name, each in self.commands.items()}
        with formatter.section("Commands"):
            formatter.write_dl(sorted({**own, **LAZY_COMMANDS}.items()))

    def main(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Run the command line, and end the process."""
        try:
            super().main(*args, **{**kwargs, "prog_name": "mockvoice", "standalone_mode": False})
        except click.exceptions.NoArgsIsHelpError as help_wanted:
            click.echo(help_wanted.format_message())
            sys.exit(USAGE_ERROR)
        except click.ClickException as error:
            click.echo(f"mockvoice: {' '.join(error.format_message().split())}", err=True)
            sys.exit(USAGE_ERROR if isinstance(error, click.UsageError) else error.exit_code)
        except click.Abort:
            sys.exit(INTERRUPTED)
        sys.exit(0)


@click.group(
    cls=Command,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="mockvoice", message="%(prog)s %(version)s")
def main() -> None:
    """A stateful mock server for the invoicing APIs of COUNT, Grow CRM, Halo and OptiFlow."""


def option(name: str, *names: str, **details: Any) -> Callable[[F], F]:
    """An option that can also be given by an environment variable, ``MOCKVOICE_`` and its name."""
    word = name.partition("/")[0].removeprefix("--")
    variable = "MOCKVOICE_" + word.replace("-", "_").upper()
    return click.option(name, *names, envvar=variable, show_envvar=True, **details)


def an_instant(
    context: click.Context, parameter: click.Parameter, value: str | None
) -> datetime | None:
    """The instant that an option names."""
    from mockvoice.kernel.clock import parse_instant

    try:
        return None if value is None else parse_instant(value)
    except ValueError as error:
        raise click.BadParameter(
            f"{value!r} is no instant such as 2026-03-01T09:00:00Z: {error}"
        ) from error


def some_data(
    context: click.Context, parameter: click.Parameter, value: str
) -> Literal["demo", "empty"] | Path:
    """What the worlds shall hold at first."""
    if value == "demo":
        return "demo"
    if value == "empty":
        return "empty"
    if not Path(value).is_file():
        raise click.BadParameter(f"{value!r} is neither demo nor empty, nor a file")
    return Path(value)


@main.command()
@option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8080,
    show_default=True,
    help="The main port; the vendors' own follow it. 0 takes free ones.",
)
@option(
    "--vendor-ports/--no-vendor-ports",
    default=True,
    help="Also listen on a port for each vendor, or on the main port only.",
)
@option(
    "--vendor", "vendors", metavar="KEY", multiple=True, help="Serve this vendor only; repeatable."
)
@option(
    "--data",
    callback=some_data,
    metavar="demo|empty|FILE",
    default="demo",
    show_default=True,
    help="What the worlds hold at first; FILE is an exported sandbox.",
)
@option(
    "--seed",
    type=click.IntRange(-(2**63), 2**63 - 1),
    show_default="0, or that of the file",
    help="The same seed gives the same world.",
)
@option(
    "--now",
    callback=an_instant,
    metavar="ISO",
    help="Start the clock there, such as 2026-03-01T09:00:00Z.",
)
@option(
    "--control/--no-control",
    default=True,
    help="Serve the control API and the pages, or only the vendors.",
)
@option("--control-token", metavar="TOKEN", help="Ask for this bearer token at /_mock and /.")
@option(
    "--quirks",
    type=click.Choice(["strict", "observed"]),
    default="observed",
    show_default=True,
    help="Where a vendor differs from its documents: keep to these, or do as it does.",
)
@option(
    "--max-sandboxes",
    type=click.IntRange(1, 100_000),
    default=1000,
    show_default=True,
    help="How many sandboxes are kept; beyond that the oldest goes, never the default one.",
)
@option(
    "--journal-size",
    type=click.IntRange(0, 100_000),
    default=1000,
    show_default=True,
    help="How many requests each sandbox's journal keeps; 0 keeps none.",
)
@option("--log-level", type=click.Choice(LOG_LEVELS), default="info", show_default=True)
@option(
    "--ready-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the addresses there, as JSON, once all listeners accept.",
)
def serve(*, vendors: tuple[str, ...], control_token: str | None, **options: Any) -> None:
    """Serve the mock until SIGTERM or Ctrl-C."""
    from mockvoice.settings import Settings

    settings = Settings(vendors=vendors, control_token=control_token or None, **options)
    if not settings.loopback and settings.control and settings.control_token is None:
        raise click.UsageError(
            f"--host {settings.host} lets other machines in, and the demo credentials are public "
            "knowledge: give a --control-token, or --no-control to serve the vendors alone"
        )
    _serve(settings)


def _serve(settings: Any) -> None:
    import logging

    from mockvoice.app import Server
    from mockvoice.control.factory import InvalidDataFile
    from mockvoice.listeners import PortUnavailable
    from mockvoice.startup import ReadyFile, table
    from mockvoice.vendors import UnknownVendor

    logging.basicConfig(
        level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    if settings.log_level == "info":
        logging.getLogger("uvicorn").setLevel(logging.WARNING)
    ready_file = None if settings.ready_file is None else ReadyFile(settings.ready_file)
    try:
        if ready_file is not None:
            ready_file.clear()
        server = Server(settings)
    except (UnknownVendor, PortUnavailable, InvalidDataFile) as error:
        raise click.UsageError(str(error)) from error
    except OSError as error:
        raise _cannot_write(settings, error) from error

    def ready() -> None:
        try:
            if ready_file is not None:
                ready_file.write(server.urls)
        except OSError as error:
            raise _cannot_write(settings, error) from error
        click.echo(table(settings, server.vendors, server.addresses))

    try:
        server.run(ready)
    finally:
        if ready_file is not None:
            ready_file.remove()


def _cannot_write(settings: Any, error: OSError) -> click.UsageError:
    return click.UsageError(f"--ready-file {settings.ready_file}: {error.strerror}")


@main.command()
@click.argument("vendor")
@click.option(
    "--format", "form", type=click.Choice(["yaml", "json"]), default="yaml", show_default=True
)
def spec(vendor: str, form: str) -> None:
    """Print a vendor's contract, or with `control` that of the control API."""
    from mockvoice.vendors import UnknownVendor, vendor_keys
    from mockvoice.web import contract

    if vendor not in [*vendor_keys(), "control"]:
        raise click.UsageError(str(UnknownVendor(vendor)))
    if form == "yaml":
        click.echo(contract.source(vendor), nl=False)
    else:
        import orjson

        click.echo(orjson.dumps(contract.load(vendor), option=orjson.OPT_INDENT_2))
