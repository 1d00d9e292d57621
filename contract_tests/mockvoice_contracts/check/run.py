"""A check from its command line to its exit code."""

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from requests.auth import AuthBase

import mockvoice_contracts
from mockvoice_contracts.check import report, report_files
from mockvoice_contracts.check.comparison import compare_with_mock
from mockvoice_contracts.check.options import CheckError, CheckOptions
from mockvoice_contracts.check.probe import probe, production_reason
from mockvoice_contracts.check.recorder import Recorder
from mockvoice_contracts.check.terminal import Terminal
from mockvoice_contracts.harness import cleanup, targets
from mockvoice_contracts.harness.contract import Contract
from mockvoice_contracts.harness.ledger import Ledger, cache_folder, default_folder
from mockvoice_contracts.harness.request_gate import RequestGate, TargetSession
from mockvoice_contracts.harness.targets import Target

SUITES = Path(mockvoice_contracts.__file__).parent / "suites"
INI = Path(__file__).with_name("pytest.ini")
PLUGINS = (
    "_hypothesis_pytestplugin", "schemathesis.pytest.plugin", "xdist.plugin", "xdist.looponfail",
    "mockvoice_contracts.pytest_plugin",
)  # fmt: skip
DEFAULT_SEED = 1
DEFAULT_WORKERS = 2
INTERRUPTED = 130


def run(plan: CheckOptions) -> int:
    """Check what the plan names, and report. Gives the exit code.

    Raises ``CannotCheck`` for what one sentence says before anything has been checked.
    """
    _validate_options(plan)
    if plan.compare is not None:
        plan = replace(plan, parity="server")
    given = {key: _resolve_target(plan, key) for key in plan.vendors}
    with Terminal() as screen:
        for key, target in given.items():
            if target is not None and not plan.dry_run:
                _probe_target(plan, key, target, screen)
        began, start = datetime.now(UTC), time.monotonic()
        recorder = Recorder(screen.update_progress)
        with screen.progress():
            trouble = _run_suites(plan, recorder, _workers(plan, given))
        _delete_leftovers(plan, given, screen)
        if plan.dry_run:
            _print_planned_requests(recorder.summaries, screen)
            return report.UNCHECKED if trouble else report.HOLDS
        made = report.build(
            plan, recorder, trouble, began=began, seconds=time.monotonic() - start, seed=_seed(plan)
        )
        if plan.compare is not None and not trouble:
            made["parity"] = compare_with_mock(
                plan, given, recorder.summaries, began, screen.print_line, _run_suites
            )
        if plan.report_dir is not None:
            report_files.write(plan.report_dir, made)
        screen.print_summary(made)
        if plan.report_dir is not None:
            screen.print_line(f"reports: {plan.report_dir}")
    return INTERRUPTED if trouble == ["interrupted"] else int(made["exit_code"])


def _validate_options(plan: CheckOptions) -> None:
    for key in plan.vendors:
        if key not in targets.vendor_keys():
            raise CheckError(str(targets.UnknownVendor(key)))
    if plan.url is not None and len(plan.vendors) != 1:
        raise CheckError("--url stands for one vendor's server: name one vendor")
    if plan.compare is not None and plan.url is None and plan.target is None:
        raise CheckError("--compare needs a server beside the mock: name it by --target or --url")


def _resolve_target(plan: CheckOptions, key: str) -> Target | None:
    """The server under test; ``None`` for a mock of our own, which is started later."""
    try:
        settings = targets.target_settings(key, plan.url, plan.target, plan.mode)
        if settings is None:
            return None
        return None if plan.dry_run else targets.from_settings(settings)
    except targets.InvalidTargetConfiguration as error:
        raise CheckError(str(error)) from error


def _probe_target(plan: CheckOptions, key: str, target: Target, screen: Terminal) -> None:
    """Make sure that the right server answers and that what is planned may be done to it."""
    contract, auth = Contract(targets.document(key), closed=False), _auth_for(target)
    probe(contract, target, auth, targets.vendor_of(key).title)
    asks = target.mode == "full" and not plan.may_be_changed
    if asks and (reason := production_reason(contract, target, auth)):
        raise CheckError(
            f"mode full changes and deletes anything, and {reason}: "
            "say --yes-this-account-may-be-changed if that is meant"
        )
    _delete_leftovers(plan, {key: target}, screen)
    if not target.is_mock and plan.mode is None and target.mode == "read-only":
        screen.print_line(
            f"{target.url} is not known to be a mock, so that it is only read (see --mode)"
        )


