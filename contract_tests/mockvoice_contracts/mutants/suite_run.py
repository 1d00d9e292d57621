"""A vendor's suite against one server: the first test that fails, and what it says."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from mockvoice_contracts.mutants.server_process import ROOT, environment

SUITE_TIMEOUT_SECONDS = 420
GENERATED_TESTS = "test_contract.py"
MAX_EXAMPLES = 8  # of generated requests for an operation: a glance, for what no scenario asks
# All that the suites need of what is installed: the rest costs half a second in each of hundreds of runs.
PLUGINS = (
    "_hypothesis_pytestplugin",
    "schemathesis.pytest.plugin",
    "mockvoice_contracts.pytest_plugin",
    "mockvoice_contracts.mutants.failure_recorder",
)
PASSED, TESTS_FAILED, NOTHING_COLLECTED = 0, 1, 5


class SuiteRunFailed(Exception):
    """The suite could not be run at all, so that it says nothing about the server."""


@dataclass(frozen=True)
class TestFailure:
    """A test that failed: its address for pytest, and what it found.

    ``crashed`` if all it found is that the server, or what the test arranges, broke down.
    """

    test: str
    message: str
    crashed: bool

    @property
    def node_id(self) -> str:
        """What pytest finds the test by; of generated ones, it finds all of a function."""
        return self.test.partition("[")[0] if f"/{GENERATED_TESTS}::" in self.test else self.test

    @property
    def rule(self) -> str:
        """The test's name, which is a sentence about the vendor."""
        name, _, case = self.test.rpartition("::")[2].removeprefix("test_").partition("[")
        sentence = name.replace("_", " ").capitalize()
        return f"{sentence} ({case.rstrip(']').replace('_', ' ')})" if case else sentence


def first_failure(vendor: str, url: str, likely: str | None) -> TestFailure | None:
    """The first failure of the suite; ``None`` if it passes. Raises ``SuiteBroken``.

    The likely test goes first, then the scenarios, and generated requests last.
    """
    folder = f"contract_tests/mockvoice_contracts/suites/{vendor}"
    generated = f"{folder}/{GENERATED_TESTS}"
    with suppress(SuiteRunFailed):  # a test that is no longer there is likely no more
        if likely and (found := _run_pytest(vendor, url, [likely], "-x")):
            return found[0]
    found = _run_pytest(vendor, url, [folder, f"--ignore={generated}"], "-x")
    return next(iter(found or _run_pytest(vendor, url, [generated], "-x")), None)


def failing_tests(vendor: str, url: str, tests: Iterable[str]) -> set[str]:
    """The addresses of those tests that fail. Raises ``SuiteBroken``."""
    return {each.node_id for each in _run_pytest(vendor, url, sorted(set(tests)))}


def _run_pytest(vendor: str, url: str, chosen: Sequence[str], *options: str) -> list[TestFailure]:
    with tempfile.TemporaryDirectory() as folder:
        noted = Path(folder, "failures")
        command = [
            sys.executable, "-m", "pytest", *chosen, *options, "--url", url, "--vendor", vendor, "-q",
            "-p", "no:cacheprovider", *(f"-p{each}" for each in PLUGINS), "--failures", str(noted),
            "--tb=short", "--hypothesis-seed=0", f"--max-examples={MAX_EXAMPLES}",
        ]  # fmt: skip
        given = {**environment(), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        try:
            done = subprocess.run(
                command, cwd=ROOT, env=given, capture_output=True, text=True, check=False,
                timeout=SUITE_TIMEOUT_SECONDS,
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise SuiteRunFailed(
                f"the suite took more than {SUITE_TIMEOUT_SECONDS} seconds"
            ) from error
        if done.returncode == TESTS_FAILED and noted.exists():
            return [
                TestFailure(**json.loads(each)) for each in noted.read_text("utf-8").splitlines()
            ]
        if done.returncode in (PASSED, NOTHING_COLLECTED):
            return []
        raise SuiteRunFailed((done.stdout + done.stderr)[-2000:])
