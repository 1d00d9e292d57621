"""Run a vendor's suite against one server and return its failures."""

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
MAX_EXAMPLES = 8  # generated requests per operation: few, for faults that no scenario covers
# Loading other plugins would cost half a second in each of hundreds of runs.
PLUGINS = (
    "_hypothesis_pytestplugin",
    "schemathesis.pytest.plugin",
    "mockvoice_contracts.pytest_plugin",
    "mockvoice_contracts.mutants.failure_recorder",
)
PASSED, TESTS_FAILED, NOTHING_COLLECTED = 0, 1, 5


class SuiteRunError(Exception):
    """The suite could not be run, so nothing is known about the server."""


@dataclass(frozen=True)
class SuiteFailure:
    """A failed test: its node id and its message.

    ``crashed`` is true if the server or the setup of the test crashed.
    """

    test: str
    message: str
    crashed: bool

    @property
    def node_id(self) -> str:
        """The pytest node id; for generated tests, that of the whole function."""
        return self.test.partition("[")[0] if f"/{GENERATED_TESTS}::" in self.test else self.test

    @property
    def rule(self) -> str:
        """The test's name as a sentence about the vendor."""
        name, _, case = self.test.rpartition("::")[2].removeprefix("test_").partition("[")
        sentence = name.replace("_", " ").capitalize()
        return f"{sentence} ({case.rstrip(']').replace('_', ' ')})" if case else sentence


def first_failure(
    vendor: str, url: str, catcher: str | None, operation: str
) -> SuiteFailure | None:
    """Return the first failure of the suite, or ``None`` if it passes. Raises ``SuiteRunError``.

    The test that caught the fault before runs first, then the scenarios of the modules that name the
    faulty operation, then all others, then generated requests.
    """
    folder = f"contract_tests/mockvoice_contracts/suites/{vendor}"
    generated = f"{folder}/{GENERATED_TESTS}"
    with suppress(SuiteRunError):  # The test may no longer exist.
        if catcher and (failures := _run_pytest(vendor, url, [catcher], "-x")):
            return failures[0]
    scenarios = {
        str(module.relative_to(ROOT)): operation in module.read_text("utf-8")
        for module in sorted((ROOT / folder).glob("test_*.py"))
        if module.name != GENERATED_TESTS
    }
    likely = [module for module, names_it in scenarios.items() if names_it]
    others = [module for module, names_it in scenarios.items() if not names_it]
    for modules in (likely, others, [generated]):
        if modules and (failures := _run_pytest(vendor, url, modules, "-x")):
            return failures[0]
    return None


def failing_tests(vendor: str, url: str, tests: Iterable[str]) -> set[str]:
    """Return the node ids of the tests that fail. Raises ``SuiteRunError``."""
    return {failed_test.node_id for failed_test in _run_pytest(vendor, url, sorted(set(tests)))}


def _run_pytest(vendor: str, url: str, tests: Sequence[str], *options: str) -> list[SuiteFailure]:
    with tempfile.TemporaryDirectory() as folder:
        failures = Path(folder, "failures")
        command = [
            sys.executable, "-m", "pytest", *tests, *options, "--url", url, "--vendor", vendor, "-q",
            "-p", "no:cacheprovider", *(f"-p{plugin}" for plugin in PLUGINS), "--failures", str(failures),
            "--tb=short", "--hypothesis-seed=0", f"--max-examples={MAX_EXAMPLES}",
        ]  # fmt: skip
        variables = {**environment(), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        try:
            result = subprocess.run(
                command, cwd=ROOT, env=variables, capture_output=True, text=True, check=False,
                timeout=SUITE_TIMEOUT_SECONDS,
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise SuiteRunError(
                f"the suite took more than {SUITE_TIMEOUT_SECONDS} seconds"
            ) from error
        if result.returncode == TESTS_FAILED and failures.exists():
            return [
                SuiteFailure(**json.loads(line))
                for line in failures.read_text("utf-8").splitlines()
            ]
        if result.returncode in (PASSED, NOTHING_COLLECTED):
            return []
        raise SuiteRunError((result.stdout + result.stderr)[-2000:])
