"""Commands of Node.js, with the packages that package-lock.json pins."""

import os
import shutil
import subprocess
from pathlib import Path

from tools.collections.errors import CollectionError

FOLDER = Path(__file__).parent
PACKAGES = FOLDER / "node_modules"
_INSTALLED = PACKAGES / ".package-lock.json"


def install_packages() -> None:
    """Install the packages, unless they are the pinned ones already."""
    lock = FOLDER / "package-lock.json"
    if _INSTALLED.exists() and _INSTALLED.stat().st_mtime >= lock.stat().st_mtime:
        return
    if shutil.which("npm") is None:
        raise CollectionError("npm, which installs the converters, is missing; install Node.js")
    command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    result = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, check=False)
    if result.returncode:
        raise CollectionError(f"npm cannot install the converters:\n{result.stderr.strip()}")


def run_node(*arguments: str | Path, folder: Path = FOLDER) -> subprocess.CompletedProcess[str]:
    """Run a script with Node.js and return its output and its exit status."""
    command = ["node", *map(str, arguments)]
    environment = {**os.environ, "NO_PROXY": "127.0.0.1"}  # where the mock is
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def convert(kind: str, *files: Path | str) -> None:
    """Convert files with ``convert.js``."""
    result = run_node(FOLDER / "convert.js", kind, *files)
    if result.returncode:
        raise CollectionError(f"the conversion failed:\n{result.stderr.strip()}")
