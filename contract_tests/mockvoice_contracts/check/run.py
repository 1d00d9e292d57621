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
from mockvoice_contracts.check import report, reports
from mockvoice_contracts.check.comparison import compare_with_mock
from mockvoice_contracts.check.options import CheckError, CheckOptions
from mockvoice_contracts.check.probe import looks_real, probe
from mockvoice_contracts.check.recorder import Recorder
from mockvoice_contracts.check.terminal import Terminal
from mockvoice_contracts.harness import cleaning, targets
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
CPUS_USED = 2
INTERRUPTED = 130


def run(plan: CheckOptions) -> int:
    """Check what the plan names, and report. Gives the exit code.

    Raises ``CannotCheck`` for what one sentence says before anything has been checked.
    """
    _check_vendors(plan)
    if plan.compare is not None:
        plan = replace(plan, parity="server")
    given = {key: _prepared(plan, key) for key in plan.vendors}
    with Terminal() as screen:
        for key, target in given.items():
            if target is not None and not plan.dry_run:
                _knock(plan, key, target, screen)
        began, start = datetime.now(UTC), time.monotonic()
        recorder = Recorder(screen.step)
        with screen.progress():
            trouble = _tested(plan, recorder, _workers(plan, given))
        _sweep_up(plan, given, screen)
        if plan.dry_run:
            _say_what_would_be_sent(recorder.seen, screen)
            return report.UNCHECKED if trouble else report.HOLDS
        made = report.build(
            plan, recorder, trouble, began=began, seconds=time.monotonic() - start, seed=_seed(plan)
        )
        if plan.compare is not None and not trouble:
            made["parity"] = compare_with_mock(
                plan, given, recorder.seen, began, screen.say, _tested
            )
        if plan.report_dir is not None:
            reports.write(plan.report_dir, made)
        screen.summary(made)
        if plan.report_dir is not None:
            screen.say(f"reports: {plan.report_dir}")
    return INTERRUPTED if trouble == ["interrupted"] else int(made["exit_code"])


def _check_vendors(plan: CheckOptions) -> None:
    for key in plan.vendors:
        if key not in targets.vendor_keys():
            raise CheckError(str(targets.UnknownVendor(key)))
    if plan.url is not None and len(plan.vendors) != 1:
        raise CheckError("--url stands for one vendor's server: name one vendor")
    if plan.compare is not None and plan.url is None and plan.target is None:
        raise CheckError("--compare needs a server beside the mock: name it by --target or --url")


def _prepared(plan: CheckOptions, key: str) -> Target | None:
    """The server under test; ``None`` for a mock of our own, which is started later."""
    try:
        settings = targets.target_settings(key, plan.url, plan.target, plan.mode)
        if settings is None:
            return None
        return None if plan.dry_run else targets.from_settings(settings)
    except targets.InvalidTargetConfiguration as error:
        raise CheckError(str(error)) from error


def _knock(plan: CheckOptions, key: str, target: Target, screen: Terminal) -> None:
    """Make sure that the right server answers and that what is planned may be done to it."""
    contract, auth = Contract(targets.document(key), closed=False), _caller(target)
    probe(contract, target, auth, targets.vendor_of(key).title)
    asks = target.mode == "full" and not plan.may_be_changed
    if asks and (reason := looks_real(contract, target, auth)):
        raise CheckError(
            f"mode full changes and deletes anything, and {reason}: "
            "say --yes-this-account-may-be-changed if that is meant"
        )
    _sweep_up(plan, {key: target}, screen)
    if not target.is_mock and plan.mode is None and target.mode == "read-only":
        screen.say(f"{target.url} is not known to be a mock, so that it is only read (see --mode)")


def _sweep_up(plan: CheckOptions, given: Mapping[str, Target | None], screen: Terminal) -> None:
    """Remove what runs that were killed have left in mode own-data."""
    folder = plan.ledgers or default_folder()
    for key, target in given.items():
        if target is None or target.mode != "own-data" or not folder.is_dir():
            continue
        for ledger in Ledger.left(folder, key, target.url):
            number = len(ledger.created)
            watch = TargetSession(
                target, Contract(targets.document(key), closed=False), ledger=ledger
            )
            for request in ledger.unanswered:
                screen.say(
                    f"a run was killed while it waited for {request}: look what has become of it"
                )
            with _watched(watch):
                left = cleaning.clean_up(watch, _caller(target))
            if number:
                screen.say(
                    f"{number - len(left)} of {number} records of a run that was killed are gone"
                )


@contextmanager
def _watched(watch: TargetSession) -> Iterator[None]:
    wire = RequestGate()
    wire.add(watch)
    with wire.installed():
        yield


def _caller(target: Target) -> AuthBase:
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
    alone = [each for each in given.values() if each is not None and not _lends_worlds(each)]
    return 1 if alone else min(CPUS_USED, os.cpu_count() or 1)


def _lends_worlds(target: Target) -> bool:
    return target.control is not None and target.control.supports_sandboxes()


def _tested(plan: CheckOptions, recorder: Recorder, workers: int) -> list[str]:
    """Run the suites; gives why they could not be run, if so."""
    former = dict(os.environ)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    os.environ.pop("PYTEST_ADDOPTS", None)
    # What Hypothesis keeps would else lie wherever the check was started. It saves seconds.
    os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(cache_folder() / "hypothesis"))
    try:
        code = pytest.main(_arguments(plan, workers), plugins=[recorder])
    finally:
        os.environ.clear()
        os.environ.update(former)
    trouble = list(dict.fromkeys(recorder.trouble))
    if not trouble and code == pytest.ExitCode.NO_TESTS_COLLECTED:
        trouble = [f"nothing is selected by {plan.select!r}"]
    elif not trouble and code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        trouble = [f"the suites could not be run (pytest ended with {int(code)})"]
    return trouble


def _arguments(plan: CheckOptions, workers: int) -> list[str]:
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


def _say_what_would_be_sent(seen: list[dict[str, Any]], screen: Terminal) -> None:
    for part in seen:
        for key, each in part.items():
            screen.say(f"{key}, mode {each['mode']}: {each['requests']} requests")
            for name, number in sorted(each["sent"].items()):
                screen.say(f"  {number:6} {name}")
