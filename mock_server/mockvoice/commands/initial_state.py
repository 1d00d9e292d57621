"""Options that say what a sandbox begins with."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click


def _data(context: click.Context, parameter: click.Parameter, value: str | None) -> Any:
    """``demo``, ``empty``, or what a file holds."""
    return value if value in (None, "demo", "empty") else read_json(Path(value))


def read_json(path: Path) -> Any:
    """The data of a JSON file. Raises ``BadParameter``."""
    try:
        return json.loads(path.read_bytes())
    except OSError as error:
        raise click.BadParameter(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise click.BadParameter(f"{path} is not JSON: {error}") from error


def initial_state_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """A command that takes ``--data``, ``--seed`` and ``--now``."""
    for option in (
        click.option("--now", metavar="ISO", help="Where the clock starts."),
        click.option("--seed", type=int, help="The same seed gives the same world."),
        click.option(
            "--data",
            callback=_data,
            metavar="demo|empty|FILE",
            help="What it holds at first; FILE is an exported snapshot.",
        ),
    ):
        command = option(command)
    return command
