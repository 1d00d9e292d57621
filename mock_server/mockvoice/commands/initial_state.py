"""Options for the initial state of a sandbox."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click


def _data(context: click.Context, parameter: click.Parameter, value: str | None) -> Any:
    """Return ``demo``, ``empty``, or the data of an export. Raises ``BadParameter``."""
    return value if value in (None, "demo", "empty") else _read_json(Path(value))


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except OSError as error:
        raise click.BadParameter(
            f"must be demo, empty or the path of an export, not {str(path)!r}: {error.strerror}"
        ) from error
    except ValueError as error:
        raise click.BadParameter(f"{path} is not JSON: {error}") from error


def initial_state_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--data``, ``--seed`` and ``--now`` to a command."""
    for option in (
        click.option(
            "--now", metavar="ISO", help="Start time of the clock, such as 2026-03-01T09:00:00Z."
        ),
        click.option("--seed", type=int, help="The same seed gives the same ids and tokens."),
        click.option(
            "--data",
            callback=_data,
            metavar="demo|empty|FILE",
            help="Initial data; FILE is an export of a sandbox.",
        ),
    ):
        command = option(command)
    return command
