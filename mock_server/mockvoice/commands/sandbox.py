"""``mockvoice sandbox``."""

from typing import Any

import click

from mockvoice.commands.base import Printer, for_server, sandbox_path, table
from mockvoice.commands.client import ControlClient
from mockvoice.commands.initial_state import initial_state_options


@click.group()
def sandbox() -> None:
    """Make, list, reset and delete isolated worlds."""


@sandbox.command()
@click.argument("name", required=False)
@initial_state_options
@click.option("--ttl", type=click.IntRange(1), metavar="SECONDS", help="It goes after so long.")
@for_server
def create(
    client: ControlClient, show: Printer, name: str | None, ttl: int | None, **wanted: Any
) -> None:
    """Make a sandbox, and print the credentials that open it."""
    body = {"name": name, "ttl_seconds": ttl, **wanted}
    show(client.send("POST", "/sandboxes", _given(body)), _shown)


@sandbox.command("list")
@for_server
def list_all(client: ControlClient, show: Printer) -> None:
    """List the sandboxes."""

    def listed(found: list[dict[str, Any]]) -> str:
        rows = [
            (each["name"], each["now"], _yes(each["frozen"]), each["seed"], each["expires_at"] or "-",
             sum(number for tables in each["counts"].values() for number in tables.values()))
            for each in found
        ]  # fmt: skip
        return table(("NAME", "NOW", "FROZEN", "SEED", "EXPIRES", "ROWS"), rows)

    show(client.get("/sandboxes"), listed)


@sandbox.command()
@click.argument("name")
@initial_state_options
@for_server
def reset(client: ControlClient, show: Printer, name: str, **wanted: Any) -> None:
    """Put a sandbox back to its beginning, or to another one."""
    show(client.send("POST", sandbox_path(name, "reset"), _given(wanted)), _shown)


@sandbox.command()
@click.argument("name")
@for_server
def delete(client: ControlClient, show: Printer, name: str) -> None:
    """Delete a sandbox with all that is in it."""
    client.send("DELETE", sandbox_path(name))
    show({"deleted": name}, lambda _: f"{name} is gone")


def _given(wanted: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in wanted.items() if value is not None}


def _shown(made: dict[str, Any]) -> str:
    rows = [
        (vendor, role, secret)
        for vendor, secrets in made["credentials"].items()
        for role, secret in secrets.items()
    ]
    stands = ", standing still" if made["frozen"] else ""
    head = f"{made['name']}, {made['now']}{stands}, seed {made['seed']}"
    if made["expires_at"]:
        head += f", expires {made['expires_at']}"
    return f"{head}\n\n{table(('VENDOR', 'CREDENTIAL', 'VALUE'), rows)}"


def _yes(true: bool) -> str:
    return "yes" if true else "no"
