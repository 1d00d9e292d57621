"""The page about agents: its configuration, its table of tools and its example session."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest
from click import Context

from mockvoice.cli import main
from mockvoice.mcp_server.server import INSTRUCTIONS, MAX_CHARACTERS
from mockvoice.mcp_server.tools import GROUPS, tools_of
from tests.mcp_server.agents import environment

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/how-to/agents.md").read_text("utf-8")
TABLE = re.search(r"<!-- tools -->\n(.*?)\n<!-- /tools -->", PAGE, re.DOTALL)[1]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
CONFIGURATIONS = [text for language, text in BLOCK.findall(PAGE) if language == "json"]
(SESSION,) = [text for language, text in BLOCK.findall(PAGE) if language == "agent"]


def expected_table():
    """Return the table of the tools: their names, what they do, and whether they change something."""
    rows = ["| Group | Tool | What it does | Effect |", "|---|---|---|---|"]
    for group, module in GROUPS.items():
        name = group
        for tool in tools_of(module):
            effect = "reads" if tool.read_only else "deletes" if tool.destructive else "changes"
            summary = tool.description.partition(". ")[0].rstrip(".").replace("|", "\\|")
            rows.append(f"| {name} | `{tool.name}` | {summary} | {effect} |")
            name = ""
    return "\n".join(rows)


def test_the_table_has_every_tool_and_its_summary():
    assert expected_table() == TABLE, (
        f"the table of docs/how-to/agents.md must be:\n{expected_table()}"
    )


@pytest.mark.parametrize("text", CONFIGURATIONS)
def test_every_configuration_starts_the_command_with_existing_options(text):
    configuration = json.loads(text)
    (servers,) = [configuration[key] for key in ("mcpServers", "servers") if key in configuration]
    command = servers["mockvoice"]["command"]
    name, *options = servers["mockvoice"]["args"]

    assert command.split("/")[-1] == "mockvoice"
    known = {
        flag for option in main.get_command(Context(main), name).params for flag in option.opts
    }
    assert {option for option in options if option.startswith("--")} <= known


def test_every_option_and_its_variable_is_on_the_page():
    for option in main.get_command(Context(main), "mcp").params:
        for text in (*option.opts, *([option.envvar] if option.envvar else [])):
            assert f"`{text}" in PAGE, f"{text} is not on the page"


def test_the_page_and_the_instructions_state_the_bound_of_outputs():
    assert f"{MAX_CHARACTERS:,} characters" in PAGE
    assert f"{MAX_CHARACTERS:,} characters" in INSTRUCTIONS


def output_of(agent, line, variables):
    """Return the output of a step: a call of a tool, or a command of the client under test."""
    if line.startswith("$ "):
        result = subprocess.run(
            ["bash", "-c", line[2:]], env={**os.environ, **variables, "NO_PROXY": "127.0.0.1"},
            capture_output=True, text=True, timeout=60, check=True,
        )  # fmt: skip
        return result.stdout
    name, _, arguments = line[2:].partition(" ")
    text = agent.call(name, **json.loads(arguments or "{}"))
    variables |= environment(text)
    return text


def test_the_example_session_prints_what_the_page_shows(agent):
    variables = {}
    for step in re.split(r"^(?=[>$] )", SESSION, flags=re.MULTILINE)[1:]:
        line, *expected = step.splitlines()
        output = output_of(agent, line, variables)
        shown = [text for text in expected if text != "…"]
        assert "…" in expected or shown == output.splitlines(), line
        remaining = iter(output.splitlines())
        for text in shown:
            assert text in remaining, f"{line}: {text!r} is not in\n{output}"
