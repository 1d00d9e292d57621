"""The public names are typed: of ``mockvoice``, ``mockvoice.testing`` and for vendor packages."""

import os
import re
import shutil
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest

import mockvoice
import mockvoice.testing

ROOT = Path(__file__).parents[2]
PAGES = "\n".join(
    ROOT.joinpath("docs/how-to", name).read_text("utf-8")
    for name in ("pytest.md", "pytest-routes.md", "pytest-in-process.md", "stubs.md", "webhooks.md")
)
EXAMPLES = re.findall(r"^```python\n(.*?)^```", PAGES, re.MULTILINE | re.DOTALL)

# The types of the public names; mypy reports any other type as an error.
SURFACE = """
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any, assert_type

import mockvoice
from mockvoice import Server, Settings
from mockvoice.testing import (
    ControlApiError,
    CredentialsUnknown,
    InProcessServer,
    InvalidMarker,
    InvalidRoute,
    RemoteServer,
    Route,
    Sandbox,
    SandboxClock,
    SandboxFaults,
    SandboxRoutes,
    SandboxServer,
    SandboxTransport,
    ServerProcess,
    ServerStartError,
    ServerUnavailable,
    UnroutedHost,
    VendorApi,
)
from mockvoice.testing import Server as SameServer

ERRORS: tuple[type[Exception], ...] = (
    ControlApiError,
    CredentialsUnknown,
    InvalidMarker,
    InvalidRoute,
    ServerStartError,
    ServerUnavailable,
    UnroutedHost,
)


def check(sandbox: Sandbox, server: RemoteServer, folder: Path) -> None:
    assert_type(mockvoice.__version__, str)
    with Server(Settings(port=0, vendors=("growcrm",))) as own, RemoteServer(own.urls["main"]) as mock:
        assert_type(own, SameServer)
        assert_type(mock, RemoteServer)
    assert_type(ServerProcess(folder, ["--seed", "1"], folder).url, str)
    assert_type(server.default, Sandbox)
    assert_type(server.base_urls, Mapping[str, str])
    with server.sandbox("name", data="empty", now=datetime.now(), seed=1, frozen=True) as other:
        assert_type(other, Sandbox)
    assert_type(sandbox.growcrm, VendorApi)
    assert_type(sandbox.vendors, dict[str, VendorApi])
    assert_type(sandbox.growcrm.base_url, str)
    assert_type(sandbox.growcrm.credentials, Mapping[str, str])
    assert_type(sandbox.environment, dict[str, str])
    assert_type(sandbox.clock, SandboxClock)
    assert_type(sandbox.clock.advance(days=1), datetime)
    assert_type(sandbox.faults, SandboxFaults)
    assert_type(sandbox.faults.add("status", "growcrm", status=503), int)
    assert_type(sandbox.faults.list(), list[dict[str, Any]])
    assert_type(sandbox.journal(vendor="growcrm", status=404, limit=1), list[dict[str, Any]])
    assert_type(sandbox.outbox(to="ada@byron.example"), list[dict[str, Any]])
    assert_type(sandbox.seed("growcrm", invoices=5), dict[str, int])
    assert_type(sandbox.export(), dict[str, Any])
    sandbox.reset(data=sandbox.export(), now="2026-03-01T09:00:00Z", seed=1)
    block: AbstractContextManager[None] = sandbox.rolled_back()
    assert_type(sandbox.halo.transport(), SandboxTransport)
    with sandbox.halo.route("https://acme.example.com", strict=True, any_credentials=True) as route:
        assert_type(route, Route)
    assert_type(sandbox.routes, SandboxRoutes)
    assert_type(sandbox.routes.add("https://acme.example.com", "halo"), Route)
    with InProcessServer(Settings(vendors=("growcrm",))) as local:
        assert_type(local, InProcessServer)
        other_kind: SandboxServer = local
"""


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    """A folder where the second run of mypy finds the results of the first."""
    return tmp_path_factory.mktemp("mypy")


def mypy(folder: Path, cache: Path) -> str:
    """Return the output of mypy for a folder, with the packages as they are installed."""
    result = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", cache, "--config-file",
         os.devnull, "."],
        cwd=folder, capture_output=True, text=True, timeout=300, check=False,
        env={**os.environ, "MYPYPATH": ""},
    )  # fmt: skip
    return result.stdout + result.stderr


def test_the_examples_of_the_page_and_the_public_names_pass_a_strict_type_check(tmp_path, cache):
    for number, example in enumerate(EXAMPLES):
        tmp_path.joinpath(f"test_page_{number}.py").write_text(example, "utf-8")
    tmp_path.joinpath("surface.py").write_text(SURFACE, "utf-8")

    assert f"no issues found in {len(EXAMPLES) + 1} source files" in mypy(tmp_path, cache)


def test_a_vendor_package_passes_a_strict_type_check(tmp_path, cache):
    package = ROOT / "tests/vendor_package/toyshop_mock"
    shutil.copytree(package, tmp_path / package.name, ignore=shutil.ignore_patterns("__pycache__"))

    assert "Success: no issues found in " in mypy(tmp_path, cache)


def test_a_wrong_use_is_a_type_error(tmp_path, cache):
    tmp_path.joinpath("wrong.py").write_text(
        "from mockvoice.testing import Sandbox\n\n\n"
        "def check(sandbox: Sandbox) -> None:\n"
        "    number: int = sandbox.growcrm.base_url\n"
        "    sandbox.journal(colour=1)\n",
        "utf-8",
    )
    output = mypy(tmp_path, cache)

    assert "wrong.py:5: error: Incompatible types in assignment" in output
    assert 'wrong.py:6: error: Unexpected keyword argument "colour"' in output


@pytest.mark.parametrize(
    "module", [mockvoice, mockvoice.testing], ids=lambda module: module.__name__
)
def test_every_public_name_can_be_imported(module):
    for name in module.__all__:
        assert getattr(module, name) is not None
    assert set(module._MODULES) == set(module.__all__) - {"__version__"}
    with pytest.raises(AttributeError, match=r"module 'mockvoice.*' has no attribute 'Other'"):
        _ = module.Other


@pytest.mark.parametrize("package", ["mockvoice", "mockvoice_contracts"])
def test_the_packages_have_the_marker_of_pep_561(package):
    assert resources.files(package).joinpath("py.typed").is_file()
