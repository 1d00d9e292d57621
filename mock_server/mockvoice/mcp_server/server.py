"""The protocol: tools, contracts as resources, and instructions, for one agent over stdio."""

import logging
from collections.abc import Mapping
from functools import partial
from typing import Any

import anyio
import mcp_types as types
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import MCPError

from mockvoice import __version__
from mockvoice.control.suggestions import suggestion
from mockvoice.mcp_server.definitions import InvalidArgument, Tool
from mockvoice.mcp_server.session import Session
from mockvoice.mcp_server.texts import MAX_CHARACTERS
from mockvoice.mcp_server.tools import TOOLS
from mockvoice.mcp_server.vendor_contract import UnknownOperation
from mockvoice.outbound.control_client import ControlApiError, ServerUnavailable
from mockvoice.outbound.redelivery import RedeliveryUnfinished

INSTRUCTIONS = f"""\
A mock of invoicing APIs, for the development and the tests of their clients. Begin with list_vendors. \
read_api, search_contract and read_operation show what an API accepts. Work in a sandbox of your own: create_sandbox \
with a name, then pass this name as sandbox; the client under test needs the environment variables that \
describe_sandbox shows with show_secrets=true. Send requests to the base URLs, not with these tools. \
If the client gets an error, explain_errors says why and what the contract expects. \
advance_clock makes due events happen, add_fault makes requests fail, save_snapshot and restore_snapshot \
repeat a situation, verify_requests checks what the client sent. Delete your sandbox at the end. \
Outputs are at most {MAX_CHARACTERS:,} characters and say how to see more.\
"""
RESOURCE_PREFIX = "mockvoice://contracts/"
_EXPECTED_ERRORS = (
    ControlApiError, ServerUnavailable, RedeliveryUnfinished, InvalidArgument, UnknownOperation,
)  # fmt: skip

logger = logging.getLogger(__name__)

Context = ServerRequestContext[Any]


def create_server(session: Session) -> Server[Any]:
    """Return a server of the tools that work with one mock."""
    return Server(
        "mockvoice",
        version=__version__,
        title="Mockvoice",
        instructions=INSTRUCTIONS,
        on_list_tools=partial(_list_tools, session),
        on_call_tool=partial(_call_tool, session),
        on_list_resources=partial(_list_resources, session),
        on_read_resource=partial(_read_resource, session),
    )


def serve(session: Session) -> None:
    """Serve one agent over stdin and stdout until stdin ends."""
    anyio.run(_serve, session)


async def _serve(session: Session) -> None:
    server = create_server(session)
    async with stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options())


async def _list_tools(
    session: Session, context: Context, params: types.PaginatedRequestParams | None
) -> types.ListToolsResult:
    tools = await anyio.to_thread.run_sync(_described_tools, session, abandon_on_cancel=True)
    return types.ListToolsResult(tools=tools)


def _described_tools(session: Session) -> list[types.Tool]:
    return [
        types.Tool(
            name=tool.name,
            description=tool.description,
            input_schema=tool.input_schema(session),
            annotations=types.ToolAnnotations(
                read_only_hint=tool.read_only,
                destructive_hint=tool.destructive,
                open_world_hint=False,
            ),
        )
        for tool in TOOLS.values()
    ]


async def _call_tool(
    session: Session, context: Context, params: types.CallToolRequestParams
) -> types.CallToolResult:
    """Run a tool in a thread; an error is its output, so that it does not end the session."""
    if params.name not in TOOLS:
        return _result(
            f"there is no tool {params.name!r}{suggestion(params.name, TOOLS)}", is_error=True
        )
    output = partial(_output, session, TOOLS[params.name], params.arguments or {})
    return await anyio.to_thread.run_sync(output, abandon_on_cancel=True)


def _output(session: Session, tool: Tool, arguments: Mapping[str, Any]) -> types.CallToolResult:
    try:
        return _result(tool.call(session, arguments))
    except ServerUnavailable as error:
        return _result(session.explain(error), is_error=True)
    except _EXPECTED_ERRORS as error:
        return _result(str(error), is_error=True)
    except Exception as error:
        logger.exception("the tool %s failed", tool.name)
        return _result(f"{tool.name} failed: {type(error).__name__}: {error}", is_error=True)


def _result(text: str, *, is_error: bool = False) -> types.CallToolResult:
    return types.CallToolResult(
        content=[types.TextContent(type="text", text=text)], is_error=is_error
    )


async def _list_resources(
    session: Session, context: Context, params: types.PaginatedRequestParams | None
) -> types.ListResourcesResult:
    keys = await anyio.to_thread.run_sync(session.known_vendors, abandon_on_cancel=True)
    return types.ListResourcesResult(
        resources=[
            types.Resource(
                uri=f"{RESOURCE_PREFIX}{key}",
                name=f"contract of {key}",
                description=f"The whole OpenAPI document of {key}, some hundred kilobytes of YAML.",
                mime_type="application/yaml",
            )
            for key in keys
        ]
    )


async def _read_resource(
    session: Session, context: Context, params: types.ReadResourceRequestParams
) -> types.ReadResourceResult:
    uri = str(params.uri)
    if not uri.startswith(RESOURCE_PREFIX):
        message = f"there is no resource {uri!r}; contracts are at {RESOURCE_PREFIX}VENDOR"
        raise MCPError(code=types.INVALID_PARAMS, message=message)
    read = partial(session.contract_text, uri.removeprefix(RESOURCE_PREFIX))
    try:
        text = await anyio.to_thread.run_sync(read, abandon_on_cancel=True)
    except _EXPECTED_ERRORS as error:
        raise MCPError(code=types.INVALID_PARAMS, message=str(error)) from error
    contents = types.TextResourceContents(uri=uri, text=text, mime_type="application/yaml")
    return types.ReadResourceResult(contents=[contents])
