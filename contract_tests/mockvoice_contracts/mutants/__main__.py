"""``python -m mockvoice_contracts.mutants``: plant each fault and report whether a suite catches it."""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from mockvoice_contracts.mutants.catalogue import VENDORS, InvalidEntry, Mutant, load_catalogue
from mockvoice_contracts.mutants.outcomes import (
    CAUGHT,
    INVALID,
    NO_EFFECT,
    MutantResult,
    save_catching_tests,
    write_report,
)
from mockvoice_contracts.mutants.run import run_mutants

REQUIRED_PERCENT = 95
MAX_LINE_CHARS = 200  # characters of a message


def main(arguments: Sequence[str] | None = None) -> int:
    """Return exit code 0 if enough faults are caught and all are valid, 1 if not, 2 for a usage error."""
    options = _parser().parse_args(arguments)
    try:
        mutants = [each for key in options.vendor or VENDORS for each in _select(key, options.only)]
    except InvalidEntry as error:
        print(error, file=sys.stderr)
        return 2
    if not mutants:
        print(f"unknown planted fault: {', '.join(options.only)}", file=sys.stderr)
        return 2
    start = time.monotonic()
    outcomes = run_mutants(mutants, options.jobs, _print_outcome)
    if options.remember:
        save_catching_tests(outcomes)
    write_report(options.report, outcomes)
    return _print_summary(outcomes, time.monotonic() - start, options.report)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m mockvoice_contracts.mutants",
        description="Plant faults into the mock, one at a time, and report which the suites catch.",
    )
    parser.add_argument(
        "--vendor", action="append", choices=VENDORS, help="vendor; may be repeated (default: all)"
    )
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="ID",
        help="run only this fault; may be repeated",
    )
    parser.add_argument(
        "--jobs", type=int, default=2, help="number of parallel servers (default: 2)"
    )
    parser.add_argument(
        "--remember",
        action="store_true",
        help="save which test caught each fault, to run it first next time",
    )
    parser.add_argument("--report", type=Path, default=Path("reports/mutants.json"))
    return parser


def _select(vendor: str, only: Sequence[str]) -> list[Mutant]:
    return [each for each in load_catalogue(vendor).values() if not only or each.id in only]


def _print_outcome(outcome: MutantResult) -> None:
    print(
        f"{outcome.verdict:10}{outcome.seconds:6.1f} s  {outcome.vendor} {outcome.id}: {outcome.title}"
    )
    if outcome.verdict == CAUGHT and outcome.test:
        print(
            f"{'':20}{outcome.caught_rule}: {outcome.test.removeprefix('contract_tests/mockvoice_contracts/suites/')}"
        )
    for line in (outcome.message or f"No test checks: {outcome.rule}").splitlines()[:2]:
        print(f"{'':20}{line[:MAX_LINE_CHARS]}")
    sys.stdout.flush()


def _print_summary(outcomes: Sequence[MutantResult], seconds: float, report: Path) -> int:
    caught = sum(outcome.verdict == CAUGHT for outcome in outcomes)
    unusable = [outcome for outcome in outcomes if outcome.verdict in (NO_EFFECT, INVALID)]
    percent = 100 * caught / len(outcomes)
    print(
        f"caught {caught} of {len(outcomes)} ({percent:.1f} %), "
        f"no effect or invalid: {len(unusable)}, in {seconds:.0f} s; report: {report}"
    )
    return 0 if percent >= REQUIRED_PERCENT and not unusable else 1


if __name__ == "__main__":
    sys.exit(main())
