"""``python -m mockvoice_contracts.mutants``: plant each fault and report whether a suite catches it."""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from mockvoice_contracts.mutants.catalogue import VENDORS, InvalidEntry, Mutant, load_catalogue
from mockvoice_contracts.mutants.results import (
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
        mutants = [
            mutant for key in options.vendor or VENDORS for mutant in _select(key, options.only)
        ]
    except InvalidEntry as error:
        print(error, file=sys.stderr)
        return 2
    if not mutants:
        print(f"unknown planted fault: {', '.join(options.only)}", file=sys.stderr)
        return 2
    start = time.monotonic()
    results = run_mutants(mutants, options.jobs, _print_result)
    if options.remember:
        save_catching_tests(results)
    write_report(options.report, results)
    return _print_summary(results, time.monotonic() - start, options.report)


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
    return [mutant for mutant in load_catalogue(vendor).values() if not only or mutant.id in only]


def _print_result(result: MutantResult) -> None:
    print(
        f"{result.verdict:10}{result.seconds:6.1f} s  {result.vendor} {result.id}: {result.title}"
    )
    if result.verdict == CAUGHT and result.test:
        print(
            f"{'':20}{result.caught_rule}: {result.test.removeprefix('contract_tests/mockvoice_contracts/suites/')}"
        )
    for line in (result.message or f"No test checks: {result.rule}").splitlines()[:2]:
        print(f"{'':20}{line[:MAX_LINE_CHARS]}")
    sys.stdout.flush()


def _print_summary(results: Sequence[MutantResult], seconds: float, report: Path) -> int:
    caught = sum(result.verdict == CAUGHT for result in results)
    unusable = [result for result in results if result.verdict in (NO_EFFECT, INVALID)]
    percent = 100 * caught / len(results)
    print(
        f"caught {caught} of {len(results)} ({percent:.1f} %), "
        f"no effect or invalid: {len(unusable)}, in {seconds:.0f} s; report: {report}"
    )
    return 0 if percent >= REQUIRED_PERCENT and not unusable else 1


if __name__ == "__main__":
    sys.exit(main())
