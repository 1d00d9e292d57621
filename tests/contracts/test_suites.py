"""How the suite of a vendor is found, and what is reported if it cannot be used."""

import ast
import re
import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path
from unittest import mock

import pytest

from mockvoice_contracts import suite_api
from mockvoice_contracts.harness import suites
from mockvoice_contracts.harness.suites import SuiteUnavailable

ROOT = Path(__file__).parents[2]
HARNESS = "mockvoice_contracts.harness"
OWN = ROOT / "contract_tests/mockvoice_contracts/suites"


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Return a function that replaces the installed suites; ``tmp_path`` can be imported from."""
    monkeypatch.syspath_prepend(tmp_path)
    caches = (suites._entries, suites._keys_by_folder, suites.key_of, suites.auth_module)

    def install(*values: str) -> None:
        entries = [EntryPoint("chime", value, suites.GROUP) for value in values]
        monkeypatch.setattr(suites, "entry_points", mock.Mock(return_value=entries))
        for cache in caches:
            cache.cache_clear()

    yield install
    monkeypatch.undo()
    for cache in caches:
        cache.cache_clear()


def create_suite(folder: Path, source: str) -> None:
    folder.mkdir(parents=True)
    for file in (folder.parent / "__init__.py", folder / "__init__.py"):
        file.write_text("", "utf-8")
    folder.joinpath("auth.py").write_text(source, "utf-8")


def test_the_public_api_has_every_name_that_the_suites_of_this_project_use():
    imported = [
        (node.module, name.name)
        for file in OWN.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith(HARNESS)
        for name in node.names
    ]
    names = {name for module, name in imported if module != HARNESS}
    functions = {name for file in OWN.rglob("*.py")
                 for name in re.findall(r"\btargets\.(\w+)", file.read_text("utf-8"))}  # fmt: skip

    assert len(imported) > 50
    assert {name for module, name in imported if module == HARNESS} == {"targets"}
    assert (names | functions) - set(suite_api.__all__) == set()


def test_a_path_belongs_to_the_suite_whose_folder_contains_it():
    assert suites.key_of(OWN / "growcrm/test_items.py") == "growcrm"
    assert suites.key_of(OWN / "halo") == "halo"
    assert suites.key_of(OWN) is None
    assert suites.key_of(Path(__file__)) is None


def test_a_suite_may_have_any_folder_and_subfolders(installed, tmp_path):
    create_suite(tmp_path / "chime_mock/suite", "OWNERSHIP = create_auth = None")
    installed("chime_mock.suite")

    assert suites.folder_of("chime") == tmp_path / "chime_mock/suite"
    assert suites.key_of(tmp_path / "chime_mock/suite/billing/test_x.py") == "chime"
    assert suites.key_of(tmp_path / "chime_mock/other.py") is None


def test_a_suite_is_found_without_importing_the_package_around_it(installed, tmp_path):
    create_suite(tmp_path / "chime_loud/suite", "OWNERSHIP = create_auth = None")
    (tmp_path / "chime_loud/__init__.py").write_text("raise RuntimeError('not now')", "utf-8")
    installed("chime_loud.suite")

    assert suites.key_of(tmp_path / "chime_loud/suite/test_x.py") == "chime"
    assert suites.import_root_of("chime") == tmp_path
    with pytest.raises(SuiteUnavailable, match="cannot be imported: RuntimeError: not now"):
        suites.auth_module("chime")


def test_paths_of_two_suites_with_the_same_key_belong_to_that_key(installed, tmp_path):
    for package in ("chime_one", "chime_two"):
        create_suite(tmp_path / package / "suite", "")
    installed("chime_one.suite", "chime_two.suite")

    keys = [suites.key_of(tmp_path / name / "suite") for name in ("chime_one", "chime_two")]
    assert keys == ["chime", "chime"]


@pytest.mark.parametrize(
    ("values", "source", "message"),
    [
        ((), None, "no installed package has a suite for chime"),
        (("a.suite", "b.suite"), None, "the packages a.suite and b.suite both have a suite for chime"),
        (("chime_lost.suite",), None, "the suite chime_lost.suite of chime.* cannot be found"),
        (("json.decoder",), None, "the suite json.decoder of chime.* has no __init__.py"),
        (("chime_bad.suite",), "import chimes_of_nowhere", "cannot be imported: ModuleNotFoundError"),
        (("chime_bare.suite",), "create_auth = None", "has no OWNERSHIP in chime_bare.suite.auth"),
    ],
)  # fmt: skip
def test_an_unusable_suite_is_named(installed, tmp_path, values, source, message):
    if source is not None:
        create_suite(tmp_path.joinpath(*values[0].split(".")), source)
    installed(*values)

    with pytest.raises(SuiteUnavailable, match=message):
        suites.folder_of("chime")
        suites.auth_module("chime")


def test_a_check_of_a_vendor_without_a_suite_exits_with_2():
    result = subprocess.run(
        [sys.executable, "-m", "tests.example_vendors", "check", "bell"],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip

    assert result.returncode == 2
    assert "no installed package has a suite for bell" in result.stderr


def test_fixtures_fail_and_markers_do_nothing_outside_the_suites(tmp_path):
    tmp_path.joinpath("test_elsewhere.py").write_text(
        "import pytest\n"
        "def test_client(api): ...\n"
        "def test_names(unique): ...\n"
        "@pytest.mark.needs('no such ability')\n"
        "def test_marked(): ...\n",
        "utf-8",
    )
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "mockvoice_contracts.pytest_plugin",
         "-p", "no:cacheprovider", "-rN", tmp_path],
        cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip

    assert result.returncode == 1
    assert result.stdout.count("test_elsewhere.py is not part of an installed suite\n") == 2
    assert "1 passed" in result.stdout
    assert "2 errors" in result.stdout
