"""Run planted faults: verify the effect of each and whether the suite catches it."""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from importlib import import_module
from typing import Any

from mockvoice_contracts.harness import suites, targets
from mockvoice_contracts.mutants.catalogue import Mutant
from mockvoice_contracts.mutants.probe_client import ProbeClient
from mockvoice_contracts.mutants.results import (
    CAUGHT,
    INVALID,
    NO_EFFECT,
    SURVIVED,
    MutantResult,
    load_catching_tests,
)
from mockvoice_contracts.mutants.server_process import ServerFailed, running_server
from mockvoice_contracts.mutants.suite_run import SuiteRunError, failing_tests, first_failure

ProbeKey = tuple[str, str]  # a vendor and the name of a probe


def run_mutants(
    mutants: Sequence[Mutant], jobs: int, report: Callable[[MutantResult], None]
) -> list[MutantResult]:
    """Run planted faults, ``jobs`` at a time; report each result as soon as it is known."""
    vendors = list(dict.fromkeys(mutant.vendor for mutant in mutants))
    with ThreadPoolExecutor(jobs) as pool:
        expected = _expected_results(vendors, list(dict.fromkeys(map(_probe_key, mutants))), pool)
        results = list(
            pool.map(partial(_run_and_report, expected, load_catching_tests(), report), mutants)
        )
        problems: dict[str, str] = {}
        for problems_of_vendor in pool.map(partial(_problems_when_healthy, results), vendors):
            problems |= problems_of_vendor
        return _invalidate(results, problems, report)


def _expected_results(
    vendors: Sequence[str], keys: Sequence[ProbeKey], pool: Executor
) -> dict[ProbeKey, Any]:
    """Run the probes against healthy servers and return their results."""
    with ExitStack() as servers:

        def start(vendor: str) -> str:
            return servers.enter_context(running_server(vendor))

        def probe(key: ProbeKey) -> Any:
            return run_probe(*key, urls[key[0]])

        urls = dict(zip(vendors, pool.map(start, vendors), strict=True))
        return dict(zip(keys, pool.map(probe, keys), strict=True))


def _probe_key(mutant: Mutant) -> ProbeKey:
    return mutant.vendor, mutant.probe


def _run_and_report(
    expected: Mapping[ProbeKey, Any],
    catchers: Mapping[str, Mapping[str, str]],
    report: Callable[[MutantResult], None],
    mutant: Mutant,
) -> MutantResult:
    result = _run_mutant(
        mutant, expected[_probe_key(mutant)], catchers.get(mutant.vendor, {}).get(mutant.id)
    )
    report(result)
    return result


def _problems_when_healthy(results: Sequence[MutantResult], vendor: str) -> dict[str, str]:
    """Return why catching tests prove nothing, by test: they do not pass on a healthy server.

    The server starts now: the servers of the probes would be idle for minutes until here.
    """
    tests = {result.test for result in results if result.vendor == vendor and result.test}
    if not tests:
        return {}
    try:
        with running_server(vendor) as url:
            failing = failing_tests(vendor, url, tests)
    except (ServerFailed, SuiteRunError) as error:
        message = f"the tests could not be run on a healthy server: {error}"
        return dict.fromkeys(tests, message)
    return dict.fromkeys(failing, "the test also fails on a healthy server")


def _invalidate(
    results: Sequence[MutantResult],
    problems: Mapping[str, str],
    report: Callable[[MutantResult], None],
) -> list[MutantResult]:
    """Return the results, ``invalid`` where the test has a problem on a healthy server."""
    checked = []
    for result in results:
        problem = problems.get(result.test or "")
        if problem is not None:
            result = replace(result, verdict=INVALID, message=problem)
            report(result)
        checked.append(result)
    return checked


_COPIED_FIELDS = ("vendor", "id", "title", "rule", "operation", "evidence")


def run_probe(vendor: str, name: str, url: str) -> Any:
    """Run a probe against a server and return its result."""
    probes = import_module(f"mockvoice_contracts.mutants.probes.{vendor}")
    with targets.open_target(vendor, url) as target:
        return getattr(probes, name)(ProbeClient(target, suites.create_auth(target)))


def _run_mutant(mutant: Mutant, expected: Any, catcher: str | None) -> MutantResult:
    start = time.monotonic()
    failure, message = None, None
    try:
        with running_server(mutant.vendor, mutant.id) as url:
            if run_probe(mutant.vendor, mutant.probe, url) == expected:
                verdict, message = NO_EFFECT, f"the probe {mutant.probe} found no difference"
            else:
                failure = first_failure(mutant.vendor, url, catcher, mutant.operation)
                verdict = SURVIVED if failure is None else INVALID if failure.crashed else CAUGHT
    except (ServerFailed, SuiteRunError) as error:
        failure, verdict, message = None, INVALID, str(error)
    except Exception as error:  # A probe may fail on any response of a faulty server.
        verdict, message = INVALID, f"the probe {mutant.probe} failed: {error!r}"
    return MutantResult(
        **{name: getattr(mutant, name) for name in _COPIED_FIELDS},
        verdict=verdict,
        seconds=round(time.monotonic() - start, 1),
        test=failure.node_id if failure else None,
        caught_rule=failure.rule if failure else None,
        message=failure.message if failure else message,
    )
