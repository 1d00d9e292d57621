"""The tutorials as programs: the files that a reader writes, and the commands between them."""

import os
import re
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs/tutorials"
# A block is a file if the second word is its name, and is run if it is "run".
BLOCK = re.compile(r"^```(\w+) ([\w.-]+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
EXPECTED_OUTPUT = re.compile(r"# ([^#\n]+)$", re.MULTILINE)


@dataclass(frozen=True)
class Step:
    """A part of a file, which is appended if the file exists, or commands for the shell."""

    name: str  # of the file; empty for commands
    text: str

    @property
    def expected(self) -> list[str]:
        return EXPECTED_OUTPUT.findall(self.text)


def steps_of(page: str) -> list[Step]:
    blocks = BLOCK.findall((FOLDER / page).read_text("utf-8"))
    return [Step("" if name == "run" else name, text) for _, name, text in blocks]


def write(step: Step, folder: Path) -> None:
    """Write a file, or append to it, with an empty line in between."""
    file = folder / step.name
    before = file.read_text("utf-8") + "\n" if file.exists() else ""
    file.write_text(before + step.text, "utf-8")


def environment() -> dict[str, str]:
    """Return variables with which the packages of this environment are installed in every other one.

    So "pip install" finds all that it needs, without a network. No server is running.
    """
    site = sysconfig.get_path("purelib")
    paths = [ROOT / "mock_server", ROOT / "contract_tests", site]
    variables = {
        name: text for name, text in os.environ.items() if not name.startswith("MOCKVOICE_")
    }
    return {
        **variables,
        "PYTHONPATH": os.pathsep.join(map(str, paths)),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "NO_PROXY": "127.0.0.1",
        "PIP_NO_INDEX": "1",
        "MOCKVOICE_WORKERS": "1",
        "PYTEST_ADDOPTS": "-p no:cacheprovider",
    }


def run(page: str, folder: Path) -> list[str]:
    """Do the steps of a tutorial in one shell, in a folder; return the output of each block of commands."""
    script = ["set -euo pipefail"]
    steps = steps_of(page)
    for number, step in enumerate(steps):
        if step.name:
            (folder / f".{number}").mkdir()
            write(step, folder / f".{number}")
            script += [f"[ ! -e {step.name} ] || echo >> {step.name}"]
            script += [f"cat .{number}/{step.name} >> {step.name}"]
        else:
            script += [f"exec > .output-{number} 2>&1", step.text]
    result = subprocess.run(
        ["bash", "-c", "\n".join(script)],
        cwd=folder, env=environment(), capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    files = [folder / f".output-{number}" for number, step in enumerate(steps) if not step.name]
    outputs = [file.read_text("utf-8") if file.exists() else "not run" for file in files]
    assert result.returncode == 0, "\n".join([*outputs, result.stdout, result.stderr])
    return outputs
