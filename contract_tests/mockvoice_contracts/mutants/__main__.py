"""``python -m mockvoice_contracts.mutants``: what the suites catch, fault by fault."""

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
    Outcome,
    save_catchers,
    write_report,
)
from mockvoice_contracts.mutants.run import run_mutants

REQUIRED_PERCENT = 95
MAX_LINE_CHARS = 200  # characters of a message


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0 if enough is caught and every fault is alive, 1 if not, 2 for a bad question."""
    given = _parser().parse_args(arguments)
    try:
        chosen = [each for key in given.vendor or VENDORS for each in _select(key, given.only)]
    except InvalidEntry as error:
        print(error, file=sys.stderr)
        return 2
    if not chosen:
        print(f"there is no planted fault {', '.join(given.only)}", file=sys.stderr)
        return 2
    begun = time.monotonic()
    found = run_mutants(chosen, given.jobs, _print_outcome)
    if given.remember:
        save_catchers(found)
    write_report(given.report, found)
    return _print_summary(found, time.monotonic() - begun, given.report)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m mockvoice_contracts.mutants",
        description="Plants faults into the mock, one at a time, and sees what the suites catch.",
    )
    parser.add_argument(
        "--vendor", action="append", choices=VENDORS, help="may be repeated; default: all"
    )
    parser.add_argument(
        "--only", action="append", default=[], metavar="ID", help="this fault; may be repeated"
    )
    parser.add_argument("--jobs", type=int, default=2, help="servers at a time (default: 2)")
    parser.add_argument(
        "--remember", action="store_true", help="ask the test that caught a fault first, next time"
    )
    parser.add_argument("--report", type=Path, default=Path("reports/mutants.json"))
    return parser


def _select(vendor: str, only: Sequence[str]) -> list[Mutant]:
    return [each for each in load_catalogue(vendor).values() if not only or each.id in only]


def _print_outcome(found: Outcome) -> None:
    print(f"{found.verdict:9}{found.seconds:6.1f} s  {found.vendor} {found.id}: {found.title}")
    if found.verdict == CAUGHT and found.test:
        print(
            f"{'':19}{found.caught_rule}: {found.test.removeprefix('contract_tests/mockvoice_contracts/suites/')}"
        )
    for line in (found.message or f"Nothing says: {found.rule}").splitlines()[:2]:
        print(f"{'':19}{line[:MAX_LINE_CHARS]}")
    sys.stdout.flush()


def _print_summary(found: Sequence[Outcome], seconds: float, report: Path) -> int:
    caught = sum(each.verdict == CAUGHT for each in found)
    lame = [each for each in found if each.verdict in (NO_EFFECT, INVALID)]
    percent = 100 * caught / len(found)
    print(
        f"caught {caught} of {len(found)} ({percent:.1f} %), dead or broken {len(lame)}, "
        f"in {seconds:.0f} s; {report}"
    )
    return 0 if percent >= REQUIRED_PERCENT and not lame else 1


if __name__ == "__main__":
    sys.exit(main())
