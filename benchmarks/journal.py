"""What the journal costs: the same requests with it and without it, in turn."""

import statistics
from contextlib import ExitStack

from benchmarks.load import KEY, Figures, served, wrk

INVOICES = 1000


def journal(rounds: int, seconds: float, connections: int) -> dict[str, Figures]:
    """Requests a second with and without, and the share that the journal takes, by kind."""
    kinds = ("get", "list", "refused")
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
    return {kind: _figures(each) for kind, each in rates.items()}


def _figures(rates: dict[str, list[float]]) -> Figures:
    kept, plain = (statistics.median(rates[name]) for name in ("journal", "ours"))
    # Of two neighbouring measurements, since the machine is not always as fast.
    pairs = zip(rates["journal"], rates["ours"], strict=True)
    cost = 1 - statistics.median(one / other for one, other in pairs)
    return {"with_rps": kept, "without_rps": plain, "cost": cost}
