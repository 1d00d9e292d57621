"""axe-core, which finds violations of the accessibility guidelines in a page of a browser."""

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.browser import Browser

AXE = "axe-core@4.14.1"
FOLDER = Path(__file__).parents[1] / "build" / "axe"
# Scripts of the page are not run by axe; it only reads the document.
_RUN = """
axe.run(CONTEXT, OPTIONS).then(found => {
  window.axeResult = JSON.stringify(found.violations.map(violation => ({
    rule: violation.id,
    places: violation.nodes.map(node => node.html.slice(0, 120)),
  })));
})
"""


def source() -> str:
    """Return the script of axe-core from npm; skip the test if npm cannot fetch it."""
    script = FOLDER / "node_modules" / "axe-core" / "axe.min.js"
    if not script.exists():
        if shutil.which("npm") is None:
            pytest.skip("npm is not installed, and it fetches axe-core")
        fetched = subprocess.run(
            ["npm", "install", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts",
             "--prefix", str(FOLDER), AXE],
            capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        if fetched.returncode:
            pytest.skip(f"npm cannot fetch {AXE}: {fetched.stderr[-300:]}")
    return script.read_text()


def violations(
    browser: Browser, script: str, rules: Sequence[str] = (), within: str = ""
) -> list[dict[str, Any]]:
    """Return the violations in the present page: the rule, and the elements that break it.

    ``rules`` are the only ones to check; by default all. ``within`` selects a part of the page.
    """
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = list(rules)
    if browser.value("typeof axe") == "undefined":
        browser.value(f"{script}; 0")
    context = json.dumps(within) if within else "document"
    run = _RUN.replace("CONTEXT", context).replace("OPTIONS", json.dumps(options))
    browser.value(f"window.axeResult = undefined; {run}; 0")
    browser.wait("window.axeResult !== undefined")
    result: list[dict[str, Any]] = json.loads(browser.value("window.axeResult"))
    return result
