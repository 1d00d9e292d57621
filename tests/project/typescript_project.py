"""The npm package ``mockvoice`` in a folder of its own: built, packed, and unpacked into projects that use it."""

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from hashlib import sha256
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "clients/typescript"
# At the depth of the source, which refers to the contract by a relative path.
FOLDER = ROOT / "build/typescript"
PACKAGES = FOLDER / "node_modules"
PAGE = (ROOT / "docs/how-to/typescript.md").read_text("utf-8")
BLOCK = re.compile(r"^```(\w+)(?: ([\w-]+))?\n(.*?)^```", re.MULTILINE | re.DOTALL)
MINIMUM_NODE = 20
# Without a network, npm would try for minutes.
INSTALL = (
    "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error",
    "--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--fetch-timeout=30000",
)  # fmt: skip
UNREACHABLE = re.compile("ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH")
TSCONFIG = {
    "compilerOptions": {
        "target": "es2022",
        "module": "nodenext",
        "lib": ["es2023", "esnext.disposable", "dom"],  # Playwright needs "dom"
        "types": ["node"],
        "strict": True,
        "exactOptionalPropertyTypes": True,
        "noUncheckedIndexedAccess": True,
        "skipLibCheck": False,  # the package's own declarations are checked, too
        "noEmit": True,
    }
}


def examples(kind: str) -> list[str]:
    """Return the code blocks of the page that are marked as ``ts KIND``."""
    return [
        text for language, mark, text in BLOCK.findall(PAGE) if (language, mark) == ("ts", kind)
    ]


def run(
    *command: str | Path, folder: Path = FOLDER, **additional: str
) -> subprocess.CompletedProcess[str]:
    """Run a program where the command ``mockvoice`` is on PATH, and no server runs yet.

    ``additional`` are further variables.
    """
    scripts = str(Path(sys.executable).parent)
    hidden = ("MOCKVOICE_", "NODE_OPTIONS", "NO_COLOR", "FORCE_COLOR")
    variables = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
    paths = os.pathsep.join([scripts, os.environ["PATH"]])
    return subprocess.run(
        [shutil.which(str(command[0])) or command[0], *command[1:]],
        cwd=folder, capture_output=True, text=True, check=False, timeout=300,
        env={**variables, "PATH": paths, "NO_COLOR": "1", "NO_PROXY": "127.0.0.1",
             "TEST_MOCKVOICE": str(Path(scripts, "mockvoice")), **additional},
    )  # fmt: skip


def tool(file: str, *arguments: str | Path, folder: Path = FOLDER) -> str:
    """Run a program of an npm package, which must succeed; return its output."""
    result = run("node", PACKAGES / file, *arguments, folder=folder)
    output = result.stdout + result.stderr
    assert result.returncode == 0, output
    return output


def write_javascript(text: str, file: Path, module: str) -> None:
    """Write an example without its types, since Node.js and Jest read JavaScript only."""
    source = file.with_suffix(".ts")
    source.write_text(text, "utf-8")
    tool("esbuild/bin/esbuild", source, f"--format={module}", f"--outfile={file}")
    source.unlink()


def install_packages() -> None:
    """Install the packages of the lock file, unless they are there."""
    lock = SOURCE / "package-lock.json"
    installed, digest = PACKAGES / ".lock-digest", sha256(lock.read_bytes()).hexdigest()
    if installed.exists() and installed.read_text("utf-8") == digest:
        return
    result = run("npm", *INSTALL)
    if result.returncode and UNREACHABLE.search(result.stderr):
        pytest.skip(f"npm cannot reach the registry: {result.stderr.strip().splitlines()[0]}")
    assert result.returncode == 0, result.stderr
    installed.write_text(digest, "utf-8")


def unpack(archive: Path, folder: Path, module_type: str) -> Path:
    """Create a project that has the packed package in its ``node_modules``."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "node_modules").mkdir(parents=True)
    with tarfile.open(archive) as tar:
        tar.extractall(folder / "node_modules", filter="data")
    (folder / "node_modules/package").rename(folder / "node_modules/mockvoice")
    (folder / "package.json").write_text(json.dumps({"type": module_type}), "utf-8")
    (folder / "tsconfig.json").write_text(json.dumps(TSCONFIG), "utf-8")
    return folder


def build_package() -> Path:
    """Build and pack the package; return the file. Skip the test if this machine cannot."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("node and npm are not installed")
    version = int(run("node", "--version", folder=ROOT).stdout.removeprefix("v").partition(".")[0])
    if version < MINIMUM_NODE:
        pytest.skip(f"the TypeScript client needs Node.js {MINIMUM_NODE}, this is {version}")
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", "tsconfig.json", "README.md", ".npmrc"):
        shutil.copy(SOURCE / name, FOLDER)
    for name in ("src", "scripts"):
        shutil.rmtree(FOLDER / name, ignore_errors=True)
        shutil.copytree(SOURCE / name, FOLDER / name)
    install_packages()
    for archive in FOLDER.glob("*.tgz"):
        archive.unlink()
    # It builds the package first.
    packed = run("npm", "pack", "--loglevel=error")
    assert packed.returncode == 0, packed.stdout + packed.stderr
    (archive,) = FOLDER.glob("*.tgz")
    return archive
