"""What becomes of each test, as pytest tells it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

import pytest

from mockvoice_contracts.harness.request_gate import REQUEST_GATE

# By the module's name; what is not here is a scenario.
LAYERS = {"test_contract": "schema", "test_invariants": "invariants"}


@dataclass
class Result:
    """What became of one test."""

    id: str
    vendor: str
    layer: str
    outcome: str = "passed"  # or failed, skipped, assumption
    seconds: float = 0.0
    message: str = ""
    findings: list[dict[str, Any]] = field(default_factory=list)


class Recorder:
    """A plugin for the process that reports: results, and what was seen on the wire."""

    def __init__(self, progress: Callable[[int, int, Result], None]) -> None:
        self.results: dict[str, Result] = {}
        self.summaries: list[dict[str, Any]] = []
        self.trouble: list[str] = []  # why there is nothing, or not everything, to report
        self.total = 0
        self._done = 0
        self._progress = progress

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        result = self.results.setdefault(report.nodeid, _new_result(report.nodeid))
        result.seconds += report.duration
        # The findings are data for the report, and no properties for JUnit's.
        found: list[Any] = [each for name, each in report.user_properties if name == "finding"]
        result.findings += found
        report.user_properties = [each for each in report.user_properties if each[0] != "finding"]
        if report.failed:
            result.outcome, result.message = "failed", str(report.longrepr)
        elif report.skipped and result.outcome != "failed":
            assumed = hasattr(report, "wasxfail")
            result.outcome = "assumption" if assumed else "skipped"
            result.message = report.wasxfail if assumed else _skip_reason(report)
        if report.when == "teardown":
            self._done += 1
            self._progress(self._done, max(self.total, self._done), result)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.trouble.append(f"the suite cannot be read: {report.longrepr}")

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.total = max(self.total, len(session.items))

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node: Any, ids: list[str]) -> None:
        self.total = len(ids)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: Any) -> None:
        """A worker has ended."""
        if error:
            self.trouble.append(f"a worker has died: {error}")
        if "seen" in getattr(node, "workeroutput", {}):
            self.summaries.append(node.workeroutput["seen"])

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if REQUEST_GATE in session.config.stash and session.config.stash[REQUEST_GATE].sessions:
            self.summaries.append(session.config.stash[REQUEST_GATE].summary())

    def pytest_internalerror(self, excrepr: Any) -> None:
        self.trouble.append(f"the check itself has failed: {excrepr}")

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Ctrl-C, or ``pytest.exit`` with its reason."""
        self.trouble.append(str(getattr(excinfo.value, "msg", None) or "interrupted"))


def _new_result(node: str) -> Result:
    path = PurePosixPath(node.partition("::")[0])
    return Result(node, path.parent.name, LAYERS.get(path.stem, "behaviour"))


def _skip_reason(report: pytest.TestReport) -> str:
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return reason.removeprefix("Skipped: ")
