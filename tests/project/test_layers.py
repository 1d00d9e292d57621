"""The layers of the code: one list in the package, in ARCHITECTURE.md and in import-linter's contract."""

import re
import sys
import tomllib
from pathlib import Path

import grimp
import pytest

import mockvoice

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "mock_server/mockvoice"
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
    "contracts"
]


def contract_named(start):
    (contract,) = [contract for contract in CONTRACTS if contract["name"].startswith(start)]
    return contract


LAYERS = [
    {module.strip().removeprefix("mockvoice.") for module in layer.split("|")}
    for layer in contract_named("Layers: ")["layers"]
]


def table_below(heading):
    """Return the names in the first column of the table below a heading of ARCHITECTURE.md."""
    section = ARCHITECTURE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`[^|]+) \|", section, re.MULTILINE)
    return [set(re.findall(r"`(\w+)`", row)) for row in rows]


@pytest.fixture(scope="module")
def third_party():
    """The third-party packages that each module of the server imports."""
    graph = grimp.build_graph("mockvoice", include_external_packages=True, cache_dir=None)
    own = {"mockvoice", "mockvoice_contracts", *sys.stdlib_module_names}
    return {
        module: {
            imported.partition(".")[0]
            for imported in graph.find_modules_directly_imported_by(module)
        }
        - own
        for module in graph.modules
        if module.partition(".")[0] == "mockvoice"
    }


def kernel_packages(third_party):
    modules = (module for module in third_party if module.startswith("mockvoice.kernel"))
    return set().union(*(third_party[module] for module in modules))


def test_the_package_lists_the_layers_of_the_import_contract():
    lines = re.findall(r"^\* ((?:``\w+``(?:,\s+)?)+)", mockvoice.__doc__, re.MULTILINE)

    assert [set(re.findall(r"``(\w+)``", line)) for line in lines] == LAYERS


def test_architecture_lists_the_layers_of_the_import_contract():
    assert table_below("Layers") == LAYERS


def test_every_module_of_the_package_has_a_layer():
    modules = {path.stem for path in PACKAGE.glob("*.py")}
    packages = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}

    assert (modules | packages) - {"__init__", "__main__"} == set().union(*LAYERS)


def test_the_kernel_imports_the_third_party_packages_of_the_table_and_no_others(third_party):
    documented = set().union(*table_below("Packages that the kernel uses"))

    assert kernel_packages(third_party) == documented
    name = contract_named("The kernel imports ")["name"]
    assert all(package in name for package in documented), name


def test_the_contract_of_the_kernel_forbids_every_other_third_party_package(third_party):
    imported = set().union(*third_party.values())

    forbidden = contract_named("The kernel imports ")["forbidden_modules"]
    assert forbidden == sorted(imported - kernel_packages(third_party))
