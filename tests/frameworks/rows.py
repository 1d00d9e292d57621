"""The rows of docs/reference/frameworks: what a client sends, how it is read, and requests that show it.

``python -m tests.frameworks.rows`` writes the tables of the pages from the rows.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

FOLDER = Path(__file__).parent
PAGES = FOLDER.parents[1] / "docs/reference/frameworks"
FRAMEWORKS = ("laravel", "aspnet", "express")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the requests are by vendor."""

    input: str
    reading: str
    source: str
    requests: dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Framework:
    """One page."""

    key: str
    title: str
    text: str
    rows: tuple[Row, ...]

    @classmethod
    def load(cls, key: str) -> Self:
        """Load the rows of a framework. A row has a request for each vendor, or names those it has."""
        data = tomllib.loads((FOLDER / f"{key}.toml").read_text())
        rows = []
        for row in data["rows"]:
            vendors = row.get("only", data["vendors"])
            requests = {vendor: row[vendor] for vendor in vendors}
            rows.append(Row(row["input"], row["reading"], row.get("source", "Assumed"), requests))
        return cls(key, data["title"], data["text"], tuple(rows))

    def page(self) -> str:
        """Return the page."""
        lines = [
            f"# How requests are read: {self.title}", "", self.text.strip(), "",
            "| What is sent | How it is read | Source |", "|---|---|---|",
        ]  # fmt: skip
        for row in self.rows:
            cells = (_sentence(row.input), _sentence(row.reading), row.source)
            lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
        return "\n".join([*lines, ""])


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] if text[:1].isalpha() else text


if __name__ == "__main__":
    for name in FRAMEWORKS:
        (PAGES / f"{name}.md").write_text(Framework.load(name).page())
