"""``make clients``: generate clients from the contracts, check them, and use them with a mock.

Each client is generated from a contract for clients, its types are checked, and then it creates,
reads and pays an invoice of the demo data. Generated code, logs and tools are in ``build/clients``.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from clients.generators.recipes import (
    BUILD,
    HERE,
    Commands,
    Generator,
    flow,
    generators,
    python_tool,
    type_checks,
)
from mockvoice import Server, Settings
from mockvoice.projections import project
from mockvoice.vendor_registry import load_vendor, own_vendor_keys

SECONDS = 600


def main() -> int:
    """Try the generators on the vendors that the command line names; return the exit status."""
    names = [generator.name for generator in generators()]
    parser = argparse.ArgumentParser(prog="make clients", description=__doc__)
    parser.add_argument("--vendor", action="append", choices=own_vendor_keys())
    parser.add_argument("--generator", action="append", choices=names)
    options = parser.parse_args()
    vendors = options.vendor or own_vendor_keys()
    chosen = [each for each in generators() if each.name in (options.generator or names)]
    install_npm_packages(BUILD)
    _install_python_packages()
    write_contracts(vendors, BUILD)
    has_failed = False
    with Server(Settings(port=0, vendors=tuple(vendors))) as server:
        for generator in chosen:
            for vendor in vendors:
                result, passed = _try_generator(generator, vendor, server.urls["vendors"][vendor])
                print(f"{generator.name:26}{vendor:10}{result}", flush=True)
                has_failed |= generator.is_required and not passed
    return int(has_failed)


def install_npm_packages(folder: Path, *options: str) -> None:
    """Install the npm packages of the lock file into a folder, unless they are there."""
    lock = HERE / "package-lock.json"
    # npm also reads a lock file of the name npm-shrinkwrap.json. It gets its own name at the end, so
    # an installation that was interrupted is not taken for a complete one.
    installed = folder / "package-lock.json"
    if installed.exists() and installed.read_bytes() == lock.read_bytes():
        return
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(HERE / "package.json", folder)
    pending = shutil.copy(lock, folder / "npm-shrinkwrap.json")
    command = ["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error", *options]
    subprocess.run(command, cwd=folder, check=True, timeout=SECONDS)
    Path(pending).rename(installed)


def _install_python_packages() -> None:
    requirements = HERE / "requirements.txt"
    installed = BUILD / ".venv/requirements.txt"
    if installed.exists() and installed.read_bytes() == requirements.read_bytes():
        return
    venv.create(BUILD / ".venv", with_pip=True)
    command = [python_tool("python"), "-m", "pip", "install", "--quiet", "-r", requirements]
    subprocess.run(command, check=True, timeout=SECONDS)
    shutil.copy(requirements, installed)


def write_contracts(vendors: list[str], folder: Path) -> None:
    """Write the contracts for clients, as ``mockvoice spec VENDOR --for clients`` prints them."""
    for vendor in vendors:
        document = project(load_vendor(vendor).contract.data, "clients", "3.0")
        (folder / f"{vendor}.json").write_text(json.dumps(document), "utf-8")


def prepare(generator: Generator, vendor: str, folder: Path) -> None:
    """Empty the folder of a client, and copy its flow there."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "client").mkdir(parents=True)
    flows = HERE / "flows"
    for source in (flows / generator.language, flows / generator.name):
        for path in source.glob("*"):
            # Beside the files of all vendors, each folder has one program for each vendor.
            if path.stem == vendor or path.stem not in own_vendor_keys():
                shutil.copy(path, folder)
    if generator.language == "typescript":
        shutil.copy(HERE / "tsconfig.json", folder)
    if generator.name == "orval":
        shutil.copy(HERE / "orval.config.mjs", folder)


def flow_environment(addresses: Mapping[str, Any]) -> dict[str, str]:
    """Return the environment variables of a flow: the address of the mock, and the credentials."""
    credentials = addresses["credentials"]
    tokens = (
        credentials[key] for key in ("access_token", "api_key", "owner") if key in credentials
    )
    variables = {"BASE_URL": addresses["root_url"].rstrip("/"), "TOKEN": next(tokens)}
    # Halo has an id and a secret, too, but only for tokens. COUNT signs requests with them.
    if "refresh_token" in credentials:
        variables["CLIENT_ID"] = credentials["client_id"]
        variables["CLIENT_SECRET"] = credentials["client_secret"]
    return variables


def _try_generator(
    generator: Generator, vendor: str, addresses: Mapping[str, Any]
) -> tuple[str, bool]:
    """Generate, check and use one client; return what to print, and whether all passed."""
    if generator.needs_java and shutil.which("java") is None:
        return "not generated, because java is not installed", True
    folder = BUILD / generator.name / vendor
    prepare(generator, vendor, folder)
    contract = BUILD / f"{vendor}.json"
    variables = {**os.environ, "CONTRACT": str(contract), "CLIENT": str(folder / "client")}
    stages: dict[str, Commands] = {
        "generated": [generator.generate(contract, folder / "client")],
        "types checked": type_checks(generator, folder),
        "create → read → pay": flow(generator, vendor, folder),
    }
    results = []
    for stage, commands in stages.items():
        if not commands:
            results.append(f"{stage}: –")
            continue
        log = folder / f"{stage.split()[0]}.log"
        if not _run(commands, {**variables, **flow_environment(addresses)}, folder, log):
            return f"{', '.join(results)}, {stage}: FAILED, see {os.path.relpath(log)}", False
        results.append(stage)
    return ", ".join(results), True


def _run(commands: Commands, variables: Mapping[str, str], folder: Path, log: Path) -> bool:
    """Run commands until one fails; return whether all passed."""
    # Generators need a newer Node than some systems have.
    path = os.pathsep.join([str(BUILD / "node_modules/.bin"), variables["PATH"]])
    with log.open("w", encoding="utf-8") as output:
        return all(
            subprocess.run(
                command, cwd=folder, env={**variables, "PATH": path}, timeout=SECONDS, check=False,
                stdout=output, stderr=subprocess.STDOUT,
            ).returncode == 0
            for command in commands
        )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