def _delete_leftovers(
    plan: CheckOptions, given: Mapping[str, Target | None], screen: Terminal
) -> None:
    """Remove what runs that were killed have left in mode own-data."""
    folder = plan.ledgers or default_folder()
    for key, target in given.items():
        if target is None or target.mode != "own-data" or not folder.is_dir():
            continue
        for ledger in Ledger.abandoned(folder, key, target.url):
            number = len(ledger.created)
            watch = TargetSession(
                target, Contract(targets.document(key), closed=False), ledger=ledger
            )
            for request in ledger.unanswered:
                screen.print_line(
                    f"a run was killed while it waited for {request}: look what has become of it"
                )
            with _gate_installed(watch):
                left = cleanup.delete_created_records(watch, _auth_for(target))
            if number:
                screen.print_line(
                    f"{number - len(left)} of {number} records of a run that was killed are gone"
                )


@contextmanager
def _gate_installed(watch: TargetSession) -> Iterator[None]:
    wire = RequestGate()
    wire.register(watch)
    with wire.installed():
        yield


def _auth_for(target: Target) -> AuthBase:
    made: AuthBase = import_module(f"mockvoice_contracts.suites.{target.vendor}.auth").caller(
        target
    )
    return made


def _seed(plan: CheckOptions) -> int:
    return DEFAULT_SEED if plan.seed is None else plan.seed


def _workers(plan: CheckOptions, given: Mapping[str, Target | None]) -> int:
    """Parallel only where every worker has a world of its own, unless it is asked for."""
    if plan.workers is not None:
        return plan.workers
    alone = [each for each in given.values() if each is not None and not _supports_sandboxes(each)]
    return 1 if alone else min(DEFAULT_WORKERS, os.cpu_count() or 1)


def _supports_sandboxes(target: Target) -> bool:
    return target.control is not None and target.control.supports_sandboxes()


def _run_suites(plan: CheckOptions, recorder: Recorder, workers: int) -> list[str]:
    """Run the suites; gives why they could not be run, if so."""
    former = dict(os.environ)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    os.environ.pop("PYTEST_ADDOPTS", None)
    # What Hypothesis keeps would else lie wherever the check was started. It saves seconds.
    os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(cache_folder() / "hypothesis"))
    try:
        code = pytest.main(_pytest_arguments(plan, workers), plugins=[recorder])
    finally:
        os.environ.clear()
        os.environ.update(former)
    trouble = list(dict.fromkeys(recorder.trouble))
    if not trouble and code == pytest.ExitCode.NO_TESTS_COLLECTED:
        trouble = [f"nothing is selected by {plan.select!r}"]
    elif not trouble and code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        trouble = [f"the suites could not be run (pytest ended with {int(code)})"]
    return trouble


def _pytest_arguments(plan: CheckOptions, workers: int) -> list[str]:
    options: dict[str, Any] = {
        "--target": plan.target and plan.target.resolve(),
        "--url": plan.url,
        "--mode": plan.mode,
        "--seed": _seed(plan),
        "--hypothesis-seed": _seed(plan),
        "--max-examples": plan.max_examples,
        "--ledgers": plan.ledgers and plan.ledgers.resolve(),
        "--junitxml": plan.report_dir and (plan.report_dir / "junit.xml").resolve(),
        "-k": plan.select,
    }
    words = ["-c", str(INI), f"--rootdir={SUITES.parent}", f"--confcutdir={SUITES}"]
    for plugin in PLUGINS:
        words += ["-p", plugin]
    for name, value in options.items():
        if value is not None:
            words += [f"{name}={value}"] if name.startswith("--") else [name, str(value)]
    words += ["--strict-assumptions"] if plan.strict_assumptions else []
    words += ["--as-if"] if plan.dry_run else []
    words += [f"--parity={plan.parity}"] if plan.parity else []
    words += ["--ignore-glob=*/test_contract.py"] if plan.parity == "mock" else []
    words += ["-n", str(workers), "--dist", "worksteal"] if workers > 1 else []
    for vendor in plan.vendors:
        words += [f"--vendor={vendor}"]
    return [*words, *(str(SUITES / vendor) for vendor in plan.vendors)]


def _print_planned_requests(seen: list[dict[str, Any]], screen: Terminal) -> None:
    for part in seen:
        for key, each in part.items():
            screen.print_line(f"{key}, mode {each['mode']}: {each['requests']} requests")
            for name, number in sorted(each["sent"].items()):
                screen.print_line(f"  {number:6} {name}")
