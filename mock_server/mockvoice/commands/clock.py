"""The command ``mockvoice clock``."""

from typing import Any

import click

from mockvoice.commands.base import CommandFunction, Printer, for_server, in_sandbox, sandbox_path
from mockvoice.outbound.control_client import ControlClient


@click.group()
def clock() -> None:
    """Show, set, freeze and advance a sandbox's clock."""


def _command(name: str) -> CommandFunction:
    def add(function: CommandFunction) -> CommandFunction:
        return clock.command(name)(in_sandbox(for_server(function)))

    return add


@_command("show")
def show_clock(client: ControlClient, show: Printer, sandbox: str) -> None:
    """Show the time, and whether the clock is frozen."""
    show(client.get(sandbox_path(sandbox, "clock")), _render)


@clock.command("set")
@click.argument("now", metavar="ISO")
@in_sandbox
@for_server
def set_clock(client: ControlClient, show: Printer, sandbox: str, now: str) -> None:
    """Set the clock to an instant such as 2026-03-01T09:00:00Z, forwards or backwards."""
    show(client.send("PUT", sandbox_path(sandbox, "clock"), {"now": now}), _render)


@_command("freeze")
def freeze(client: ControlClient, show: Printer, sandbox: str) -> None:
    """Stop the clock at the current time."""
    show(client.send("PUT", sandbox_path(sandbox, "clock"), {"frozen": True}), _render)


@_command("thaw")
def thaw(client: ControlClient, show: Printer, sandbox: str) -> None:
    """Unfreeze the clock."""
    show(client.send("PUT", sandbox_path(sandbox, "clock"), {"frozen": False}), _render)


@clock.command()
@click.option("--days", type=float, metavar="NUMBER", help="Days to add to the time.")
@click.option("--hours", type=float, metavar="NUMBER", help="Hours to add to the time.")
@click.option("--minutes", type=float, metavar="NUMBER", help="Minutes to add to the time.")
@click.option("--seconds", type=float, metavar="NUMBER", help="Seconds to add to the time.")
@in_sandbox
@for_server
def advance(client: ControlClient, show: Printer, sandbox: str, **spans: float | None) -> None:
    """Advance the clock; due events run in order."""
    body = {name: value for name, value in spans.items() if value is not None}
    if not body:
        raise click.UsageError(
            "at least one of --days, --hours, --minutes and --seconds is required"
        )
    show(client.send("POST", sandbox_path(sandbox, "clock", "advance"), body), _render)


def _render(clock: dict[str, Any]) -> str:
    return f"{clock['now']}{', frozen' if clock['frozen'] else ''}"
