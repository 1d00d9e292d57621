"""The tools of agents, one module for each group."""

from collections.abc import Mapping
from types import ModuleType

from mockvoice.mcp_server.definitions import Tool
from mockvoice.mcp_server.tools import (
    clock,
    contracts,
    data,
    errors,
    faults,
    journal,
    sandboxes,
    snapshots,
    webhooks,
)

GROUPS: Mapping[str, ModuleType] = {
    "Sandboxes": sandboxes,
    "Contracts": contracts,
    "Errors": errors,
    "Requests": journal,
    "Clock": clock,
    "Faults and stubs": faults,
    "Snapshots": snapshots,
    "Data": data,
    "Webhooks": webhooks,
}


def tools_of(group: ModuleType) -> list[Tool]:
    """Return the tools of a module in the order of their definition."""
    return [value for value in vars(group).values() if isinstance(value, Tool)]


TOOLS: Mapping[str, Tool] = {
    tool.name: tool for group in GROUPS.values() for tool in tools_of(group)
}
