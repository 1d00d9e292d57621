"""The documentation matches the code: its commands run, and its links and paths exist."""

import os
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from mockvoice.app import Server
from mockvoice.settings import Settings
from mockvoice.vendor_registry import port_offsets
from mockvoice_contracts.harness import targets
from tests import forked_commands

ROOT = Path(__file__).parents[2]
RUN_BLOCK = re.compile(r"^```sh run\n(.*?)^```", re.MULTILINE | re.DOTALL)
EXPECTED_OUTPUT = re.compile(r"# (\S+)$", re.MULTILINE)


def with_urls_of(server: Server, text: str) -> str:
    """Replace the default URLs in a text by those of a running server."""
    addresses = {"http://127.0.0.1:8080": server.urls["main"].rstrip("/")}
    for key in targets.titles():
        offset = port_offsets()[key]
        addresses[f"http://127.0.0.1:{8080 + offset}"] = server.urls["vendors"][key][
            "root_url"
        ].rstrip("/")
    for default, address in addresses.items():
        text = text.replace(default, address)
    return text


@pytest.fixture(scope="module")
def shared_server():
    with Server(Settings(port=0)) as server:
        yield server


@pytest.fixture
def server(shared_server):
    """The server as it is at its start: other sandboxes are deleted, and "default" is reset."""
    sandboxes = f"{shared_server.urls['main'].rstrip('/')}/_mock/sandboxes"
    names = [sandbox["name"] for sandbox in httpx.get(sandboxes).json()]
    for name in names:
        if name == "default":
            httpx.post(f"{sandboxes}/{name}/reset", json={"data": "demo"}).raise_for_status()
        else:
            httpx.delete(f"{sandboxes}/{name}").raise_for_status()
    return shared_server


ALL_PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
# Blocks marked "sh" only are not run: they change the checkout, take minutes, or need the network.
# Tutorials need a folder of their own, see test_tutorials.py.
PAGES = [
    page
    for page in ALL_PAGES
    if RUN_BLOCK.search(page.read_text("utf-8")) and "tutorials" not in page.parts
]
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
CODE_BLOCK = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
# Code that looks like a path from the root of the checkout; a page may leave out the package.
PATH = re.compile(r"`((?:\.ci|\w+)(?:/[\w.<>-]+)+/?)`")
PATH_PAGES = [
    page
    for page in ALL_PAGES
    if page.name in ("ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md")
    or "decisions" in page.parts
]


def name_of(page):
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_command_of_a_page_runs_and_prints_the_documented_output(server, page, tmp_path):
    blocks = RUN_BLOCK.findall(page.read_text("utf-8"))
    script = with_urls_of(server, "\n".join(blocks))

    variables = {
        "NO_PROXY": "127.0.0.1",
        "MOCKVOICE_URL": server.urls["main"].rstrip("/"),
        "PATH": os.pathsep.join(
            [str(tmp_path), str(Path(sys.executable).parent), os.environ["PATH"]]
        ),
    }
    forked_commands.shell_command(tmp_path, os.environ)
    result = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        capture_output=True, text=True, timeout=180, check=False,
        env={**os.environ, **variables}, cwd=ROOT,
    )  # fmt: skip

    assert result.returncode == 0, result.stderr + result.stdout
    output, end = result.stdout, 0
    for expected in EXPECTED_OUTPUT.findall("\n".join(blocks)):
        assert expected in output[end:], f"{expected!r} does not follow {output[:end]!r}"
        end = output.index(expected, end) + len(expected)


@pytest.mark.parametrize(
    "page", [ROOT / "README.md", *sorted((ROOT / "docs/vendors").glob("*.md"))], ids=name_of
)
def test_every_page_for_users_of_an_api_has_commands_that_are_run(page):
    assert page in PAGES


def anchors_of(page):
    """Return the anchors that GitHub gives to the headings of a page."""
    text = CODE_BLOCK.sub("", page.read_text("utf-8"))
    titles = (re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", title) for title in HEADING.findall(text))
    return {re.sub(r"[^\w\- ]", "", title.strip().lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", ALL_PAGES, ids=name_of)
def test_every_link_of_a_page_leads_to_a_file_and_a_heading_of_it(page):
    links = LINK.findall(CODE_BLOCK.sub("", page.read_text("utf-8")))

    targets_of = {(page.parent / path if path else page, anchor) for path, anchor in links}
    assert [str(target) for target, _ in targets_of if not target.exists()] == []
    assert [
        f"{target}#{anchor}"
        for target, anchor in targets_of
        if anchor and target.suffix == ".md" and anchor not in anchors_of(target)
    ] == []


def test_the_readme_is_short():
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= 150


@pytest.mark.parametrize("page", PATH_PAGES, ids=name_of)
def test_every_path_in_a_page_for_contributors_exists(page):
    paths = {path.replace("<vendor>", "growcrm") for path in PATH.findall(page.read_text("utf-8"))}
    mock, contracts = ROOT / "mock_server/mockvoice", ROOT / "contract_tests/mockvoice_contracts"
    roots = [ROOT, mock, mock / "vendors/growcrm", contracts, contracts.parent]

    missing = [path for path in paths if not any((root / path).exists() for root in roots)]
    assert missing == []
