"""The command ``mockvoice sandbox``."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from mockvoice.commands.base import Printer, for_server, sandbox_path, table
from mockvoice.commands.initial_state import initial_state_options
from mockvoice.outbound.control_client import ControlClient

# The options for settings: name, choices and help.
SETTINGS = {
    "quirks": (
        ["strict", "observed"],
        "Sources to follow if they differ: the vendors' documents, or newer public sources.",
    ),
    "signature_clock": (
        ["either", "sandbox", "real"],
        "Clock that the timestamp of a signed request must be near to.",
    ),
    "token_clock": (["sandbox", "real"], "Clock by which tokens expire."),
    "webhooks": (["send", "collect"], "Whether webhooks are sent, or only collected to be read."),
}


def settings_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add an option for each setting; the command gets the chosen ones as ``settings``."""

    @wraps(command)
    def with_settings(**options: Any) -> Any:
        settings = _without_none({name: options.pop(name) for name in SETTINGS})
        return command(settings=settings, **options)

    decorated: Callable[..., Any] = with_settings
    for name, (choices, text) in reversed(SETTINGS.items()):
        flag = f"--{name.replace('_', '-')}"
        decorated = click.option(flag, type=click.Choice(choices), help=text)(decorated)
    return decorated


@click.group()
def sandbox() -> None:
    """Create, list, configure, reset and delete isolated sandboxes."""


@sandbox.command()
@click.argument("name", required=False)
@initial_state_options
@click.option(
    "--ttl",
    type=click.IntRange(1),
    metavar="SECONDS",
    help="Time to live, after which the sandbox is deleted.",
)
@click.option("--frozen", is_flag=True, help="Freeze the clock from the start.")
@settings_options
@for_server
def create(
    client: ControlClient,
    show: Printer,
    name: str | None,
    ttl: int | None,
    frozen: bool,
    settings: dict[str, str],
    **initial_state: Any,
) -> None:
    """Create a sandbox, and print its credentials."""
    body = {"name": name, "ttl_seconds": ttl, "settings": settings or None, **initial_state}
    body["frozen"] = frozen or None
    show(client.send("POST", "/sandboxes", _without_none(body)), _render)


@sandbox.command("settings")
@click.argument("name")
@settings_options
@for_server
def configure(client: ControlClient, show: Printer, name: str, settings: dict[str, str]) -> None:
    """Print the settings of a sandbox; options change them."""
    path = sandbox_path(name, "settings")
    show(client.send("PUT", path, settings) if settings else client.get(path), _render_settings)


@sandbox.command("list")
@for_server
def list_all(client: ControlClient, show: Printer) -> None:
    """List the sandboxes."""

    def render(sandboxes: list[dict[str, Any]]) -> str:
        rows = [
            (row["name"], row["now"], "yes" if row["frozen"] else "no", row["seed"],
             row["expires_at"] or "-",
             sum(number for tables in row["counts"].values() for number in tables.values()))
            for row in sandboxes
        ]  # fmt: skip
        return table(("NAME", "NOW", "FROZEN", "SEED", "EXPIRES", "ROWS"), rows)

    show(client.get("/sandboxes"), render)


@sandbox.command()
@click.argument("name")
@initial_state_options
@for_server
def reset(client: ControlClient, show: Printer, name: str, **initial_state: Any) -> None:
    """Reset a sandbox to its initial state; options change that state."""
    show(client.send("POST", sandbox_path(name, "reset"), _without_none(initial_state)), _render)


@sandbox.command()
@click.argument("name")
@for_server
def delete(client: ControlClient, show: Printer, name: str) -> None:
    """Delete a sandbox with all its data."""
    client.send("DELETE", sandbox_path(name))
    show({"deleted": name}, lambda _: f"{name} deleted")


def _without_none(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _render_settings(settings: dict[str, Any]) -> str:
    return table(("SETTING", "VALUE"), list(settings.items()))


def _render(sandbox: dict[str, Any]) -> str:
    rows = [
        (vendor, role, secret)
        for vendor, secrets in sandbox["credentials"].items()
        for role, secret in secrets.items()
    ]
    frozen = ", frozen" if sandbox["frozen"] else ""
    heading = f"{sandbox['name']}, {sandbox['now']}{frozen}, seed {sandbox['seed']}"
    if sandbox["expires_at"]:
        heading += f", expires {sandbox['expires_at']}"
    return f"{heading}\n\n{table(('VENDOR', 'CREDENTIAL', 'VALUE'), rows)}"
