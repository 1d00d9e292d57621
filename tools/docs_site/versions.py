"""The list of the site's versions, for its selector, and the page that leads to the newest one."""

import json
import re
from pathlib import Path

START_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Mockvoice</title>
<meta http-equiv="refresh" content="0; url={version}/">
</head>
<body><a href="{version}/">Documentation of Mockvoice {version}</a></body>
</html>
"""


def write_versions(site: Path) -> list[str]:
    """Write ``versions.json`` and ``index.html`` for the versions in a folder; return them, newest first."""
    versions = sorted(
        (folder.name for folder in site.iterdir() if (folder / "index.html").is_file()),
        key=_sort_key,
        reverse=True,
    )
    entries = [
        {"version": name, "title": name, "aliases": ["latest"] if name == versions[0] else []}
        for name in versions
    ]
    (site / "versions.json").write_text(json.dumps(entries, indent=2) + "\n", "utf-8")
    (site / "index.html").write_text(START_PAGE.format(version=versions[0]), "utf-8")
    return versions


def _sort_key(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)]
