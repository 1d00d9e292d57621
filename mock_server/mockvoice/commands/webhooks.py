"""The command ``mockvoice webhooks``."""

import sys
from typing import Any
from urllib.parse import quote, urlencode

import click

from mockvoice.commands.base import Printer, for_server, in_sandbox, sandbox_path, table
from mockvoice.outbound.control_client import ControlClient

MAX_LINES = 50
NOT_ACCEPTED = 1  # exit code
STATES = (
    "waiting", "sending", "delivered", "failed", "not_attempted", "collected", "dropped",
)  # fmt: skip


@click.group()
def webhooks() -> None:
    """List, show and resend the webhook deliveries of a sandbox."""


@webhooks.command("list")
@click.option("--vendor", metavar="VENDOR", help="Only deliveries of this vendor.")
@click.option("--event", help="Only deliveries of this event, such as invoice.updated.")
@click.option("--state", type=click.Choice(STATES), help="Only deliveries in this state.")
@click.option(
    "--after", metavar="ID", help="Only deliveries that are newer than the one with this id."
)
@click.option(
    "--limit",
    type=click.IntRange(1, 2000),
    default=MAX_LINES,
    show_default=True,
    help="Maximum number of deliveries.",
)
@in_sandbox
@for_server
def list_all(client: ControlClient, show: Printer, sandbox: str, **filters: Any) -> None:
    """List the deliveries, the newest first."""
    query = urlencode({name: value for name, value in filters.items() if value is not None})
    show(client.get(f"{_path(sandbox)}?{query}"), _render_list)


@webhooks.command("show")
@click.argument("delivery_id", metavar="ID")
@in_sandbox
@for_server
def show_one(client: ControlClient, show: Printer, sandbox: str, delivery_id: str) -> None:
    """Show the delivery with an ID such as count-12: its request, its signature and its attempts."""
    show(client.get(f"{_path(sandbox)}/{quote(delivery_id, safe='')}"), _render)


@webhooks.command()
@click.argument("delivery_id", metavar="ID")
@click.option("--sign-again", is_flag=True, help="Sign it with the subscription's present secret.")
@in_sandbox
@for_server
def redeliver(
    client: ControlClient, show: Printer, sandbox: str, delivery_id: str, sign_again: bool
) -> None:
    """Send the delivery with an ID such as count-12 once more; exit with 1 if it is not accepted."""
    from mockvoice.outbound.redelivery import RedeliveryUnfinished
    from mockvoice.outbound.redelivery import redeliver as send_again

    try:
        delivery = send_again(client, _path(sandbox), delivery_id, sign_again=sign_again)
    except RedeliveryUnfinished as error:
        raise click.ClickException(str(error)) from error
    attempt = delivery["attempts"][-1]
    show(delivery, lambda _: f"{delivery_id}: {_result(attempt)}")
    if attempt["status"] is None or not 200 <= attempt["status"] < 300:
        sys.exit(NOT_ACCEPTED)


def _path(sandbox: str) -> str:
    return sandbox_path(sandbox, "webhooks", "deliveries")


def _result(attempt: dict[str, Any]) -> str:
    if attempt["error"] is not None:
        return str(attempt["error"])
    return f"status {attempt['status']} after {attempt['duration_ms']} ms"


def _render_list(rows: list[dict[str, Any]]) -> str:
    return table(
        ("ID", "AT", "EVENT", "STATE", "ATTEMPTS", "LAST RESULT", "URL"),
        [
            (row["id"], row["created_at"], row["event"], row["state"], len(row["attempts"]),
             _result(row["attempts"][-1]) if row["attempts"] else row["reason"] or "-", row["url"])
            for row in rows
        ],
    )  # fmt: skip


def _render(row: dict[str, Any]) -> str:
    request, signature = row["request"], row["signature"]
    lines = [f"{row['id']}  {row['event']}  {row['state']}"]
    if row["reason"] is not None:
        lines.append(row["reason"])
    if row["next_attempt_at"] is not None:
        lines.append(f"Next attempt at {row['next_attempt_at']}")
    lines += ["", f"{request['method']} {request['url']}"]
    lines += [f"{name}: {value}" for name, value in request["headers"].items()]
    lines += ["", request["body"], ""]
    if signature is not None:
        is_body = signature["signed_text"] == request["body"]
        text = "the body" if is_body else repr(signature["signed_text"])
        lines.append(f"{signature['header']} is the {signature['algorithm']} of {text}")
    for each in row["attempts"]:
        lines.append(f"{each['at']}  {each['cause']}  {_result(each)}")
        lines += [f"  {line}" for line in (each["response_body"] or "").splitlines()]
    return "\n".join(lines).rstrip()
