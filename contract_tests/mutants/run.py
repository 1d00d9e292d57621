"""One planted fault after the other: is it alive, and does the suite find it?"""

import json
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from contract_tests.harness import targets
from contract_tests.mutants.asking import Ask
from contract_tests.mutants.catalogue import HERE, Mutant
from contract_tests.mutants.serving import DidNotStart, served
from contract_tests.mutants.suite import SuiteBroken, first_finding

CAUGHT, SURVIVED, DEAD, BROKEN = "caught", "survived", "dead", "broken"
CATCHERS = HERE / "catchers.json"

Seen = Mapping[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What became of one planted fault.

    ``caught`` by a test, ``survived`` the suite, ``dead`` because nothing shows it, or ``broken``:
    the fault does not fit any more, or does not leave a server that answers.
    """

    vendor: str
    id: str
    title: str
    rule: str
    operation: str
    evidence: str
    verdict: str
    seconds: float
    test: str | None = None
    caught_rule: str | None = None  # the test's name as a sentence
    message: str | None = None


def outcomes(
    vendor: str, mutants: Iterable[Mutant], jobs: int, tell: Callable[[Outcome], None]
) -> list[Outcome]:
    """What becomes of a vendor's faults, so many at a time; each is told as soon as it is known."""
    chosen = list(mutants)
    healthy = _seen_healthy(vendor, {each.probe for each in chosen})
    likely = catchers().get(vendor, {})

    def outcome(mutant: Mutant) -> Outcome:
        found = _outcome(mutant, healthy, likely.get(mutant.id))
        tell(found)
        return found

    with ThreadPoolExecutor(jobs) as pool:
        return list(pool.map(outcome, chosen))


_COPIED = ("vendor", "id", "title", "rule", "operation", "evidence")


def probe(vendor: str, name: str, url: str) -> Any:
    """What a probe sees at a server."""
    probes = import_module(f"contract_tests.mutants.probes.{vendor}")
    with targets.opened(vendor, url) as target:
        return getattr(probes, name)(Ask(target, probes.auth(target)))


def _seen_healthy(vendor: str, names: Iterable[str]) -> Seen:
    with served(vendor) as url:
        return {name: probe(vendor, name, url) for name in sorted(names)}


def _outcome(mutant: Mutant, healthy: Seen, likely: str | None) -> Outcome:
    begun = time.monotonic()
    finding, message = None, None
    try:
        with served(mutant.vendor, mutant.id) as url:
            if probe(mutant.vendor, mutant.probe, url) == healthy[mutant.probe]:
                verdict, message = DEAD, f"the probe {mutant.probe} sees no difference"
            else:
                finding = first_finding(mutant.vendor, url, likely)
                verdict = SURVIVED if finding is None else BROKEN if finding.crashed else CAUGHT
    except (DidNotStart, SuiteBroken) as error:
        verdict, message = BROKEN, str(error)
    except Exception as error:  # a probe may stumble over anything that a faulty server says
        verdict, message = BROKEN, f"the probe {mutant.probe}: {error!r}"
    return Outcome(
        **{name: getattr(mutant, name) for name in _COPIED},
        verdict=verdict,
        seconds=round(time.monotonic() - begun, 1),
        test=finding.test if finding else None,
        caught_rule=finding.rule if finding else None,
        message=finding.message if finding else message,
    )


def catchers() -> dict[str, dict[str, str]]:
    """By vendor and fault, the test that found it last, which is asked first the next time."""
    known: dict[str, dict[str, str]] = json.loads(CATCHERS.read_text("utf-8"))
    return known


def remember(found: Iterable[Outcome]) -> None:
    """Keep who caught what, for the next run."""
    known = catchers()
    for each in found:
        if each.verdict == CAUGHT and each.test:
            known.setdefault(each.vendor, {})[each.id] = each.test
    CATCHERS.write_text(_pretty(known), "utf-8")


def write_report(path: Path, found: Iterable[Outcome]) -> None:
    """The outcomes as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_pretty([asdict(each) for each in found]), "utf-8")


def _pretty(data: Any) -> str:
    return json.dumps(data, indent=2, ensure_ascii=False, sort_keys=isinstance(data, dict)) + "\n"
