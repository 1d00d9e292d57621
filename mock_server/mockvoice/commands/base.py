"""Options, output and exit codes that the commands for a server share."""

import functools
import json
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from typing import Any
from urllib.parse import quote

import click

from mockvoice.printable import escape_controls, escape_json, escape_line

DEFAULT_URL = "http://127.0.0.1:8080"

CommandFunction = Callable[..., Any]

in_sandbox = click.option(
    "--sandbox", default="default", show_default=True, metavar="NAME", help="Name of the sandbox."
)


def for_server(command: CommandFunction) -> CommandFunction:
    """Add --url, --control-token and --json to a command; pass it a client and a printer.

    The command exits with 1 if the server responds with an error, and with 2 if no server responds.
    """

    @click.option(
        "--url",
        envvar="MOCKVOICE_URL",
        show_envvar=True,
        default=DEFAULT_URL,
        show_default=True,
        help="Base URL of the mock server's main port.",
    )
    @click.option(
        "--control-token",
        envvar="MOCKVOICE_CONTROL_TOKEN",
        show_envvar=True,
        metavar="TOKEN",
        help="Control token of the server, if it was started with one.",
    )
    @click.option("--json", "as_json", is_flag=True, help="Print the server's response as JSON.")
    @functools.wraps(command)
    def run(url: str, control_token: str | None, as_json: bool, **arguments: Any) -> None:
        from mockvoice.outbound.control_client import (
            ControlApiError,
            ControlClient,
            ServerUnavailable,
        )

        try:
            with closing(ControlClient(url, control_token, finds_main_port=True)) as client:
                command(client, Printer(as_json=as_json), **arguments)
        except ServerUnavailable as error:
            raise click.UsageError(str(error)) from error
        except ControlApiError as error:
            raise click.ClickException(str(error)) from error  # exits with 1

    return run


class Printer:
    """Prints responses as JSON or as text."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json

    def __call__(self, response: Any, as_text: Callable[[Any], str]) -> None:
        """Print a response; ``as_text`` renders it for people."""
        if self.as_json:
            click.echo(escape_json(json.dumps(response, indent=2)))
        else:
            click.echo(escape_controls(as_text(response)))


def table(heading: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return aligned columns below their headings."""
    lines = [[escape_line(str(cell)) for cell in row] for row in (heading, *rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)


def sandbox_path(sandbox: str, *parts: str) -> str:
    """Return the path of a sandbox, or of a resource in it, with percent-encoded names."""
    return "/".join(["/sandboxes", *(quote(part, safe="") for part in (sandbox, *parts))])
