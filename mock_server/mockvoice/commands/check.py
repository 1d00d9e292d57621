"""``mockvoice check``: its options, and how it says no. The suites that do it come with an extra."""

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

NEEDED = (
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


class CheckError(click.ClickException):
    """Nothing can be said of the contract."""

    exit_code = 2


@click.command()
@click.argument("vendors", metavar="VENDOR…", nargs=-1, required=True)
@click.option(
    "--target",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A TOML file that names the servers under test, their credentials and what may be done there.",
)
@click.option("--url", help="The server under test: what stands before the vendor's own paths.")
@click.option(
    "--mode",
    type=click.Choice(MODES),
    help="Only read; change only what this run has created; or change anything. "
    "A server that is not a mock is only read, unless told otherwise.",
)
@click.option(
    "--yes-this-account-may-be-changed",
    "may_be_changed",
    is_flag=True,
    help="Let --mode full change an account that looks like a real one.",
)
@click.option(
    "--report-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write report.json, report.html, report.sarif and junit.xml there.",
)
@click.option("--seed", type=click.IntRange(1), help="Generate other requests; the default is 1.")
@click.option(
    "--max-examples",
    type=click.IntRange(1, 100_000),
    help="Generate at most so many requests for each operation.",
)
@click.option("--select", metavar="EXPR", help="Only tests that match, as for pytest's -k.")
@click.option(
    "--strict-assumptions",
    is_flag=True,
    help="Also fail where a real server does not share what the contract only assumes.",
)
@click.option(
    "--compare",
    type=click.Choice(["mock"]),
    help="Ask a mock the same, and report where the answers' shapes differ.",
)
@click.option("--dry-run", is_flag=True, help="Send nothing; list what would be sent.")
@click.option("--workers", type=click.IntRange(1, 64), help="How many processes check at once.")
@click.option(
    "--ledgers",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="MOCKVOICE_LEDGERS",
    show_envvar=True,
    help="Where is noted what mode own-data has created.",
)
def check(**options: Any) -> None:
    """Check servers against the contracts of their vendors.

    With neither --target nor --url a mock is started and checked. Exit code 0: the contract
    holds; 1: it is broken; 2: it could not be checked.
    """
    if missing := [name for name in NEEDED if find_spec(name) is None]:
        raise click.UsageError(
            f"checking needs more than the server ({', '.join(missing)}): "
            "pip install 'mockvoice[contract]'"
        )
    from mockvoice_contracts.check import options as suites
    from mockvoice_contracts.check.run import run

    try:
        code = run(suites.CheckOptions(**options))
    except suites.CheckError as error:
        raise CheckError(str(error)) from error
    sys.exit(code)
