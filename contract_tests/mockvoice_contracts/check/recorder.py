"""Pytest plugin that records the outcome of each test."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

import pytest

from mockvoice_contracts.harness.request_gate import DESELECTED, REQUEST_GATE
from mockvoice_contracts.harness.suite_hooks import UNSERVED_PROPERTY, VENDOR_PROPERTY

# By module name; all other modules contain scenarios.
LAYERS = {"test_contract": "schema", "test_invariants": "invariants"}


@dataclass
class Result:
    """The outcome of one test."""

    id: str
    vendor: str
    layer: str
    outcome: str = "passed"  # or failed, skipped, assumption
    seconds: float = 0.0
    message: str = ""
    findings: list[dict[str, Any]] = field(default_factory=list)
    unserved: list[str] = field(default_factory=list)  # see UNSERVED_PROPERTY


class Recorder:
    """Plugin of the reporting process: collects test results and session summaries."""

    def __init__(self, progress: Callable[[int, int, Result], None]) -> None:
        self.results: dict[str, Result] = {}
        self.summaries: list[dict[str, Any]] = []
        self.trouble: list[str] = []  # why the check did not start or is incomplete
        self.deselected = 0  # tests that --select leaves out
        self.total = 0
        self._done = 0
        self._deselected_by_process: list[int] = []
        self._total_before = 0  # number of tests in the previous runs of the same check
        self._progress = progress

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Record one phase of a test."""
        result = self.results.setdefault(report.nodeid, _new_result(report))
        result.seconds += report.duration
        # These properties belong in report.json, not in junit.xml.
        findings: list[Any] = [value for name, value in report.user_properties if name == "finding"]
        result.findings += findings
        properties: dict[str, Any] = dict(report.user_properties)
        result.unserved += properties.get(UNSERVED_PROPERTY, ())
        report.user_properties = [
            user_property
            for user_property in report.user_properties
            if user_property[0] not in ("finding", VENDOR_PROPERTY, UNSERVED_PROPERTY)
        ]
        if report.failed:
            result.outcome, result.message = "failed", str(report.longrepr)
        elif report.skipped and result.outcome != "failed":
            assumed = hasattr(report, "wasxfail")
            result.outcome = "assumption" if assumed else "skipped"
            result.message = report.wasxfail if assumed else _skip_reason(report)
        if report.when == "teardown":
            self._done += 1
            self._progress(self._done, max(self.total, self._done), result)

    def pytest_sessionstart(self) -> None:
        """Keep the number of tests of the previous runs."""
        self._total_before = self.total

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Record a failed collection."""
        if report.failed:
            details = str(report.longrepr)
            self.trouble.append(
                f"{report.nodeid} cannot be collected: {_cause(details)}\n{details}"
            )

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Record the number of tests."""
        self.total = max(self.total, self._total_before + len(session.items))

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node: Any, ids: list[str]) -> None:
        """Record the number of tests of a worker."""
        self.total = self._total_before + len(ids)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: Any) -> None:
        """Record the summary of a worker, or its crash."""
        if error:
            self.trouble.append(f"a worker process crashed: {error}")
        # Each worker collects all tests.
        self._deselected_by_process.append(getattr(node, "workeroutput", {}).get("deselected", 0))
        if "summary" in getattr(node, "workeroutput", {}):
            self.summaries.append(node.workeroutput["summary"])

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Record the summary of this process."""
        self._deselected_by_process.append(session.config.stash.get(DESELECTED, 0))
        self.deselected += max(self._deselected_by_process)
        self._deselected_by_process.clear()
        if REQUEST_GATE in session.config.stash and session.config.stash[REQUEST_GATE].sessions:
            self.summaries.append(session.config.stash[REQUEST_GATE].summary())

    def pytest_internalerror(self, excrepr: Any) -> None:
        """Record an internal error."""
        self.trouble.append(f"the check failed with an internal error: {excrepr}")

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Record Ctrl-C, or the reason of ``pytest.exit``."""
        self.trouble.append(str(getattr(excinfo.value, "msg", None) or "interrupted"))


def _new_result(report: pytest.TestReport) -> Result:
    module = PurePosixPath(report.nodeid.partition("::")[0]).stem
    vendor: str = dict(report.user_properties).get(VENDOR_PROPERTY, "")  # type: ignore[assignment]
    return Result(report.nodeid, vendor, LAYERS.get(module, "behaviour"))


def _cause(details: str) -> str:
    """Return the last error line of a failed collection; pytest marks these lines with ``E``."""
    errors = [line[1:].strip() for line in details.splitlines() if line.startswith("E ")]
    return errors[-1] if errors else details.partition("\n")[0]


def _skip_reason(report: pytest.TestReport) -> str:
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return reason.removeprefix("Skipped: ")
