"""The content of the built wheel, and its use outside the checkout."""

import json
import os
import subprocess
import sys
import tarfile
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson
import pytest
import schemathesis

from mockvoice.vendor_registry import load_vendor, own_vendor_keys
from mockvoice.web import contract
from tests import processes

ROOT = Path(__file__).parents[2]


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    result = subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, timeout=600, check=False,
        env=environment(),
    )  # fmt: skip
    assert result.returncode == 0, result.stdout + result.stderr
    return result


def environment() -> dict[str, str]:
    """Return the environment variables without ``PYTHONPATH``, which points at the checkout."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """The wheel, built from the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation",
        "-w", folder, ROOT, cwd=folder)  # fmt: skip
    (built,) = folder.glob("mockvoice-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """A new environment outside the checkout with the wheel, its dependencies and pytest."""
    folder = tmp_path_factory.mktemp("elsewhere")
    # Most modules of the dependencies are never imported, so Python compiles those that are.
    run(sys.executable, "-m", "venv", "--without-pip", folder / "venv", cwd=folder)
    run(sys.executable, "-m", "pip", "--python", folder / "venv", "install", "-q", "--no-compile",
        "-c", ROOT / "constraints.txt", wheel, "pytest", cwd=folder)  # fmt: skip
    return folder


def test_the_wheel_has_two_packages_and_no_tests(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()

    top = {name.partition("/")[0] for name in names}
    assert {name for name in top if not name.endswith(".dist-info")} == {
        "mockvoice",
        "mockvoice_contracts",
    }
    assert {"mockvoice/py.typed", "mockvoice_contracts/py.typed"} <= {*names}
    assert [name for name in names if "/tests/" in name] == []


def published_contracts() -> list[contract.PublishedContract]:
    vendors = [load_vendor(key).contract for key in own_vendor_keys()]
    return [*vendors, contract.load("control", "mockvoice.control")]


def test_the_wheel_has_every_contract_as_one_document(wheel):
    with zipfile.ZipFile(wheel) as archive:
        for published in published_contracts():
            name = published.name
            packed = archive.read(f"mockvoice/openapi/{name}/{contract.JOINED}")

            assert orjson.loads(packed) == published.data


def test_links_of_the_readme_work_on_a_package_index(wheel):
    with zipfile.ZipFile(wheel) as archive:
        (metadata,) = (name for name in archive.namelist() if name.endswith("/METADATA"))
        text = archive.read(metadata).decode()

    assert "Project-URL: Documentation, https://" in text
    assert "](docs/" not in text
    assert "/docs/how-to/check.md)" in text


def test_the_source_distribution_is_complete(tmp_path):
    run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", tmp_path, cwd=ROOT)
    (archive,) = tmp_path.glob("mockvoice-*.tar.gz")
    with tarfile.open(archive) as tar:
        packed = {name.partition("/")[2] for name in tar.getnames()}

    tracked = run("git", "ls-files", cwd=ROOT).stdout.splitlines()
    assert {*tracked} - packed - {name for name in tracked if name.startswith(".ci/")} == set()


@contextmanager
def serving(installed: Path, **variables: str) -> Iterator[dict]:
    """Run a server of the installed wheel; yield the content of its ready file."""
    command = [installed / "venv/bin/mockvoice", "serve", "--port", "0"]
    with processes.serving(command, installed, {**environment(), **variables}) as (_, urls):
        yield urls


def test_an_installed_wheel_serves_the_demo_data_of_every_vendor(installed):
    with serving(installed) as urls:
        for vendor in urls["vendors"].values():
            with urllib.request.urlopen(vendor["spec_url"], timeout=30) as response:
                assert json.load(response)["openapi"] == "3.0.3"
        invoices = urllib.request.Request(
            urls["vendors"]["growcrm"]["root_url"].rstrip("/") + "/api/invoices",
            headers={"Authorization": "Bearer growcrm-demo-key"},
        )
        with urllib.request.urlopen(invoices, timeout=30) as response:
            assert json.load(response)["meta"]["total"] > 20


def test_an_installed_wheel_writes_nothing_into_its_package(installed):
    (package,) = (installed / "venv/lib").glob("python3*/site-packages/mockvoice")
    before = {path: path.stat().st_mtime_ns for path in package.rglob("*") if path.is_file()}

    with serving(installed, PYTHONDONTWRITEBYTECODE="1"):
        pass

    assert before == {
        path: path.stat().st_mtime_ns for path in package.rglob("*") if path.is_file()
    }


def test_the_installed_command_prints_contracts(installed):
    printed = run(installed / "venv/bin/mockvoice", "spec", "growcrm", cwd=installed)

    assert printed.stdout.startswith("openapi:")


PROJECT = {
    "mock_server/__init__.py": "NAME = 'our own server'\n",
    "contract_tests/__init__.py": "",
    "contract_tests/test_ours.py": "def test_ours():\n    import contract_tests\n\n    assert contract_tests.__file__.endswith('__init__.py')\n",
    "test_own.py": "from mock_server import NAME\n\n\ndef test_own():\n    assert NAME == 'our own server'\n",
    "test_plugin.py": "def test_plugin(sandbox):\n    assert sandbox.growcrm.credentials['api_key']\n",
}


@pytest.mark.parametrize("command", [("bin/pytest",), ("bin/python", "-m", "pytest")])
def test_a_project_may_have_packages_with_the_names_of_our_folders(installed, tmp_path, command):
    for name, text in PROJECT.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)

    program, *options = command
    result = run(
        installed / "venv" / program, *options, "-q", "--import-mode=prepend", cwd=tmp_path
    )

    assert "3 passed" in result.stdout


# The settings of a project whose pytest is as strict as possible.
STRICT_PROJECT = """\
[pytest]
addopts = --strict-markers --strict-config
filterwarnings = error
"""


def check(installed: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [installed / "venv/bin/mockvoice", "check", *arguments],
        cwd=installed, capture_output=True, text=True, timeout=300, check=False,
        env=environment(),
    )  # fmt: skip


def test_without_the_extra_a_check_names_the_missing_package(installed):
    result = check(installed, "growcrm")

    (line,) = result.stderr.splitlines()
    assert result.returncode == 2
    assert "pip install 'mockvoice[contract]'" in line
    assert "schemathesis" in line


def test_without_the_extra_the_tools_of_agents_name_the_missing_packages(installed):
    result = subprocess.run(
        [installed / "venv/bin/mockvoice", "mcp"],
        cwd=installed, capture_output=True, text=True, timeout=60, check=False, env=environment(),
    )  # fmt: skip

    (line,) = result.stderr.splitlines()
    assert (result.returncode, result.stdout) == (2, "")
    assert line.endswith("(mcp, mcp_types): pip install 'mockvoice[mcp]'")


@pytest.fixture
def with_extra(installed) -> Iterator[Path]:
    """The environment, which also imports the extra's packages from the environment of these tests."""
    with_schemathesis = Path(schemathesis.__file__).parent.parent
    (site_packages,) = (installed / "venv/lib").glob("python3*/site-packages")
    path_file = site_packages / "extra.pth"
    path_file.write_text(f"{with_schemathesis}\n")
    yield installed
    path_file.unlink()


def test_the_wheel_contains_the_suites(with_extra):
    before = set(with_extra.iterdir())

    result = check(with_extra, "halo", "--select", "test_totals", "--report-dir", "reports")

    assert result.returncode == 0, result.stdout + result.stderr
    assert set(with_extra.iterdir()) - before == {with_extra / "reports"}
    report = json.loads((with_extra / "reports/report.json").read_text())
    assert report["vendors"][0]["tests"]["passed"] > 3


def test_pytest_runs_the_suites_of_the_installed_package(with_extra, tmp_path):
    (tmp_path / "pytest.ini").write_text(STRICT_PROJECT)
    result = run(
        with_extra / "venv/bin/python", "-m", "pytest", "-q",
        "-p", "mockvoice_contracts.pytest_plugin", "--pyargs", "mockvoice_contracts.suites",
        "--vendor", "halo", "-k", "test_totals", cwd=tmp_path,
    )  # fmt: skip

    assert " passed" in result.stdout
