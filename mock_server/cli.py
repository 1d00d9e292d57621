"""The command ``mockvoice``.

Only what a command needs is imported, when it runs: ``--help`` shall be there at once.
"""

import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from mock_server import __version__

F = TypeVar("F", bound=Callable[..., Any])

USAGE_ERROR = 2
LOG_LEVELS = ["debug", "info", "warning", "error"]


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="mockvoice", message="%(prog)s %(version)s")
def commands() -> None:
    """A stateful mock server for the invoicing APIs of COUNT, Grow CRM, Halo and OptiFlow."""


def main() -> None:
    """Run the command line. Whatever is wrong with it is one line on stderr, and exit code 2."""
    try:
        status = commands.main(prog_name="mockvoice", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as help_wanted:
        click.echo(help_wanted.format_message())
        sys.exit(USAGE_ERROR)
    except click.ClickException as error:
        click.echo(f"mockvoice: {' '.join(error.format_message().split())}", err=True)
        sys.exit(USAGE_ERROR)
    except click.Abort:
        sys.exit(130)
    sys.exit(status if isinstance(status, int) else 0)


def option(name: str, *names: str, **details: Any) -> Callable[[F], F]:
    """An option that can also be given by an environment variable, ``MOCKVOICE_`` and its name."""
    variable = "MOCKVOICE_" + name.removeprefix("--").replace("-", "_").upper()
    return click.option(name, *names, envvar=variable, show_envvar=True, **details)


class Instant(click.ParamType[Any]):
    """An instant with its offset from UTC."""

    name = "iso"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        from mock_server.kernel.clock import read_instant

        try:
            return value if isinstance(value, datetime) else read_instant(value)
        except ValueError as error:
            self.fail(f"{value!r} is no instant such as 2026-03-01T09:00:00Z: {error}", param, ctx)


class Data(click.ParamType[Any]):
    """What a sandbox begins with."""

    name = "demo|empty"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value in ("demo", "empty"):
            return str(value)
        return self.fail(
            f"{value!r} is neither demo nor empty; files of exported sandboxes cannot be loaded yet",
            param,
            ctx,
        )


@commands.command()
@option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8080,
    show_default=True,
    help="The main port; the vendors' own follow it. 0 takes free ones.",
)
@option("--no-vendor-ports", is_flag=True, help="Listen on the main port only.")
@option(
    "--vendor", "vendors", metavar="KEY", multiple=True, help="Serve this vendor only; repeatable."
)
@option(
    "--data", type=Data(), default="demo", show_default=True, help="What the worlds hold at first."
)
@option(
    "--seed", type=int, default=0, show_default=True, help="The same seed gives the same world."
)
@option("--now", type=Instant(), help="Start the clock there, such as 2026-03-01T09:00:00Z.")
@option("--no-control", is_flag=True, help="Serve neither the control API nor the pages.")
@option("--control-token", metavar="TOKEN", help="Ask for this bearer token at /_mock and /.")
@option(
    "--quirks",
    type=click.Choice(["strict", "observed"]),
    default="observed",
    show_default=True,
    help="Where a vendor differs from its documents: keep to these, or do as it does.",
)
@option("--log-level", type=click.Choice(LOG_LEVELS), default="info", show_default=True)
@option(
    "--ready-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the addresses there, as JSON, once all listeners accept.",
)
def serve(
    *, no_vendor_ports: bool, no_control: bool, control_token: str | None, **options: Any
) -> None:
    """Serve the mock until SIGTERM or Ctrl-C."""
    from mock_server.settings import Settings

    settings = Settings(
        vendor_ports=not no_vendor_ports,
        control=not no_control,
        control_token=control_token or None,
        **options,
    )
    if not settings.loopback and settings.control and settings.control_token is None:
        raise click.UsageError(
            f"--host {settings.host} lets other machines in, and the demo credentials are public "
            "knowledge: give a --control-token, or --no-control to serve the vendors alone"
        )
    _serve(settings)


def _serve(settings: Any) -> None:
    import logging

    from mock_server.announce import ReadyFile, table
    from mock_server.app import Server
    from mock_server.listeners import CannotListen
    from mock_server.vendors import UnknownVendor

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
    except (UnknownVendor, CannotListen) as error:
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


@commands.command()
@click.argument("vendor")
@click.option(
    "--format", "form", type=click.Choice(["yaml", "json"]), default="yaml", show_default=True
)
def spec(vendor: str, form: str) -> None:
    """Print a vendor's contract, or with `control` that of the control API."""
    from mock_server.vendors import UnknownVendor, vendor_keys
    from mock_server.web import contract

    if vendor not in [*vendor_keys(), "control"]:
        raise click.UsageError(str(UnknownVendor(vendor)))
    if form == "yaml":
        click.echo(contract.source(vendor), nl=False)
    else:
        import orjson

        click.echo(orjson.dumps(contract.load(vendor), option=orjson.OPT_INDENT_2))
