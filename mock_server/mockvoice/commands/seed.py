"""The command ``mockvoice seed``."""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from mockvoice.commands.base import sandbox_path
from mockvoice.commands.connection_options import (
    connection_options,
    connection_settings,
    control_connection,
    warn,
)
from mockvoice.printable import escape_controls, escape_line

if TYPE_CHECKING:
    from mockvoice.seeding.options import SeedOptions
    from mockvoice.seeding.remote.runner import SeedingReport, SeedingRun
    from mockvoice.web.vendor import Vendor

FILE = click.Path(dir_okay=False, path_type=Path)
INCOMPLETE = 1
TIMEOUT_SECONDS = 600.0


@click.command()
@click.argument("vendor")
@click.option("--clients", type=int, default=25, show_default=True, help="Number of clients.")
@click.option("--invoices", type=int, default=200, show_default=True, help="Number of invoices.")
@click.option(
    "--payments",
    type=int,
    help="Number of payments; by default, as many as the clients would have made by now.",
)
@click.option(
    "--seed", type=int, default=0, show_default=True, help="The same seed gives the same data."
)
@click.option(
    "--locale",
    metavar="xx_YY",
    help="Locale of the clients, such as de_DE; the default depends on the vendor.",
)
@click.option(
    "--sandbox", default="default", show_default=True, help="Sandbox to seed in a running mock."
)
@click.option(
    "--server",
    default="http://127.0.0.1:8080",
    show_default=True,
    envvar="MOCKVOICE_URL",
    help="Base URL of a running mock's main port.",
)
@click.option(
    "--control-token",
    envvar="MOCKVOICE_CONTROL_TOKEN",
    help="Control token of the mock, if it was started with one.",
)
@click.option(
    "--url",
    help="Base URL of a mock on this machine, to seed it through the vendor's API; the contract's paths "
    "are appended to it.",
)
@click.option(
    "--target",
    type=FILE,
    help="Seed the account that this target file describes, through the vendor's API.",
)
@connection_options
@click.option("--yes", is_flag=True, help="Confirm that a real account may be seeded.")
@click.option(
    "--dry-run",
    is_flag=True,
    help="Print the requests without sending them; the target account is only read.",
)
@click.option(
    "--out", type=FILE, help="Write the requests to a file, as JSON Lines, and send nothing."
)
@click.option("--from", "source", type=FILE, help="Send the requests of a file written by --out.")
@click.option(
    "--checkpoint",
    "--journal",
    "checkpoint",
    type=FILE,
    help="File that records the progress of a run, to resume it after an interruption; by default, a "
    "file in the current folder.",
)
def seed(
    *,
    vendor: str,
    sandbox: str,
    server: str,
    control_token: str | None,
    url: str | None,
    target: Path | None,
    ca_file: Path | None,
    insecure: bool,
    proxy: str | None,
    yes: bool,
    dry_run: bool,
    out: Path | None,
    source: Path | None,
    checkpoint: Path | None,
    **amounts: Any,
) -> None:
    """Generate demo data for a running mock, a real account or a file of requests.

    Without --url, --target and --out, a sandbox of a running mock is seeded in a single
    transaction, with a history of two years. With --url or --target, requests of the vendor's API
    create the data; run the same command again to resume an interrupted run.
    """
    from mockvoice.seeding.options import SeedOptions
    from mockvoice.seeding.remote.runner import SeedingRun

    _check_one_destination(url, target)
    options = SeedOptions(**amounts)
    connection = connection_settings(ca_file, proxy, insecure=insecure)
    with _exit_codes():
        run = SeedingRun(
            _vendor(vendor), options, url=url, target_file=target, connection=connection
        )
        if run.target is not None:
            warn(run.target.connection.warning(run.target.url))
        if source is not None and (run.target is None or out is not None or dry_run):
            raise click.UsageError(
                "--from needs --url or --target, and cannot be combined with --out or --dry-run"
            )
        if connection and run.target is None and (out is not None or dry_run):
            raise click.UsageError("--ca-file, --insecure and --proxy need --url or --target")
        if out is not None:
            _write_requests(run, out)
        elif dry_run:
            for line in run.lines():
                click.echo(escape_line(line))
        elif run.target is None:
            _seed_sandbox(vendor, options, server, sandbox, control_token, connection)
        else:
            with _progress() as progress:
                report = run.send(
                    progress, confirmed=yes, source=source, checkpoint_file=checkpoint
                )
            _print_report(report)


