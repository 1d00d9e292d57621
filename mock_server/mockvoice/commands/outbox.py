"""The command ``mockvoice outbox``."""

from typing import Any
from urllib.parse import urlencode

import click

from mockvoice.commands.base import Printer, for_server, in_sandbox, sandbox_path, table
from mockvoice.outbound.control_client import ControlClient


@click.command()
@click.option("--vendor", metavar="VENDOR", help="Only messages of this vendor.")
@click.option(
    "--to", metavar="ADDRESS", help="Only messages whose recipient's address contains this text."
)
@click.option("--about", metavar="RECORD", help="Only messages about a record such as invoices/41.")
@click.option("--since", metavar="ISO", help="Only messages from this time on.")
@click.option("--limit", type=click.IntRange(1, 10_000), help="Maximum number of messages.")
@in_sandbox
@for_server
def outbox(client: ControlClient, show: Printer, sandbox: str, **filters: Any) -> None:
    """Show the e-mails that the real services would have sent, the newest first."""
    query = urlencode({name: value for name, value in filters.items() if value is not None})
    show(client.get(f"{sandbox_path(sandbox, 'outbox')}?{query}"), _render)


def _render(messages: list[dict[str, Any]]) -> str:
    return table(
        ("AT", "VENDOR", "TO", "SUBJECT", "ABOUT"),
        [(row["at"], row["vendor"], row["to"], row["subject"], row["about"] or "-") for row in messages],
    )  # fmt: skip
