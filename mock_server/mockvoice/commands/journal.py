"""The command ``mockvoice journal``."""

import json
import time
from typing import Any
from urllib.parse import urlencode

import click

from mockvoice.commands.base import Printer, for_server, in_sandbox, sandbox_path
from mockvoice.commands.request_options import header_pairs
from mockvoice.outbound.control_client import ControlClient
from mockvoice.printable import escape_json, escape_line

POLL_SECONDS = 0.5
MAX_LINES = 50
MAX_BURST = 10_000  # requests between two polls


@click.command()
@click.option("--vendor", metavar="VENDOR", help="Only requests to this vendor.")
@click.option("--operation", help="Only requests of this operation.")
@click.option(
    "--status", metavar="STATUS", help="Only responses with a status such as 404, 4xx or none."
)
@click.option("--method", help="Only requests with this method.")
@click.option("--path", help="Only this decoded path; * is any text without a slash.")
@click.option(
    "--query", metavar="NAME=VALUE", help="Only requests with these query parameters, joined by &."
)
@click.option("--header", metavar="'NAME: VALUE'", help="Only requests with this header.")
@click.option("--body", metavar="JSON", help="Only requests whose body has this part.")
@click.option(
    "--since", metavar="ID|ISO", help="Only requests after this id, or from this time on."
)
@click.option("--until", metavar="ISO", help="Only requests before this time.")
@click.option(
    "--limit",
    type=click.IntRange(1, 10_000),
    default=MAX_LINES,
    show_default=True,
    help="Maximum number of requests, the newest ones.",
)
@click.option("--clear", is_flag=True, help="Empty the journal; takes no filters.")
@click.option(
    "--follow", is_flag=True, help="Go on and show requests as they arrive, until Ctrl-C."
)
@in_sandbox
@for_server
def journal(
    client: ControlClient,
    show: Printer,
    sandbox: str,
    follow: bool,
    clear: bool,
    header: str | None,
    limit: int,
    **filters: Any,
) -> None:
    """Show the requests that a sandbox received, the oldest first. With --json, one on each line."""
    path = sandbox_path(sandbox, "journal")
    query = {name: value for name, value in filters.items() if value is not None}
    if header is not None:
        ((name, value),) = header_pairs("--header", (header,)).items()
        query["header"] = f"{name}: {value}"
    if clear:
        if query or follow:
            raise click.UsageError("--clear empties the whole journal: it takes no other option")
        client.send("DELETE", path)
        show({"journal": "empty"}, lambda _: "journal emptied")
        return
    query["limit"] = limit
    while True:
        entries = client.get(f"{path}?{urlencode(query)}")
        for entry in reversed(entries):
            click.echo(escape_json(json.dumps(entry)) if show.as_json else _line(entry))
        if not follow:
            return
        # All further requests, also if there was none so far.
        query |= {"limit": MAX_BURST}
        if entries:
            query |= {"since": entries[0]["id"]}
        time.sleep(POLL_SECONDS)


def _line(entry: dict[str, Any]) -> str:
    status = "-" if entry["status"] is None else entry["status"]
    note = f"  ({entry['note']})" if entry["note"] else ""
    name = entry["operation"] or entry["vendor"]
    text = (
        f"{entry['id']}  {entry['at']}  {status}  {entry['method']} {entry['path']}  {name}{note}"
    )
    return escape_line(text)
