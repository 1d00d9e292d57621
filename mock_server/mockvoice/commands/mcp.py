"""The command ``mockvoice mcp``."""

import signal
from contextlib import ExitStack, closing
from importlib.util import find_spec

import click

from mockvoice.commands.base import DEFAULT_URL, in_sandbox

# "mcp_types" came with the second major version of the SDK.
REQUIRED_PACKAGES = ("mcp", "mcp_types")


@click.command()
@click.option(
    "--url",
    envvar="MOCKVOICE_URL",
    show_envvar=True,
    help=(
        f"Base URL of the mock server's main port; by default {DEFAULT_URL} if a mock server responds "
        "there, else a server of this session on free ports."
    ),
)
@click.option(
    "--control-token",
    envvar="MOCKVOICE_CONTROL_TOKEN",
    show_envvar=True,
    metavar="TOKEN",
    help="Control token of the server, if it was started with one.",
)
@in_sandbox
def mcp(url: str | None, control_token: str | None, sandbox: str) -> None:
    """Give a coding agent tools for the mock, by the Model Context Protocol on stdin and stdout.

    The agent starts this command. It ends when the agent closes stdin, and with it the server that
    it has started.
    """
    if missing := [name for name in REQUIRED_PACKAGES if find_spec(name) is None]:
        raise click.UsageError(
            f"mockvoice mcp needs packages that are not installed ({', '.join(missing)}): "
            "pip install 'mockvoice[mcp]'"
        )
    from mockvoice.mcp_server.connection import own_server, responds
    from mockvoice.mcp_server.server import serve
    from mockvoice.mcp_server.session import Session
    from mockvoice.outbound.control_client import ControlClient, ServerUnavailable
    from mockvoice.server_process import ServerStartError

    try:
        with ExitStack() as stack:
            owns_server = url is None and not responds(DEFAULT_URL)
            if url is None:
                url = stack.enter_context(own_server()) if owns_server else DEFAULT_URL
            client = stack.enter_context(
                closing(ControlClient(url, control_token, finds_main_port=True))
            )
            # A thread reads stdin, and no exception ends its wait. The server ends without this process.
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            serve(Session(client, sandbox, owns_server=owns_server))
    except (ServerUnavailable, ServerStartError) as error:
        raise click.UsageError(str(error)) from error
