"""The cost of the journal: the same requests with and without it, alternately."""

import statistics
from contextlib import ExitStack

from benchmarks.load import KEY, Figures, served, wrk

INVOICES = 1000


def journal(rounds: int, seconds: float, connections: int) -> dict[str, Figures]:
    """Return requests a second with and without the journal, and its relative cost, by kind."""
    kinds = ("get", "list", "rejected")
    rates: dict[str, dict[str, list[float]]] = {k: {"journal": [], "ours": []} for k in kinds}
    with ExitStack() as stack:
        ports = {
            name: stack.enter_context(served(name, INVOICES))[0] for name in ("journal", "ours")
        }
        for kind in kinds:
            for _ in range(rounds):
                for name, port in ports.items():
                    arguments = [kind, str(INVOICES), KEY]
                    measured = wrk(port, "wrk.lua", arguments, kind, connections, seconds)
                    rates[kind][name].append(measured["rps"])
    return {kind: _figures(samples) for kind, samples in rates.items()}


def _figures(rates: dict[str, list[float]]) -> Figures:
    with_journal, without = (statistics.median(rates[name]) for name in ("journal", "ours"))
    # Consecutive measurements are compared, because the speed of the machine varies.
    pairs = zip(rates["journal"], rates["ours"], strict=True)
    cost = 1 - statistics.median(logged / unlogged for logged, unlogged in pairs)
    return {"with_rps": with_journal, "without_rps": without, "cost": cost}
