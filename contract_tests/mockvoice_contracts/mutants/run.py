"""One planted fault after the other: is it alive, and does the suite find it?"""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from importlib import import_module
from typing import Any

from mockvoice_contracts.harness import targets
from mockvoice_contracts.mutants.catalogue import Mutant
from mockvoice_contracts.mutants.outcomes import (
    CAUGHT,
    INVALID,
    NO_EFFECT,
    SURVIVED,
    Outcome,
    load_catchers,
)
from mockvoice_contracts.mutants.probe_client import ProbeClient
from mockvoice_contracts.mutants.server_process import ServerStartFailed, running_server
from mockvoice_contracts.mutants.suite_run import SuiteRunFailed, failing_tests, first_failure

ProbeKey = tuple[str, str]  # a vendor, and a probe of its


def run_mutants(
    chosen: Sequence[Mutant], jobs: int, tell: Callable[[Outcome], None]
) -> list[Outcome]:
    """What becomes of planted faults, so many at a time; each is told as soon as it is known."""
    vendors = list(dict.fromkeys(each.vendor for each in chosen))
    sights = list(dict.fromkeys(map(_probe_key, chosen)))
    with ExitStack() as servers, ThreadPoolExecutor(jobs) as pool:

        def start(vendor: str) -> str:
            return servers.enter_context(running_server(vendor))

        def look(sight: ProbeKey) -> Any:
            return run_probe(*sight, healthy[sight[0]])

        healthy = dict(zip(vendors, pool.map(start, vendors), strict=True))
        seen = dict(zip(sights, pool.map(look, sights), strict=True))
        found = list(pool.map(partial(_run_and_report, seen, load_catchers(), tell), chosen))
        wrong = pool.map(partial(_failing_when_healthy, healthy, found), vendors)
        return _invalidate(found, set().union(*wrong), tell)


def _probe_key(mutant: Mutant) -> ProbeKey:
    return mutant.vendor, mutant.probe


def _run_and_report(
    seen: Mapping[ProbeKey, Any],
    likely: Mapping[str, Mapping[str, str]],
    tell: Callable[[Outcome], None],
    mutant: Mutant,
) -> Outcome:
    found = _run_mutant(
        mutant, seen[_probe_key(mutant)], likely.get(mutant.vendor, {}).get(mutant.id)
    )
    tell(found)
    return found


def _failing_when_healthy(
    healthy: Mapping[str, str], found: Sequence[Outcome], vendor: str
) -> set[str]:
    """Of the tests that found something, those that find it at a healthy server, too."""
    asked = {each.test for each in found if each.vendor == vendor and each.test}
    return failing_tests(vendor, healthy[vendor], asked) if asked else set()


def _invalidate(
    found: Sequence[Outcome], wrong: Collection[str], tell: Callable[[Outcome], None]
) -> list[Outcome]:
    """The same outcomes, but broken where the test fails at a healthy server just as well."""
    founded = []
    for each in found:
        if each.test in wrong:
            each = replace(each, verdict=INVALID, message="It fails at a healthy server, too")
            tell(each)
        founded.append(each)
    return founded


_COPIED_FIELDS = ("vendor", "id", "title", "rule", "operation", "evidence")


def run_probe(vendor: str, name: str, url: str) -> Any:
    """What a probe sees at a server."""
    probes = import_module(f"mockvoice_contracts.mutants.probes.{vendor}")
    caller = import_module(f"mockvoice_contracts.suites.{vendor}.auth").caller
    with targets.open_target(vendor, url) as target:
        return getattr(probes, name)(ProbeClient(target, caller(target)))


def _run_mutant(mutant: Mutant, healthy: Any, likely: str | None) -> Outcome:
    begun = time.monotonic()
    finding, message = None, None
    try:
        with running_server(mutant.vendor, mutant.id) as url:
            if run_probe(mutant.vendor, mutant.probe, url) == healthy:
                verdict, message = NO_EFFECT, f"the probe {mutant.probe} sees no difference"
            else:
                finding = first_failure(mutant.vendor, url, likely)
                verdict = SURVIVED if finding is None else INVALID if finding.crashed else CAUGHT
    except (ServerStartFailed, SuiteRunFailed) as error:
        verdict, message = INVALID, str(error)
    except Exception as error:  # a probe may stumble over anything that a faulty server says
        verdict, message = INVALID, f"the probe {mutant.probe}: {error!r}"
    return Outcome(
        **{name: getattr(mutant, name) for name in _COPIED_FIELDS},
        verdict=verdict,
        seconds=round(time.monotonic() - begun, 1),
        test=finding.node_id if finding else None,
        caught_rule=finding.rule if finding else None,
        message=finding.message if finding else message,
    )
