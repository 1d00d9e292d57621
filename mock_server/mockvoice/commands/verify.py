"""The command ``mockvoice verify``."""

import sys
from typing import Any

import click

from mockvoice.commands.base import Printer, for_server, in_sandbox, sandbox_path
from mockvoice.commands.request_options import criteria, request_options
from mockvoice.outbound.control_client import ControlApiError, ControlClient
from mockvoice.outbound.verification_text import describe

NOT_MADE = 1


@click.command()
@click.argument("vendor", required=False)
@click.argument("operation", required=False)
@request_options
@click.option(
    "--status", metavar="STATUS", help="Status of the response, such as 201, 4xx or none."
)
@click.option("--times", type=click.IntRange(0), help="Exact number of requests.")
@click.option(
    "--at-least", type=click.IntRange(0), help="Smallest number of requests; 1 by default."
)
@click.option("--at-most", type=click.IntRange(0), help="Largest number of requests.")
@in_sandbox
@for_server
def verify(
    client: ControlClient,
    show: Printer,
    sandbox: str,
    vendor: str | None,
    operation: str | None,
    status: str | None,
    times: int | None,
    at_least: int | None,
    at_most: int | None,
    **options: Any,
) -> None:
    """Verify that a sandbox received the expected requests, for example of one OPERATION.

    The exit code is 0 if it did, 1 if not, and 2 if it cannot be verified. With 1, the nearest requests are printed
    with their differences.
    """
    expected = {
        "vendor": vendor, "operation": operation, "status": status, "times": times,
        "at_least": at_least, "at_most": at_most,
    }  # fmt: skip
    body = {
        **{name: value for name, value in expected.items() if value is not None},
        **criteria(**options),
    }
    try:
        result = client.send("POST", sandbox_path(sandbox, "journal", "verify"), body)
    except ControlApiError as error:
        raise click.UsageError(str(error)) from error  # exits with 2
    show(result, lambda verified: describe(body, verified))
    if not result["holds"]:
        sys.exit(NOT_MADE)
