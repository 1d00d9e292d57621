"""The command ``mockvoice mcp``: its process, its output, and the server that it starts."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import requests
from click.testing import CliRunner
from mcp.client.stdio import StdioServerParameters, stdio_client

from mockvoice.cli import main
from tests.mcp_server.agents import ToolFailed, connected

UNUSED = "http://127.0.0.1:9"
STOP_SECONDS = 20
# Another server may respond at the default URL of this machine.
WITH_DEFAULT_URL = """
import sys
from mockvoice.commands import mcp
mcp.DEFAULT_URL = sys.argv.pop(1)
from mockvoice.cli import main
main()
"""


class RawAgent:
    """An agent that reads and writes the lines of the protocol itself."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: list[str] = []
        client = {
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": {"name": "t", "version": "1"},
        }
        self.server = self.request("initialize", client)
        self.send({"method": "notifications/initialized"})

    def send(self, message: dict[str, object] | str) -> None:
        text = message if isinstance(message, str) else json.dumps({"jsonrpc": "2.0", **message})
        self.process.stdin.write(f"{text}\n")
        self.process.stdin.flush()

    def request(self, method: str, params: dict[str, object]) -> dict[str, object]:
        number = len(self.lines) + 1
        self.send({"id": number, "method": method, "params": params})
        while True:
            self.lines.append(self.process.stdout.readline())
            message = json.loads(self.lines[-1])
            if message.get("id") == number:
                return message["result"]

    def call(self, tool: str, **arguments: object) -> str:
        result = self.request("tools/call", {"name": tool, "arguments": arguments})
        return result["content"][0]["text"]


@contextmanager
def raw_agent(default_url: str, *options: str) -> Iterator[RawAgent]:
    environment = {
        name: os.environ[name] for name in os.environ if not name.startswith("MOCKVOICE_")
    }
    process = subprocess.Popen(
        [sys.executable, "-c", WITH_DEFAULT_URL, default_url, "mcp", *options],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
    )  # fmt: skip
    try:
        yield RawAgent(process)
    finally:
        process.kill()
        process.communicate()


def url_of(listed_vendors: str) -> str:
    """Return the URL in the first line of ``list_vendors``."""
    return listed_vendors.splitlines()[0].removeprefix("mock server ").partition(",")[0]


def ends(url: str) -> bool:
    """Return whether the server at a URL ends soon."""
    deadline = time.monotonic() + STOP_SECONDS
    while time.monotonic() < deadline:
        try:
            requests.get(f"{url}/_mock/health", timeout=5)
        except requests.ConnectionError:
            return True
        time.sleep(0.05)
    return False


def test_only_the_protocol_is_on_stdout_and_the_command_ends_with_stdin(mock_url):
    with raw_agent(mock_url) as agent:
        assert agent.server["serverInfo"]["name"] == "mockvoice"
        assert agent.server["instructions"].startswith("A mock of invoicing APIs")
        assert url_of(agent.call("list_vendors")) == mock_url
        agent.send("this is not a message")
        assert agent.call("set_clock", frozen="maybe") == "frozen must be of type boolean"
        assert agent.call("get_clock").endswith("running")
        out, err = agent.process.communicate(timeout=STOP_SECONDS)

    assert agent.process.returncode == 0
    assert err == ""
    for line in [*agent.lines, *out.splitlines()]:
        assert json.loads(line)["jsonrpc"] == "2.0"
    assert requests.get(f"{mock_url}/_mock/health", timeout=5).ok


def test_without_a_running_server_one_is_started_that_ends_with_the_session():
    with raw_agent(UNUSED) as agent:
        url = url_of(agent.call("list_vendors"))
        assert requests.get(f"{url}/_mock/health", timeout=5).ok
        agent.process.communicate(timeout=STOP_SECONDS)

    assert agent.process.returncode == 0
    assert ends(url)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_the_started_server_ends_when_the_command_is_killed():
    with raw_agent(UNUSED) as agent:
        url = url_of(agent.call("list_vendors"))
        agent.process.send_signal(signal.SIGKILL)
        agent.process.wait(STOP_SECONDS)

        assert ends(url)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals for one process")
def test_ctrl_c_ends_the_command_while_it_waits_for_stdin(mock_url):
    with raw_agent(mock_url) as agent:
        agent.process.send_signal(signal.SIGINT)

        assert agent.process.wait(STOP_SECONDS) == -signal.SIGINT


def test_the_official_client_uses_a_named_server_and_sandbox(mock_url, agent, mine):
    command = ["-m", "mockvoice", "mcp", "--url", mock_url, "--sandbox", mine]
    parameters = StdioServerParameters(command=sys.executable, args=command)
    with connected(stdio_client(parameters)) as other:
        assert other.call("get_clock") == "2026-03-01T09:00:00Z, frozen"
        assert other.tools().keys() == agent.tools().keys()
        with pytest.raises(ToolFailed, match="There is no sandbox 'none'"):
            other.call("get_clock", sandbox="none")


def test_without_the_extra_the_command_says_what_to_install(monkeypatch):
    monkeypatch.setattr("mockvoice.commands.mcp.find_spec", lambda name: None)
    result = CliRunner().invoke(main, ["mcp"])

    assert (result.exit_code, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    assert line == (
        "mockvoice: mockvoice mcp needs packages that are not installed (mcp, mcp_types): "
        "pip install 'mockvoice[mcp]'"
    )


def test_a_url_without_a_scheme_is_reported():
    result = CliRunner().invoke(main, ["mcp", "--url", "127.0.0.1:8080"])

    assert result.exit_code == 2
    assert "begin it with http:// or https://" in result.stderr
