"""The pytest plugin in a project whose pytest is too old for it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

# What pytest 6.2.5 has of the names that the plugin may use; everything else is missing.
OLD_PYTEST = """
__version__ = "6.2.5"

class UsageError(Exception):
    pass
"""
# Loads the plugin as pytest does: its options, then its configuration with the given values.
LOAD = """
import sys
from types import SimpleNamespace
import mockvoice.testing.plugin as plugin

values = dict(argument.split("=") for argument in sys.argv[1:])
group = SimpleNamespace(addoption=lambda *names, **details: None)
plugin.pytest_addoption(SimpleNamespace(getgroup=lambda name: group, addini=lambda *names, **details: None))
plugin.pytest_configure(SimpleNamespace(getoption=values.get, getini=lambda name: values.get(name, "")))
print(*sorted(name for name in vars(plugin) if name.startswith("pytest_")))
"""


@pytest.fixture
def load(tmp_path):
    """A function that loads the plugin with an old pytest and the values of options."""
    (tmp_path / "pytest.py").write_text(OLD_PYTEST)

    def run(*values: str) -> subprocess.CompletedProcess[str]:
        package = Path(__file__).parents[2] / "mock_server"
        return subprocess.run(
            [sys.executable, "-c", LOAD, *values], capture_output=True, text=True, check=False,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(package)])},
        )  # fmt: skip

    return run


def test_it_has_only_hooks_that_every_pytest_knows_and_prints_nothing(load):
    result = load()

    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.split() == ["pytest_addoption", "pytest_configure"]


@pytest.mark.parametrize(
    "option",
    [
        "--mockvoice-url",
        "--mockvoice-journal",
        "mockvoice_url",
        "mockvoice_serve",
        "mockvoice_in_process",
    ],
)
def test_a_run_that_uses_an_option_is_rejected_with_the_needed_version(load, option):
    result = load(f"{option}=1")

    assert result.returncode == 1
    assert result.stderr.splitlines()[-1].endswith(
        f"UsageError: {option} needs pytest 8.0 or newer, but this is pytest 6.2.5"
    )
