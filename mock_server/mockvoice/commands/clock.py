"""``mockvoice clock``."""

from typing import Any

import click

from mockvoice.commands.base import Command, Printer, for_server, sandbox_path
from mockvoice.commands.client import ControlClient

_in_sandbox = click.option(
    "--sandbox", default="default", show_default=True, metavar="NAME", help="Whose clock."
)


@click.group()
def clock() -> None:
    """Show and move a sandbox's time."""


def _command(name: str) -> Command:
    def add(function: Command) -> Command:
        return clock.command(name)(_in_sandbox(for_server(function)))

    return add


@_command("show")
def show_clock(client: ControlClient, show: Printer, sandbox: str) -> None:
    """Show the time."""
    show(client.get(sandbox_path(sandbox, "clock")), _shown)


@clock.command("set")
@click.argument("now", metavar="ISO")
@_in_sandbox
@for_server
def set_clock(client: ControlClient, show: Printer, sandbox: str, now: str) -> None:
    """Jump to an instant such as 2026-03-01T09:00:00Z, forwards or backwards."""
    show(client.send("PUT", sandbox_path(sandbox, "clock"), {"now": now}), _shown)


@_command("freeze")
def freeze(client: ControlClient, show: Printer, sandbox: str) -> None:
    """Let the clock stand still."""
    show(client.send("PUT", sandbox_path(sandbox, "clock"), {"frozen": True}), _shown)


@_command("thaw")
def thaw(client: ControlClient, show: Printer, sandbox: str) -> None:
    """Let the clock run on."""
    show(client.send("PUT", sandbox_path(sandbox, "clock"), {"frozen": False}), _shown)


@clock.command()
@click.option("--days", type=float)
@click.option("--hours", type=float)
@click.option("--minutes", type=float)
@click.option("--seconds", type=float)
@_in_sandbox
@for_server
def advance(client: ControlClient, show: Printer, sandbox: str, **spans: float | None) -> None:
    """Let time pass; what falls due on the way happens, in order."""
    given = {name: value for name, value in spans.items() if value is not None}
    if not given:
        raise click.UsageError("say how far: --days, --hours, --minutes or --seconds")
    show(client.send("POST", sandbox_path(sandbox, "clock", "advance"), given), _shown)


def _shown(told: dict[str, Any]) -> str:
    return f"{told['now']}{', standing still' if told['frozen'] else ''}"
