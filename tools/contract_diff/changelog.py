"""Whether the changelog names the changes that break clients."""

import re
from collections.abc import Iterable
from pathlib import Path

# The type of a fragment, and the heading that it gets in a released section (pyproject.toml).
FRAGMENT_TYPE = "breaking"
HEADING = "Breaking"
SECTION = re.compile(rf"^### {HEADING}\n(.*?)(?=^#|\Z)", re.MULTILINE | re.DOTALL)
ENTRY = re.compile(r"^- (.*)", re.MULTILINE)


def breaking_entries(root: Path) -> set[str]:
    """Return the first lines of all entries about changes that break clients.

    Before a release they are fragments; towncrier moves them into a section of the changelog.
    """
    fragments = {
        path.read_text("utf-8").strip().partition("\n")[0]
        for path in root.glob(f"changelog.d/*.{FRAGMENT_TYPE}.md")
    }
    changelog = root / "CHANGELOG.md"
    text = changelog.read_text("utf-8") if changelog.exists() else ""
    return fragments | {
        entry for section in SECTION.findall(text) for entry in ENTRY.findall(section)
    }


def is_named(contract: str, entries: Iterable[str]) -> bool:
    """Return whether an entry begins with an API's name, such as ``Grow CRM:`` for ``growcrm``."""
    name = re.compile(rf"\b{' ?'.join(map(re.escape, contract))}\b", re.IGNORECASE)
    return any(name.search(entry.partition(":")[0]) for entry in entries if ":" in entry)
