"""The cost of requests of COUNT, Halo and OptiFlow as data grows, and of COUNT's signature."""

import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.load import Figures, resident_bytes, served, wrk

# Creating comes last, since it changes the number of invoices.
KINDS = ("get", "list", "deep", "filtered", "create")


def vendors(rounds: int, seconds: float, small: int, large: int) -> dict[str, dict[str, Figures]]:
    """Return p50 with few and with many invoices, and the memory of an invoice, by vendor."""
    return {
        name: _growth(name, rounds, seconds, small, large) for name in ("count", "halo", "optiflow")
    }


def _growth(vendor: str, rounds: int, seconds: float, small: int, large: int) -> dict[str, Figures]:
    samples: dict[str, dict[str, list[float]]] = {k: {"small": [], "large": []} for k in KINDS}
    with _account(vendor, small) as (few, few_pid, few_files), \
            _account(vendor, large) as (many, many_pid, many_files):  # fmt: skip
        memory = (resident_bytes(many_pid) - resident_bytes(few_pid)) / (large - small)
        for kind in KINDS:
            for _ in range(rounds):
                for size, port, files in (("small", few, few_files), ("large", many, many_files)):
                    measured = wrk(port, "replay.lua", [str(files / kind)], kind, 1, seconds)
                    samples[kind][size].append(measured["p50_ms"])
            print(f"{vendor}: {kind} measured", file=sys.stderr)
    figures = {kind: _compare(sizes) for kind, sizes in samples.items()}
    return {**figures, "memory": {"bytes_per_invoice": memory}}


def _compare(sizes: dict[str, list[float]]) -> Figures:
    small, large = statistics.median(sizes["small"]), statistics.median(sizes["large"])
    return {"small_ms": small, "large_ms": large, "ratio": large / small}


def signature(rounds: int, seconds: float, connections: int) -> Figures:
    """Return the cost of checking the signature and the token of COUNT's requests."""
    rates: dict[str, list[float]] = {"checked": [], "unchecked": []}
    with ExitStack() as stack:
        servers = {
            "checked": stack.enter_context(_account("count", 100)),
            "unchecked": stack.enter_context(_account("count-unsigned", 100)),
        }
        for _ in range(rounds):
            for name, (port, _pid, files) in servers.items():
                measured = wrk(
                    port, "replay.lua", [str(files / "get")], "get", connections, seconds
                )
                rates[name].append(measured["rps"])
    checked, unchecked = (statistics.median(rates[name]) for name in ("checked", "unchecked"))
    return {"checked_rps": checked, "unchecked_rps": unchecked, "cost": 1 - checked / unchecked}


@contextmanager
def _account(variant: str, invoices: int) -> Iterator[tuple[int, int, Path]]:
    """Start a vendor's server; yield its port, its process id and the folder with its request files."""
    with (
        tempfile.TemporaryDirectory() as folder,
        served(f"{variant}={folder}", invoices) as (port, pid),
    ):
        yield port, pid, Path(folder)