def _check_one_destination(url: str | None, target: Path | None) -> None:
    """Raise ``UsageError`` for options that name two places. A variable for the server does not count."""
    source_of = click.get_current_context().get_parameter_source
    given = {
        "--server": source_of("server") is ParameterSource.COMMANDLINE,
        "--url": url is not None,
        "--target": target is not None,
    }
    names = [name for name, is_given in given.items() if is_given]
    if len(names) > 1:
        raise click.UsageError(
            f"{' and '.join(names)} exclude each other: --server seeds a sandbox of a mock through its control "
            "API, --url and --target seed an account through the vendor's own API"
        )
    for name in ("sandbox", "control_token"):
        if source_of(name) is ParameterSource.COMMANDLINE and (
            url is not None or target is not None
        ):
            raise click.UsageError(
                f"--{name.replace('_', '-')} has no effect with {names[0]}: the credentials of the requests "
                "select the account"
            )


@contextmanager
def _exit_codes() -> Iterator[None]:
    """Exit with code 2 for invalid options and files, and with 1 for a run that did not complete."""
    from mockvoice.outbound.client import RequestLimitReached
    from mockvoice.outbound.connection_errors import UnusableConnection
    from mockvoice.outbound.target_file import InvalidTargetConfiguration
    from mockvoice.seeding.options import InvalidSeedOptions
    from mockvoice.seeding.remote.checkpoint import InvalidCheckpoint
    from mockvoice.seeding.remote.delivery import AlreadySeeded, SeedingFailed, StaleCheckpoint
    from mockvoice.seeding.seeder import NoSeeder

    try:
        yield
    except (
        NoSeeder,
        InvalidSeedOptions,
        InvalidTargetConfiguration,
        InvalidCheckpoint,
        UnusableConnection,
    ) as error:
        raise click.UsageError(str(error)) from error
    except StaleCheckpoint as error:
        raise click.UsageError(f"{error}: delete the checkpoint to start over") from error
    except AlreadySeeded as error:
        raise click.ClickException(
            "this account already holds data generated with this seed, or the records of this file; "
            "choose another seed with --seed"
        ) from error
    except (SeedingFailed, RequestLimitReached) as error:
        can_resume = getattr(error, "can_resume", True)
        advice = "\nRun the same command again to resume." if can_resume else ""
        click.echo(f"mockvoice: {escape_controls(str(error))}{advice}", err=True)
        raise SystemExit(INCOMPLETE) from error


def _vendor(key: str) -> "Vendor":
    from mockvoice.vendor_registry import UnknownVendor, VendorUnavailable, load_vendor

    try:
        return load_vendor(key)
    except (UnknownVendor, VendorUnavailable) as error:
        raise click.UsageError(str(error)) from error


def _write_requests(run: "SeedingRun", out: Path) -> None:
    from mockvoice.output_files import OutputError

    try:
        number = run.write(out)
    except OutputError as error:
        raise click.UsageError(f"--out: {error}") from error
    click.echo(f"{number} requests written to {out}")


def _seed_sandbox(
    vendor: str,
    options: "SeedOptions",
    server: str,
    sandbox: str,
    token: str | None,
    connection: Mapping[str, Any],
) -> None:
    from dataclasses import asdict

    from mockvoice.outbound.control_client import ControlApiError, ControlClient, ServerUnavailable

    settings = control_connection(server, connection)
    body = {"vendor": vendor, **{k: v for k, v in asdict(options).items() if v is not None}}
    try:
        control = ControlClient(server, token, TIMEOUT_SECONDS, settings, finds_main_port=True)
        with closing(control) as client:
            result = client.send("POST", sandbox_path(sandbox, "seed"), body)
    except ServerUnavailable as error:
        raise click.UsageError(f"{error} (see --server, --url and --target)") from error
    except ControlApiError as error:
        raise click.ClickException(str(error)) from error
    counts = ", ".join(f"{number} {name}" for name, number in result["counts"].items())
    click.echo(escape_line(f"{vendor} in {sandbox}: {counts}"))


def _print_report(report: "SeedingReport") -> None:
    earlier = report.requests - report.sent
    result = (
        f"{report.sent} of {report.requests} requests sent; the other {earlier} were sent by an earlier run"
        if earlier
        else f"{report.requests} requests sent"
    )
    click.echo(
        result if report.checkpoint is None else f"{result}; recorded in {report.checkpoint}"
    )


@contextmanager
def _progress() -> Iterator[Callable[[int], Callable[[], None]]]:
    """Show a progress bar on stderr, if that is a terminal."""
    with ExitStack() as bars:

        def start_bar(requests: int) -> Callable[[], None]:
            bar: Any = click.progressbar(
                length=requests, file=sys.stderr, show_pos=True, hidden=not sys.stderr.isatty()
            )
            bars.enter_context(bar)
            return lambda: bar.update(1)

        yield start_bar
