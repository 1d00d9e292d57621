"""The command ``mockvoice faults``."""

import json
from typing import Any

import click

from mockvoice.commands.base import Printer, for_server, in_sandbox, sandbox_path, table
from mockvoice.commands.request_options import (
    MISSING,
    JsonValue,
    criteria,
    header_pairs,
    request_options,
)
from mockvoice.outbound.control_client import ControlClient

KINDS = (
    "status", "delay", "drop", "commit_then_drop", "malformed", "rate_limit", "expire_tokens", "answer",
    "webhook",
)  # fmt: skip


@click.group()
def faults() -> None:
    """Add, list and delete the faults of a sandbox."""


@faults.command()
@click.argument("vendor")
@click.argument("kind", type=click.Choice(KINDS))
@click.option("--operation", default="*", show_default=True, help="Id of an operation.")
@click.option("--status", type=int, help="Status of the effects status and answer.")
@click.option("--seconds", type=float, help="Seconds of the effects delay and webhook.")
@click.option(
    "--how",
    type=click.Choice(["duplicate", "reorder", "delay", "drop"]),
    help="What the effect webhook does with a delivery.",
)
@click.option(
    "--event", help="Event of the effect webhook, such as invoice.updated; any by default."
)
@click.option("--limit", type=int, help="Requests per window of the effect rate_limit.")
@click.option("--window-seconds", type=float, help="Length of the window in seconds.")
@click.option(
    "--answer", type=JsonValue(), default=MISSING, metavar="JSON", help="Body of the effect answer."
)
@click.option(
    "--answer-header", multiple=True, metavar="'NAME: VALUE'", help="Header of the effect answer."
)
@click.option("--name", help="Name of the answer, for the header X-Mock-Fault: answer=NAME.")
@click.option(
    "--times", type=click.IntRange(1), help="Number of requests or deliveries; no limit by default."
)
@click.option(
    "--probability", type=click.FloatRange(0, 1), help="Probability for each request or delivery."
)
@request_options
@in_sandbox
@for_server
def add(
    client: ControlClient,
    show: Printer,
    sandbox: str,
    vendor: str,
    kind: str,
    operation: str,
    answer: Any,
    answer_header: tuple[str, ...],
    name: str | None,
    times: int | None,
    probability: float | None,
    status: int | None,
    seconds: float | None,
    limit: int | None,
    window_seconds: float | None,
    how: str | None,
    event: str | None,
    **options: Any,
) -> None:
    """Add a fault for a VENDOR, or * for all.

    --method, --path, --query, --header and --body are criteria for the requests that trigger it.
    """
    parameters = {
        "status": status, "seconds": seconds, "limit": limit, "window_seconds": window_seconds,
        "how": how, "event": event,
    }  # fmt: skip
    effect: dict[str, Any] = {
        name: value for name, value in parameters.items() if value is not None
    }
    if answer is not MISSING:
        effect["body"] = answer
    if answer_header:
        effect["headers"] = header_pairs("--answer-header", answer_header)
    members = {
        "match": criteria(**options) or None, "name": name, "times": times, "probability": probability,
    }  # fmt: skip
    body = {
        "vendor": vendor, "operation": operation, "effect": {"kind": kind, **effect},
        **{name: value for name, value in members.items() if value is not None},
    }  # fmt: skip
    show(client.send("POST", sandbox_path(sandbox, "faults"), body), lambda row: _render([row]))


@faults.command()
@click.argument("vendor")
@click.argument("effects", type=JsonValue(), nargs=-1, required=True, metavar="EFFECT...")
@click.option("--operation", default="*", show_default=True, help="Id of an operation.")
@request_options
@in_sandbox
@for_server
def sequence(
    client: ControlClient,
    show: Printer,
    sandbox: str,
    vendor: str,
    effects: tuple[Any, ...],
    operation: str,
    **options: Any,
) -> None:
    """Add a fault whose EFFECTs are used once each, one after the other.

    An effect is JSON, such as '{"kind": "status", "status": 503}'. The other options are criteria for the
    requests that trigger it.
    """
    body: dict[str, Any] = {"vendor": vendor, "operation": operation, "effects": list(effects)}
    match = criteria(**options)
    if match:
        body["match"] = match
    show(client.send("POST", sandbox_path(sandbox, "faults"), body), lambda row: _render([row]))


@faults.command("list")
@in_sandbox
@for_server
def list_all(client: ControlClient, show: Printer, sandbox: str) -> None:
    """List the faults, used-up ones included."""
    show(client.get(sandbox_path(sandbox, "faults")), _render)


@faults.command()
@click.argument("number", type=int, required=False)
@in_sandbox
@for_server
def clear(client: ControlClient, show: Printer, sandbox: str, number: int | None) -> None:
    """Delete the fault with this NUMBER, or all faults."""
    parts = ("faults",) if number is None else ("faults", str(number))
    client.send("DELETE", sandbox_path(sandbox, *parts))
    deleted = "all faults" if number is None else f"fault {number}"
    show({"deleted": deleted}, lambda _: f"{deleted} deleted")


def _render(rows: list[dict[str, Any]]) -> str:
    return table(
        ("ID", "VENDOR", "OPERATION", "EFFECT", "TRIGGERED", "LEFT", "NAME", "MATCH"),
        [
            (row["id"], row["vendor"], row["operation"], _effects(row), row["struck"],
             "no limit" if row["remaining"] is None else row["remaining"], row.get("name", "-"),
             json.dumps(row["match"]) if "match" in row else "-")
            for row in rows
        ],
    )  # fmt: skip


def _effects(row: dict[str, Any]) -> str:
    effects = row.get("effects", [row["effect"]])
    kinds = [
        " ".join(
            str(effect[name])
            for name in ("kind", "how", "event", "status", "seconds", "limit")
            if name in effect
        )
        for effect in effects
    ]
    return ", then ".join(kinds)
