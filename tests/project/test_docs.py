"""The README is true to the letter: its commands run, its options and tables are those of the code."""

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
RUN = re.compile(r"^```sh run\n(.*?)^```", re.MULTILINE | re.DOTALL)
SAID = re.compile(r"# (\S+)$", re.MULTILINE)


def on_ports_of(server: Server, text: str) -> str:
    """The text with the ports of a running server in place of the default ones."""
    places = {"http://127.0.0.1:8080": server.urls["main"].rstrip("/")}
    for key, vendor in targets.titles().items():
        offset = server.vendors[key].port_offset
        places[f"http://127.0.0.1:{8080 + offset}"] = server.urls["vendors"][key][
            "root_url"
        ].rstrip("/")
        assert vendor
    for default, place in places.items():
        text = text.replace(default, place)
    return text


@pytest.fixture
def server():
    with Server(Settings(port=0)) as server:
        yield server


PAGES = [ROOT / "README.md", *sorted((ROOT / "docs/vendors").glob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_of_a_page_runs_and_says_what_is_written_beside_it(server, page):
    blocks = RUN.findall(page.read_text("utf-8"))
    assert blocks
    script = on_ports_of(server, "\n".join(blocks))

    ran = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        capture_output=True, text=True, timeout=180, check=False,
        env={**os.environ, "NO_PROXY": "127.0.0.1"}, cwd=ROOT,
    )  # fmt: skip

    assert ran.returncode == 0, ran.stderr + ran.stdout
    place = 0
    for said in SAID.findall("\n".join(blocks)):
        assert said in ran.stdout[place:], f"{said!r} does not follow {ran.stdout[:place]!r}"
        place = ran.stdout.index(said, place) + len(said)


def test_the_table_of_evidence_is_the_contracts_own():
    assert evidence.update_table(README, targets.titles()) == README


def test_every_option_of_serve_has_a_line():
    serve = main.commands["serve"]
    for option in serve.params:
        names = [name for name in (*option.opts, *option.secondary_opts) if name.startswith("--")]

        assert any(name in README for name in names), f"{names} is not in the README"


def test_every_option_of_check_has_a_line():
    for option in main.get_command(Context(main), "check").params:
        for name in (each for each in option.opts if each.startswith("--")):
            assert f"`{name}" in README, f"{name} is not in the README"


def test_every_vendor_has_its_demo_credentials_in_the_readme():
    for vendor in targets.titles():
        for secret in targets.vendor_of(vendor).credentials.values():
            assert secret in README.replace("\\|", "|")
