"""A mock that is asked the same as the server under test, once that one has been asked."""

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
    plan: CheckOptions,
    given: Mapping[str, Target | None],
    seen: Summaries,
    at: datetime,
    say: Callable[[str], None],
    tested: RunSuites,
) -> list[dict[str, Any]]:
    """The parity of each server with a mock of its vendor, written into files and said.

    The servers themselves are asked nothing more. What is left out for a server because of its mode
    is left out for the mock.
    """
    made = []
    for key, target in given.items():
        if target is None:
            continue
        say(f"{key}: a mock is asked the same")
        mock = Recorder(lambda *_: None)
        with TemporaryDirectory() as ledgers:
            wanted = replace(
                plan, vendors=(key,), url=None, target=None, mode=target.mode, report_dir=None,
                ledgers=Path(ledgers), parity="mock",
            )  # fmt: skip
            trouble = tested(wanted, mock, plan.workers or 1)
        for sentence in trouble:
            say(f"{key} cannot be compared: {sentence}")
        if not trouble:
            ours, theirs = _exchanges(key, seen), _exchanges(key, mock.summaries)
            made.append(parity.compare(key, target.url, ours, theirs, at))
            _print_parity(plan, made[-1], say)
    return made


def _print_parity(plan: CheckOptions, told: Mapping[str, Any], say: Callable[[str], None]) -> None:
    for sentence in parity.summary_lines(told):
        say(sentence)
    if plan.report_dir is not None:
        say(f"parity: {plan.report_dir / parity.write(plan.report_dir, told)}")


def _exchanges(key: str, seen: Summaries) -> list[Mapping[str, Any]]:
    return [each for part in seen if key in part for each in part[key]["exchanges"]]
