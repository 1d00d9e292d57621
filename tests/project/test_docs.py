"""The documentation matches the code: commands, options, credentials and the table of evidence."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from click import Context

from mockvoice.app import Server
from mockvoice.cli import main
from mockvoice.settings import Settings
from mockvoice_contracts.harness import evidence, targets

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
RUN_BLOCK = re.compile(r"^```sh run\n(.*?)^```", re.MULTILINE | re.DOTALL)
EXPECTED_OUTPUT = re.compile(r"# (\S+)$", re.MULTILINE)


def with_urls_of(server: Server, text: str) -> str:
    """Replace the default URLs in a text by those of a running server."""
    addresses = {"http://127.0.0.1:8080": server.urls["main"].rstrip("/")}
    for key in targets.titles():
        offset = server.vendors[key].port_offset
        addresses[f"http://127.0.0.1:{8080 + offset}"] = server.urls["vendors"][key][
            "root_url"
        ].rstrip("/")
    for default, address in addresses.items():
        text = text.replace(default, address)
    return text


@pytest.fixture
def server():
    with Server(Settings(port=0)) as server:
        yield server


PAGES = [ROOT / "README.md", *sorted((ROOT / "docs/vendors").glob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_of_a_page_runs_and_prints_the_documented_output(server, page):
    blocks = RUN_BLOCK.findall(page.read_text("utf-8"))
    assert blocks
    script = with_urls_of(server, "\n".join(blocks))

    result = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        capture_output=True, text=True, timeout=180, check=False,
        env={**os.environ, "NO_PROXY": "127.0.0.1"}, cwd=ROOT,
    )  # fmt: skip

    assert result.returncode == 0, result.stderr + result.stdout
    output, end = result.stdout, 0
    for expected in EXPECTED_OUTPUT.findall("\n".join(blocks)):
        assert expected in output[end:], f"{expected!r} does not follow {output[:end]!r}"
        end = output.index(expected, end) + len(expected)


def test_the_table_of_evidence_is_up_to_date():
    assert evidence.update_table(README, targets.titles()) == README


def test_every_option_of_serve_is_in_the_readme():
    serve = main.commands["serve"]
    for option in serve.params:
        names = [name for name in (*option.opts, *option.secondary_opts) if name.startswith("--")]

        assert any(name in README for name in names), f"{names} is not in the README"


def test_every_option_of_check_is_in_the_readme():
    for option in main.get_command(Context(main), "check").params:
        for name in (text for text in option.opts if text.startswith("--")):
            assert f"`{name}" in README, f"{name} is not in the README"


def test_the_demo_credentials_of_every_vendor_are_in_the_readme():
    for vendor in targets.titles():
        for secret in targets.vendor_of(vendor).credentials.values():
            assert secret in README.replace("\\|", "|")
