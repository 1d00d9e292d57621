"""``mockvoice snapshot``."""

import os
import sys
from pathlib import Path
from typing import Any

import click

from mockvoice.commands.base import Printer, for_server, sandbox_path, table
from mockvoice.commands.client import ControlClient

_in_sandbox = click.option(
    "--sandbox", default="default", show_default=True, metavar="NAME", help="Of which sandbox."
)
_FILE = click.Path(dir_okay=False, path_type=Path, allow_dash=True)
_WRITE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
_OWN_EYES = 0o600  # an export holds tokens that were granted


@click.group()
def snapshot() -> None:
    """Save states of a sandbox, go back to them, compare and exchange them."""


@snapshot.command()
@click.argument("name")
@_in_sandbox
@for_server
def save(client: ControlClient, show: Printer, sandbox: str, name: str) -> None:
    """Save the present state under a name."""
    show(client.send("POST", sandbox_path(sandbox, "snapshots"), {"name": name}), _shown)


@snapshot.command()
@click.argument("name")
@_in_sandbox
@for_server
def load(client: ControlClient, show: Printer, sandbox: str, name: str) -> None:
    """Go back to a snapshot."""
    path = sandbox_path(sandbox, "snapshots", name, "restore")
    show(client.send("POST", path), lambda told: f"{told['name']} is at {name}, {told['now']}")


@snapshot.command("list")
@_in_sandbox
@for_server
def list_all(client: ControlClient, show: Printer, sandbox: str) -> None:
    """List a sandbox's snapshots."""
    show(
        client.get(sandbox_path(sandbox, "snapshots")),
        lambda found: table(
            ("NAME", "NOW", "SAVED", "ROWS"),
            [(each["name"], each["now"], each["created_at"], _rows(each)) for each in found],
        ),
    )


@snapshot.command()
@click.argument("before")
@click.argument("after", default="current")
@_in_sandbox
@for_server
def diff(client: ControlClient, show: Printer, sandbox: str, before: str, after: str) -> None:
    """Show the rows that changed from one snapshot to another, or to the present state."""
    show(client.get(sandbox_path(sandbox, "snapshots", before, "diff", after)), _differences)


@snapshot.command()
@click.argument("name", default="current")
@click.option("--out", type=_FILE, default="-", help="The file to write, for your own eyes.")
@_in_sandbox
@for_server
def export(client: ControlClient, show: Printer, sandbox: str, name: str, out: Path) -> None:
    """Write a snapshot, or the present state, as JSON."""
    text = client.ask("GET", sandbox_path(sandbox, "snapshots", name))
    if str(out) == "-":
        click.echo(text, nl=False)
        return
    try:
        with os.fdopen(os.open(out, _WRITE, _OWN_EYES), "wb") as file:
            file.write(text)
    except OSError as error:
        raise click.BadParameter(f"{out}: {error.strerror}", param_hint="--out") from error
    show({"written": str(out), "bytes": len(text)}, lambda told: f"{out}: {len(text)} bytes")


@snapshot.command("import")
@click.argument("name")
@click.argument("file", type=_FILE)
@_in_sandbox
@for_server
def take_in(client: ControlClient, show: Printer, sandbox: str, name: str, file: Path) -> None:
    """Read a snapshot from a file that was exported."""
    try:
        text = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise click.BadParameter(f"{file}: {error.strerror}") from error
    show(client.send("PUT", sandbox_path(sandbox, "snapshots", name), text), _shown)


@snapshot.command()
@click.argument("name")
@_in_sandbox
@for_server
def delete(client: ControlClient, show: Printer, sandbox: str, name: str) -> None:
    """Delete a snapshot."""
    client.send("DELETE", sandbox_path(sandbox, "snapshots", name))
    show({"deleted": name}, lambda _: f"{name} is gone")


def _shown(told: dict[str, Any]) -> str:
    return f"{told['name']}: {_rows(told)} rows at {told['now']}"


def _rows(told: dict[str, Any]) -> int:
    return sum(number for tables in told["counts"].values() for number in tables.values())


def _differences(told: dict[str, Any]) -> str:
    signs = {"added": "+", "removed": "-", "changed": "~"}
    rows = [
        (sign, each["vendor"], each["table"], each["id"], _what(each))
        for kind, sign in signs.items()
        for each in told[kind]
    ]
    return table(("", "VENDOR", "TABLE", "ID", "FIELDS"), rows) if rows else "nothing has changed"


def _what(each: dict[str, Any]) -> str:
    """The fields that changed, and of a new or a lost row nothing."""
    before, after = each["before"], each["after"]
    if before is None or after is None:
        return ""
    return ", ".join(name for name in after if before.get(name) != after[name])
