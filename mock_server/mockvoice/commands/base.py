"""What the commands have in common: where the server is, how answers are shown, how failures end."""

import functools
import json
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from typing import Any
from urllib.parse import quote

import click

DEFAULT_URL = "http://127.0.0.1:8080"

Command = Callable[..., Any]


def for_server(command: Command) -> Command:
    """A command that gets a ``client`` of the server and a ``show`` for its answer.

    It ends with 1 where the server says no, and with 2 where none answers.
    """

    @click.option(
        "--url",
        envvar="MOCKVOICE_URL",
        show_envvar=True,
        default=DEFAULT_URL,
        show_default=True,
        help="The main address of the mock server.",
    )
    @click.option(
        "--control-token",
        envvar="MOCKVOICE_CONTROL_TOKEN",
        show_envvar=True,
        metavar="TOKEN",
        help="What the server asks for, if it was started with one.",
    )
    @click.option("--json", "as_json", is_flag=True, help="Print the server's answer as JSON.")
    @functools.wraps(command)
    def run(url: str, control_token: str | None, as_json: bool, **arguments: Any) -> None:
        from mockvoice.commands.client import ControlApiError, ControlClient, ServerUnavailable

        try:
            with closing(ControlClient(url, control_token)) as client:
                command(client, Printer(as_json=as_json), **arguments)
        except ServerUnavailable as error:
            raise click.UsageError(str(error)) from error
        except ControlApiError as error:
            raise click.ClickException(str(error)) from error  # ends with 1

    return run


class Printer:
    """Prints answers: as JSON, or as what people read."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json

    def __call__(self, answer: Any, for_people: Callable[[Any], str]) -> None:
        """Print an answer, which ``for_people`` makes readable."""
        click.echo(json.dumps(answer, indent=2) if self._as_json else for_people(answer))


def table(heading: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Columns below their headings, aligned."""
    lines = [[str(each) for each in row] for row in (heading, *rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)


def sandbox_path(sandbox: str, *parts: str) -> str:
    """The path of a sandbox, or of something of it; any text may stand for a name."""
    return "/".join(["/sandboxes", *(quote(each, safe="") for each in (sandbox, *parts))])
