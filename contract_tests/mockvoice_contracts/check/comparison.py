"""Comparison of a server under test with a mock that gets the same requests afterwards."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from mockvoice_contracts.check import parity
from mockvoice_contracts.check.options import CheckOptions
from mockvoice_contracts.check.recorder import Recorder
from mockvoice_contracts.harness.targets import Target

RunSuites = Callable[[CheckOptions, Recorder, int], list[str]]
Summaries = Sequence[Mapping[str, Any]]


def compare_with_mock(
    options: CheckOptions,
    targets: Mapping[str, Target | None],
    summaries: Summaries,
    at: datetime,
    print_line: Callable[[str], None],
    run_suites: RunSuites,
) -> list[dict[str, Any]]:
    """Return the parity of each server with a mock of its vendor; print it and write it to files.

    The servers get no further requests. The mock runs with the server's mode, so both skip the
    same tests.
    """
    results = []
    for key, target in targets.items():
        if target is None:
            continue
        print_line(f"{key}: sending the same requests to a mock")
        mock_recorder = Recorder(lambda *_: None)
        with TemporaryDirectory() as ledgers:
            mock_options = replace(
                options, vendors=(key,), url=None, target=None, mode=target.mode, report_dir=None,
                ledgers=Path(ledgers), record_shapes_of="mock",
            )  # fmt: skip
            problems = run_suites(mock_options, mock_recorder, options.workers or 1)
        for problem in problems:
            print_line(f"{key} cannot be compared: {problem}")
        if not problems:
            server = _exchanges(key, summaries)
            mock = _exchanges(key, mock_recorder.summaries)
            result = parity.compare(key, target.url, server, mock, at)
            if warning := target.connection.warning(target.url):
                result["warnings"] = [warning]
            _print_parity(options, result, print_line)
            results.append(result)
    return results


def _print_parity(
    options: CheckOptions, result: Mapping[str, Any], print_line: Callable[[str], None]
) -> None:
    for line in parity.summary_lines(result):
        print_line(line)
    if options.report_dir is not None:
        print_line(f"parity: {options.report_dir / parity.write(options.report_dir, result)}")


def _exchanges(key: str, summaries: Summaries) -> list[Mapping[str, Any]]:
    return [
        exchange
        for summary in summaries
        if key in summary
        for exchange in summary[key]["exchanges"]
    ]
