"""The navigation of the site: a pattern such as ``vendors/*.md`` stands for all its pages, in order of their names."""

import re
from pathlib import Path

PATTERN = re.compile(r'"(?P<folder>[\w/-]+)/\*\.md"')


def expand(configuration: str, docs: Path) -> str:
    """Return the configuration with the pages in place of patterns. A folder's README.md is not one of them."""

    def names(match: re.Match[str]) -> str:
        pages = sorted((docs / match["folder"]).glob("*.md"))
        return ", ".join(
            f'"{match["folder"]}/{page.name}"' for page in pages if page.name != "README.md"
        )

    return PATTERN.sub(names, configuration)
