"""Tools for vendors, their addresses, and sandboxes."""

from collections.abc import Mapping
from typing import Any

from mockvoice.mcp_server.definitions import SHOW_SECRETS, tool
from mockvoice.mcp_server.secrets import mask_note, shown
from mockvoice.mcp_server.session import Row, Session
from mockvoice.mcp_server.texts import bounded
from mockvoice.outbound.environment import local_ca_file, network_variables, vendor_variables
from mockvoice.outbound.vendor_urls import vendor_urls

_MAX_TABLES = 8
_DATA = {
    "type": "string",
    "enum": ["demo", "empty"],
    "description": "Initial data of all vendors: the demo data, or none.",
}


@tool("vendors.search", read_only=True)
def list_vendors(session: Session, arguments: dict[str, Any]) -> str:
    """List the vendors of the mock with their keys, base URLs and real hosts.

    The proxy is for clients whose host cannot be changed.
    """
    vendors = session.vendors()
    urls = vendor_urls(vendors, session.client.url)
    lines = [f"mock server {session.client.url}, console {session.client.url}/"]
    for vendor in vendors:
        hosts = f", takes the place of {', '.join(vendor['hosts'])}" if vendor["hosts"] else ""
        lines.append(f"{vendor['key']}  {vendor['title']}  {urls[vendor['key']]}{hosts}")
    proxy = session.send("network.get", {})["proxy_url"]
    lines.append(f"forward proxy: {proxy or 'none; it needs mockvoice serve --proxy-port'}")
    return bounded(lines, "list_vendors cannot show more")


@tool("sandboxes.search", read_only=True)
def list_sandboxes(session: Session, arguments: dict[str, Any]) -> str:
    """List the sandboxes, the newest first.

    Each is an isolated state with its own data, clock, credentials, faults and journal.
    """
    rows = session.send("sandboxes.search", arguments)
    # The server lists the oldest first; an agent looks for those that it has created.
    lines = [f"{_head(row)}, {sum(_rows(row).values())} rows" for row in reversed(rows)]
    return bounded(lines, "describe_sandbox shows one by its name")


@tool("sandboxes.create", data=_DATA, show_secrets=SHOW_SECRETS)
def create_sandbox(session: Session, arguments: dict[str, Any]) -> str:
    """Create a sandbox, and show its base URLs and credentials as environment variables.

    Requests with its credentials reach only this sandbox. Delete it when it is no longer needed, or set
    ttl_seconds.
    """
    return _described(session, session.send("sandboxes.create", arguments), arguments)


@tool("sandboxes.get", read_only=True, show_secrets=SHOW_SECRETS)
def describe_sandbox(session: Session, arguments: dict[str, Any]) -> str:
    """Show the time of a sandbox, its rows, and the environment variables of its clients.

    The variables are base URLs and credentials, which are masked unless show_secrets is true.
    """
    return _described(session, session.send("sandboxes.get", arguments), arguments)


@tool("sandboxes.reset", destructive=True, data=_DATA, show_secrets=SHOW_SECRETS)
def reset_sandbox(session: Session, arguments: dict[str, Any]) -> str:
    """Reset a sandbox to its initial state, or to another one.

    Faults, journal and changes are deleted, credentials and snapshots stay. Without now, the clock shows
    real time again.
    """
    return _described(session, session.send("sandboxes.reset", arguments), arguments)


@tool("sandboxes.delete", destructive=True, required=("sandbox",))
def delete_sandbox(session: Session, arguments: dict[str, Any]) -> str:
    """Delete a sandbox with its data and snapshots. The sandbox default cannot be deleted."""
    session.send("sandboxes.delete", arguments)
    return f"sandbox {arguments['sandbox']} deleted"


def _described(session: Session, sandbox: Row, arguments: Mapping[str, Any]) -> str:
    show_secrets = arguments.get("show_secrets", False)
    credentials = shown(sandbox["credentials"], show_secrets=show_secrets)
    urls = vendor_urls(session.vendors(), session.client.url)
    lines = [_head(sandbox)]
    for vendor, secrets in credentials.items():
        lines.append(f"{vendor}: {_counts(sandbox['counts'].get(vendor, {}))}")
        variables = vendor_variables(vendor, urls[vendor], secrets)
        lines += [f"  {name}={value}" for name, value in variables.items()]
    network = session.send("network.get", {})
    proxy = network_variables(network["proxy_url"], local_ca_file(network), {})
    lines += [f"{name}={value}" for name, value in proxy.items()]
    if not show_secrets:
        lines.append(mask_note(sandbox["credentials"]))
    return bounded(lines, "list_vendors shows the addresses of all vendors")


def _head(sandbox: Row) -> str:
    frozen = ", frozen" if sandbox["frozen"] else ""
    expires = f", expires {sandbox['expires_at']}" if sandbox["expires_at"] else ""
    return f"sandbox {sandbox['name']}: {sandbox['now']}{frozen}, seed {sandbox['seed']}{expires}"


def _counts(tables: Mapping[str, int]) -> str:
    filled = {name: number for name, number in tables.items() if number}
    largest = sorted(filled, key=lambda name: filled[name], reverse=True)[:_MAX_TABLES]
    return ", ".join(f"{name} {filled[name]}" for name in largest) or "no rows"


def _rows(sandbox: Row) -> dict[str, int]:
    return {vendor: sum(tables.values()) for vendor, tables in sandbox["counts"].items()}
