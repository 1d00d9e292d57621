"""Suites of other distributions in a check, together with those of this project."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

PACKAGE = Path(__file__).parents[1] / "vendor_package/toyshop_mock"
SCENARIOS = {"toyshop_mock/suite/test_orders.py", "suites/halo/test_tables.py"}


def install(site: Path, name: str, **groups: str) -> None:
    """Add the metadata of a distribution; ``**{"mockvoice.suites": "toyshop = toyshop_mock.suite"}``."""
    info = site / f"{name}-1.0.dist-info"
    info.mkdir(parents=True)
    info.joinpath("METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", "utf-8"
    )
    sections = [f"[{group}]\n{entry}\n" for group, entry in groups.items()]
    info.joinpath("entry_points.txt").write_text("".join(sections), "utf-8")


def run(site: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join(filter(None, (str(site), os.environ.get("PYTHONPATH", ""))))
    return subprocess.run(
        [sys.executable, "-m", *arguments], cwd=site.parent, env={**os.environ, "PYTHONPATH": path},
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


@pytest.fixture
def site(tmp_path):
    """A folder with the toyshop, below a conftest file that is not part of its package.

    Another package has a plugin of Hypothesis that cannot be loaded.
    """
    site = tmp_path / "site"
    groups = {
        "mockvoice.vendors": "toyshop = toyshop_mock:VENDOR",
        "mockvoice.suites": "toyshop = toyshop_mock.suite",
    }
    install(site, "toyshop-mock", **groups)
    install(site, "strategies", hypothesis="strategies = strategies_that_do_not_exist")
    shutil.copytree(PACKAGE, site / "toyshop_mock")
    tmp_path.joinpath("conftest.py").write_text("raise RuntimeError('not of the package')", "utf-8")
    return site


@pytest.fixture
def faulty_site(tmp_path):
    """A folder with a second suite for Halo, and a suite in a package that cannot be imported."""
    site = tmp_path / "site"
    install(site, "halo-again", **{"mockvoice.suites": "halo = halo_again"})
    install(site, "gong-mock", **{"mockvoice.suites": "gong = gong_mock.suite"})
    for folder in ("halo_again", "gong_mock/suite"):
        site.joinpath(folder).mkdir(parents=True)
        site.joinpath(folder, "__init__.py").write_text("", "utf-8")
    site.joinpath("gong_mock/__init__.py").write_text("raise RuntimeError('no licence')", "utf-8")
    return site


def test_one_check_runs_suites_of_several_packages_under_their_own_test_ids(site):
    result = run(
        site, "mockvoice", "check", "toyshop", "halo", "--workers", "2", "--max-examples", "1",
        "--select", "test_orders or test_tables", "--report-dir", "reports",
    )  # fmt: skip

    assert result.returncode == 0, result.stdout + result.stderr
    report = json.loads(site.parent.joinpath("reports/report.json").read_text("utf-8"))
    assert {test["id"].partition("::")[0] for test in report["tests"]} == SCENARIOS
    passed = {vendor["vendor"]: vendor["tests"]["passed"] for vendor in report["vendors"]}
    assert list(passed) == ["toyshop", "halo"]
    assert all(passed.values())
    suites = ET.parse(site.parent / "reports/junit.xml").getroot().findall("testsuite")
    assert {suite.get("name"): int(suite.get("tests")) for suite in suites} == passed


def test_modules_in_a_namespace_package_keep_their_names(site):
    names = {"toyshop_mock": "bazaar.toys"}
    site.joinpath("bazaar").mkdir()
    site.joinpath("toyshop_mock").rename(site / "bazaar/toys")
    for file in (*site.rglob("*.py"), *site.rglob("entry_points.txt")):
        text = file.read_text("utf-8")
        for old, new in names.items():
            text = text.replace(old, new)
        file.write_text(text, "utf-8")
    site.joinpath("bazaar/toys/suite/test_names.py").write_text(
        "def test_the_names_of_modules(factory):\n"
        "    assert __name__ == 'bazaar.toys.suite.test_names'\n"
        "    assert type(factory).__module__ == 'bazaar.toys.suite.conftest'\n"
        "    assert factory.customer()['id']\n",
        "utf-8",
    )

    result = run(site, "mockvoice", "check", "toyshop", "--select", "test_names", "--workers", "1")

    assert result.returncode == 0, result.stdout + result.stderr


def test_two_suites_with_the_same_key_are_named(faulty_site):
    result = run(faulty_site, "mockvoice", "check", "halo")

    assert result.returncode == 2
    (line,) = result.stderr.splitlines()
    assert "halo-again 1.0" in line
    assert "both have a suite for halo; uninstall one of them" in line


def test_unusable_suites_do_not_affect_the_check_of_other_vendors(faulty_site):
    checked = run(
        faulty_site,
        "mockvoice",
        "check",
        "optiflow",
        "--select",
        "test_pdf",
        "--max-examples",
        "1",
        "--workers",
        "1",
    )
    selected = run(
        faulty_site, "pytest", "-q", "-p", "no:cacheprovider", "-p", "mockvoice_contracts.pytest_plugin",
        "--pyargs", "mockvoice_contracts.suites", "--vendor", "optiflow", "-k", "test_pdf or test_tables",
        "--ignore-glob=*/test_contract.py",
    )  # fmt: skip

    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert selected.returncode == 0, selected.stdout + selected.stderr


def test_a_module_that_cannot_be_imported_is_named_with_its_error(site):
    site.joinpath("toyshop_mock/suite/test_broken.py").write_text(
        "import toys_of_nowhere\n", "utf-8"
    )
    result = run(site, "mockvoice", "check", "toyshop", "--select", "total", "--workers", "1")

    assert result.returncode == 2
    assert (
        "toyshop_mock/suite/test_broken.py cannot be collected: "
        "ModuleNotFoundError: No module named 'toys_of_nowhere'"
    ) in result.stdout
