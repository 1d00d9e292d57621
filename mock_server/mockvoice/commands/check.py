"""The command ``mockvoice check``. Its suites need the extra ``contract``."""

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from mockvoice.commands.connection_options import connection_options, connection_settings

REQUIRED_PACKAGES = (
    "pytest",
    "schemathesis",
    "jsonschema",
    "hypothesis",
    "requests",
    "rich",
    "xdist",
    "pypdf",
)
MODES = ("read-only", "own-data", "full")


class Percentage(click.FloatRange):
    """A number that click calls a percentage in its messages."""

    name = "percentage"


class CheckError(click.ClickException):
    """The contract could not be checked."""

    exit_code = 2


@click.command()
@click.argument("vendors", metavar="VENDOR…", nargs=-1, required=True)
@click.option(
    "--target",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Target file (TOML): URLs, modes, credentials and limits of the servers under test.",
)
@click.option(
    "--url", help="Base URL of the server under test; the contract's paths are appended to it."
)
@connection_options
@click.option(
    "--mode",
    type=click.Choice(MODES),
    help="read-only: change nothing; own-data: change only records that this run has created; "
    "full: change anything. The default for a server that is not a mock is read-only.",
)
@click.option(
    "--yes-this-account-may-be-changed",
    "may_be_changed",
    is_flag=True,
    help="Confirm that --mode full may change an account that looks like a real one.",
)
@click.option(
    "--report-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write report.json, report.html, report.sarif and junit.xml to this folder.",
)
@click.option(
    "--seed", type=click.IntRange(1), help="Seed of the generated requests; the default is 1."
)
@click.option(
    "--max-examples",
    type=click.IntRange(1, 100_000),
    help="Maximum number of requests generated for each operation.",
)
@click.option(
    "--select", metavar="EXPR", help="Run only tests that match this expression, like pytest -k."
)
@click.option(
    "--only",
    metavar="PATTERN",
    multiple=True,
    help="Check only these operations, such as invoices.get or invoices.*; may be repeated.",
)
@click.option(
    "--strict-assumptions",
    is_flag=True,
    help="Also fail if a real service violates an assumption of the contract.",
)
@click.option(
    "--min-coverage",
    type=Percentage(0, 100),
    metavar="PERCENT",
    help="Exit with code 2 if fewer of the operations to check were asked, in percent, of any vendor.",
)
@click.option(
    "--compare",
    type=click.Choice(["mock"]),
    help="Send the same requests to a mock, and report where the shapes of responses differ.",
)
@click.option(
    "--explain",
    is_flag=True,
    help="Run no test; print URL, mode, credentials and limits of each target, and where they come from.",
)
@click.option(
    "--init",
    is_flag=True,
    help="Run no test; write a commented target file, mockvoice-target.toml or that of --target.",
)
@click.option("--dry-run", is_flag=True, help="List the requests without sending them.")
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    envvar="MOCKVOICE_WORKERS",
    show_envvar=True,
    help="Number of parallel processes; by default several if each can have its own sandbox.",
)
@click.option(
    "--ledgers",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="MOCKVOICE_LEDGERS",
    show_envvar=True,
    help="Folder of the ledgers of records created in own-data mode.",
)
def check(*, ca_file: Path | None, insecure: bool, proxy: str | None, **options: Any) -> None:
    """Check servers against the contracts of their vendors.

    Without --target and --url, a mock is started and checked. Exit code 0: the servers keep
    the contracts; 1: they do not; 2: the contracts could not be checked.
    """
    if missing := [name for name in REQUIRED_PACKAGES if find_spec(name) is None]:
        raise click.UsageError(
            f"mockvoice check needs packages that are not installed ({', '.join(missing)}): "
            "pip install 'mockvoice[contract]'"
        )
    from mockvoice_contracts.check import options as check_options
    from mockvoice_contracts.check.run import run

    options["vendors"] = tuple(dict.fromkeys(options["vendors"]))
    connection = connection_settings(ca_file, proxy, insecure=insecure)
    try:
        code = run(check_options.CheckOptions(**options, connection=connection))
    except check_options.CheckError as error:
        raise CheckError(str(error)) from error
    sys.exit(code)
