"""The command ``mockvoice snapshot``."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from mockvoice import output_files
from mockvoice.commands.base import Printer, for_server, in_sandbox, sandbox_path, table
from mockvoice.outbound.control_client import ControlClient
from mockvoice.printable import escape_json

_FILE = click.Path(dir_okay=False, path_type=Path, allow_dash=True)
_OWNER_ONLY = 0o600  # an export contains granted tokens


@click.group()
def snapshot() -> None:
    """Save, restore, compare, export and import states of a sandbox."""


@snapshot.command()
@click.argument("name")
@in_sandbox
@for_server
def save(client: ControlClient, show: Printer, sandbox: str, name: str) -> None:
    """Save the current state under a name."""
    show(client.send("POST", sandbox_path(sandbox, "snapshots"), {"name": name}), _render)


@snapshot.command()
@click.argument("name")
@in_sandbox
@for_server
def load(client: ControlClient, show: Printer, sandbox: str, name: str) -> None:
    """Restore a snapshot."""
    path = sandbox_path(sandbox, "snapshots", name, "restore")
    show(
        client.send("POST", path),
        lambda restored: f"{restored['name']} restored to {name}, {restored['now']}",
    )


@snapshot.command("list")
@in_sandbox
@for_server
def list_all(client: ControlClient, show: Printer, sandbox: str) -> None:
    """List a sandbox's snapshots."""
    show(
        client.get(sandbox_path(sandbox, "snapshots")),
        lambda snapshots: table(
            ("NAME", "NOW", "SAVED", "ROWS"),
            [(row["name"], row["now"], row["created_at"], _rows(row)) for row in snapshots],
        ),
    )


@snapshot.command()
@click.argument("before")
@click.argument("after", default="current")
@in_sandbox
@for_server
def diff(client: ControlClient, show: Printer, sandbox: str, before: str, after: str) -> None:
    """Show the rows that differ between two snapshots, or a snapshot and the current state."""
    show(client.get(sandbox_path(sandbox, "snapshots", before, "diff", after)), _render_diff)


@snapshot.command()
@click.argument("name", default="current")
@click.option(
    "--out",
    type=_FILE,
    default="-",
    help="File to write instead of standard output; only the owner can read a new file.",
)
@in_sandbox
@for_server
def export(client: ControlClient, show: Printer, sandbox: str, name: str, out: Path) -> None:
    """Export a snapshot, or the current state, as JSON."""
    text = client.request("GET", sandbox_path(sandbox, "snapshots", name))
    if str(out) == "-":
        # Invalid bytes are shown too: the server may be another one.
        click.echo(escape_json(text.decode(errors="backslashreplace")), nl=False)
        return
    try:
        output_files.write(out, [text], _OWNER_ONLY)
    except output_files.OutputError as error:
        raise click.BadParameter(str(error), param_hint="--out") from error
    show({"written": str(out), "bytes": len(text)}, lambda _: f"{out}: {len(text)} bytes")


@snapshot.command("import")
@click.argument("name")
@click.argument("file", type=_FILE)
@in_sandbox
@for_server
def import_file(client: ControlClient, show: Printer, sandbox: str, name: str, file: Path) -> None:
    """Import a snapshot from an export."""
    try:
        text = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise click.BadParameter(f"{file}: {error.strerror}") from error
    try:
        json.loads(text)
    except ValueError as error:
        raise click.BadParameter(f"{file} is not JSON: {error}") from error
    show(client.send("PUT", sandbox_path(sandbox, "snapshots", name), text), _render)


@snapshot.command()
@click.argument("name")
@in_sandbox
@for_server
def delete(client: ControlClient, show: Printer, sandbox: str, name: str) -> None:
    """Delete a snapshot."""
    client.send("DELETE", sandbox_path(sandbox, "snapshots", name))
    show({"deleted": name}, lambda _: f"{name} deleted")


def _render(snapshot: dict[str, Any]) -> str:
    return f"{snapshot['name']}: {_rows(snapshot)} rows at {snapshot['now']}"


def _rows(snapshot: dict[str, Any]) -> int:
    return sum(number for tables in snapshot["counts"].values() for number in tables.values())


def _render_diff(diff: dict[str, Any]) -> str:
    signs = {"added": "+", "removed": "-", "changed": "~"}
    rows = [
        (sign, row["vendor"], row["table"], row["id"], _changed_fields(row))
        for kind, sign in signs.items()
        for row in diff[kind]
    ]
    return table(("", "VENDOR", "TABLE", "ID", "FIELDS"), rows) if rows else "no differences"


def _changed_fields(row: dict[str, Any]) -> str:
    """Return the names of the changed fields; empty for an added or removed row."""
    before, after = row["before"], row["after"]
    if before is None or after is None:
        return ""
    return ", ".join(name for name in after if before.get(name) != after[name])
