"""Clients that two generators write are correct; ``make clients`` tries more of them."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import openapi_python_client.cli
import pytest

from clients.generators import recipes, run
from mockvoice.app import Server
from mockvoice.settings import Settings
from mockvoice.vendor_registry import own_vendor_keys

# The npm packages stay there for the next run.
FOLDER = Path(__file__).parents[2] / ".venv/clients"
GENERATORS = {generator.name: generator for generator in recipes.generators()}


@pytest.fixture(scope="module")
def contracts(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("contracts")
    run.write_contracts(own_vendor_keys(), folder)
    return folder


@pytest.fixture(scope="module")
def node() -> str:
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        pytest.skip("node and npm are not installed")
    try:
        # Without a network, npm would try for minutes.
        patience = ("--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--fetch-timeout=30000")
        run.install_npm_packages(FOLDER, "--omit=dev", "--ignore-scripts", *patience)
    except (OSError, subprocess.SubprocessError) as error:
        pytest.skip(f"npm cannot install the packages of clients/generators: {error}")
    return node


@pytest.fixture(scope="module")
def server():
    with Server(Settings(port=0)) as server:
        yield server


def test_the_types_of_openapi_typescript_are_valid_and_fit_the_flows(contracts, node):
    generator, folder = GENERATORS["openapi-typescript"], FOLDER / "openapi-typescript"
    apis = {}
    for vendor in own_vendor_keys():
        run.prepare(generator, vendor, folder / vendor)
        output = str(folder / vendor / "client/index.ts")
        apis[vendor] = {
            "root": str(contracts / f"{vendor}.json"),
            "x-openapi-ts": {"output": output},
        }
    # With a configuration, one process generates all clients, and another checks them.
    configuration = folder / "redocly.yaml"
    configuration.write_text(json.dumps({"apis": apis}), "utf-8")
    shutil.copy(recipes.HERE / "tsconfig.json", folder)
    packages = FOLDER / "node_modules"

    for command in (
        [packages / "openapi-typescript/bin/cli.js", "--redocly", configuration],
        [packages / "typescript-7/bin/tsc", "-p", folder],
    ):
        result = subprocess.run([node, *command], capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("vendor", own_vendor_keys())
def test_a_client_of_openapi_python_client_creates_reads_and_pays(
    vendor, contracts, server, tmp_path
):
    generator = GENERATORS["openapi-python-client"]
    run.prepare(generator, vendor, tmp_path)
    # In this process, because its imports take a second.
    _, *arguments = generator.generate(contracts / f"{vendor}.json", tmp_path / "client")
    openapi_python_client.cli.app(list(map(str, arguments)), standalone_mode=False)

    result = subprocess.run(
        [sys.executable, "-c", f"import modules, {vendor}"],
        cwd=tmp_path, env={**os.environ, **run.flow_environment(server.urls["vendors"][vendor])},
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert result.returncode == 0, result.stderr
