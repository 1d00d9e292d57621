"""A vendor's suite against one server: the first test that fails, and what it says."""

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from contract_tests.mutants.serving import ROOT, environment

SUITES = ROOT / "contract_tests"
PATIENCE_SECONDS = 420
TESTS_FAILED, NOTHING_COLLECTED = 1, 5
# What is arranged for a test goes wrong in another way than by what the server answers.
_STUMBLED = re.compile(r'failed on setup with "(?!AssertionError|[\w.]*AssumptionBroken)')


class SuiteBroken(Exception):
    """The suite could not be run at all, so that it says nothing about the server."""


@dataclass(frozen=True)
class Finding:
    """The first test that failed: its address for pytest, and its message."""

    test: str
    message: str

    @property
    def rule(self) -> str:
        """The test's name, which is a sentence about the vendor."""
        name, _, case = self.test.rpartition("::")[2].removeprefix("test_").partition("[")
        sentence = name.replace("_", " ").capitalize()
        return f"{sentence} ({case.rstrip(']').replace('_', ' ')})" if case else sentence

    @property
    def crashed(self) -> bool:
        """Whether all that was found is that the server, or a test's own doing, broke down."""
        return "answered 500" in self.message or bool(_STUMBLED.match(self.message))


def first_finding(vendor: str, url: str, likely: str | None) -> Finding | None:
    """The first failure of the suite; ``None`` if it passes. Raises ``SuiteBroken``.

    The likely test goes first, then the scenarios, and generated requests last.
    """
    folder, generated = f"contract_tests/{vendor}", f"contract_tests/{vendor}/test_contract.py"
    with suppress(SuiteBroken):  # a test that is no longer there is likely no more
        if likely and (found := _run(vendor, url, [likely])):
            return found
    return _run(vendor, url, [folder, f"--ignore={generated}"]) or _run(vendor, url, [generated])


def _run(vendor: str, url: str, chosen: Sequence[str]) -> Finding | None:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "junit.xml")
        command = [
            sys.executable, "-m", "pytest", *chosen, "--url", url, "--vendor", vendor, "-x", "-q",
            "-p", "no:cacheprovider", "--tb=short", f"--junitxml={report}",
            "-o", "junit_family=xunit1", "--hypothesis-seed=0",
        ]  # fmt: skip
        done = subprocess.run(
            command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False,
            timeout=PATIENCE_SECONDS,
        )  # fmt: skip
        if done.returncode == TESTS_FAILED:
            return next(_findings(report))
        if done.returncode in (0, NOTHING_COLLECTED):
            return None
        raise SuiteBroken((done.stdout + done.stderr)[-2000:])


def _findings(report: Path) -> Iterator[Finding]:
    for case in ET.parse(report).getroot().iter("testcase"):
        for outcome in (*case.iter("failure"), *case.iter("error")):
            test = f"{case.get('file')}::{case.get('name')}"
            yield Finding(test, _gist(outcome.get("message") or outcome.text or ""))


def _gist(message: str) -> str:
    """What a failure says, without the word that it is one."""
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    return "\n".join(lines)[:1500].removeprefix("AssertionError: ")
