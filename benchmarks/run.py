"""``make bench``: all comparisons in one run, interleaved, so that drift cancels out.

Needs wrk (a Debian package); Node for the comparison with Prism, and Java for that with WireMock. All servers listen on
127.0.0.1 and stop at the end. Writes ``benchmarks/results/latest.json`` and prints a table.
"""

import argparse
import json
import os
import platform
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from benchmarks import wiremock
from benchmarks.console import console
from benchmarks.journal import journal
from benchmarks.load import (
    HERE,
    KEY,
    Figures,
    environment,
    figures,
    free_port,
    resident_bytes,
    running,
    served,
    start_wrk,
    wait_until_ready,
    wrk,
)
from benchmarks.sandboxes import sandboxes
from benchmarks.seeding import seeding
from benchmarks.stalls import longest_stalls
from benchmarks.state import measure_state
from benchmarks.vendors import signature, vendors

SMALL = 1000  # invoices of the small data set
SEEDED = 10_000  # invoices of a seeded sandbox
KINDS = ("get", "list", "write", "rejected")
# Creating comes last: the small server would soon have many invoices, and pages of invoices without
# lines.
GROWTH_KINDS = ("get", "list", "deep", "filtered", "create")


def main() -> int:
    options = _options()
    if shutil.which("wrk") is None:
        print("bench: wrk is missing; on Debian: apt-get install wrk", file=sys.stderr)
        return 2
    results: dict[str, object] = {
        "machine": {"python": platform.python_version(), "cores": os.cpu_count()},
    }
    stages: dict[str, Callable[[], object]] = {
        "startup_seconds": lambda: startup(options.starts),
        "side_by_side": lambda: side_by_side(options),
        "growth": lambda: growth(options),
        "fill": lambda: fill(options.large),
        "journal": lambda: journal(options.rounds, options.seconds, options.connections),
        "seeding": lambda: seeding(SEEDED),
        "console": lambda: console(SEEDED),
        "signature": lambda: signature(options.rounds, options.seconds, options.connections),
        "sandboxes": lambda: sandboxes(options.rounds, options.large),
        "vendors": lambda: vendors(options.rounds, options.seconds, SMALL, options.large),
        "stalls": longest_stalls,
        "state": lambda: measure_state(options.rounds, options.seconds),
    }
    folder = HERE / "results"
    folder.mkdir(exist_ok=True)
    for name in options.stages or stages:
        results[name] = stages[name]()
        (folder / "latest.json").write_text(json.dumps(results, indent=2) + "\n")
    print(table(results))
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="interleaved rounds")
    parser.add_argument("--seconds", type=float, default=2, help="duration of one measurement")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--large", type=int, default=100_000, help="invoices of the large data set")
    parser.add_argument(
        "--stages",
        nargs="*",
        help="startup_seconds, side_by_side, growth, fill, seeding, console, journal, signature, sandboxes, vendors, stalls, state; default: all",
    )
    parser.add_argument("--starts", type=int, default=5, help="number of start-ups to measure")
    return parser.parse_args()


def startup(times: int) -> Figures:
    """Return the seconds from the start of the process to the first response, with the demo data."""
    samples = []
    for _ in range(times):
        port = free_port()
        started = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "mockvoice", "serve", "--vendor", "growcrm", "--port", str(port)],
            cwd=HERE.parent, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            wait_until_ready(port + 2, process, seconds=60)
            samples.append(time.perf_counter() - started)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(10)
    return {"median": statistics.median(samples), "best": min(samples)}


def measure(port: int, kind: str, invoices: int, connections: int, seconds: float) -> Figures:
    """Measure one kind of Grow CRM's requests on one server."""
    return wrk(port, "wrk.lua", [kind, str(invoices), KEY], kind, connections, seconds)


def side_by_side(options: argparse.Namespace) -> dict[str, dict[str, Figures]]:
    """Measure each kind of request on every server, round by round; return the medians."""
    variants = ["ours", "bare", "async", "flask"]
    if _install_static_mocks():
        variants.append("prism")
    with ExitStack() as stack:
        ports = {v: stack.enter_context(served(v, SMALL))[0] for v in variants}
        if (program := wiremock.jar()) is not None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            wiremock.write_stubs(folder, ports["ours"])
            ports["wiremock"] = port = free_port()
            stack.enter_context(running(wiremock.command(program, folder, port), port))
        for variant, port in ports.items():
            for kind in _kinds(variant):
                # Java compiles code while it runs, which takes some seconds.
                seconds = 8 if variant == "wiremock" else 1
                measure(port, kind, SMALL, options.connections, seconds)
        rounds: dict[str, dict[str, list[Figures]]] = {v: {k: [] for k in KINDS} for v in ports}
        for number in range(options.rounds):
            for kind in KINDS:
                for variant, port in ports.items():
                    if kind in _kinds(variant):
                        measured = measure(port, kind, SMALL, options.connections, options.seconds)
                        rounds[variant][kind].append(measured)
            print(f"side by side: round {number + 1} of {options.rounds}", file=sys.stderr)
    return {
        variant: {
            kind: {
                name: statistics.median(sample[name] for sample in samples) for name in samples[0]
            }
            for kind, samples in kinds.items()
            if samples
        }
        for variant, kinds in rounds.items()
    }


def _kinds(variant: str) -> tuple[str, ...]:
    # A server that validates nothing has no error responses to compare.
    return KINDS[:3] if variant in ("bare", "wiremock") else KINDS


def _install_static_mocks() -> bool:
    """Install Prism and WireMock, if possible; return whether Prism is installed."""
    if shutil.which("java") is None:
        print("bench: Java is not installed, so WireMock is not compared", file=sys.stderr)
    prism, jar = HERE / "node_modules/.bin/prism", HERE / "node_modules/wiremock"
    if not (prism.exists() and jar.exists()):
        if shutil.which("npm") is None:
            print("bench: Node is not installed, so nothing static is compared", file=sys.stderr)
            return False
        command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts"]
        subprocess.run(command, cwd=HERE, check=False)
    return prism.exists()


def growth(options: argparse.Namespace) -> dict[str, dict[str, float]]:
    """Return p50 of one connection with few and with many invoices, measured alternately."""
    with served("ours", SMALL) as (small, _), served("ours", options.large) as (large, _):
        p50: dict[str, dict[str, list[float]]] = {
            k: {"small": [], "large": []} for k in GROWTH_KINDS
        }
        for kind in GROWTH_KINDS:
            for _ in range(options.rounds):
                for name, port, count in (("small", small, SMALL), ("large", large, options.large)):
                    measured = measure(port, kind, count, 1, options.seconds)
                    p50[kind][name].append(measured["p50_ms"])
            print(f"growth: {kind} measured", file=sys.stderr)
    result = {}
    for kind, sizes in p50.items():
        small_ms, large_ms = statistics.median(sizes["small"]), statistics.median(sizes["large"])
        result[kind] = {"small_ms": small_ms, "large_ms": large_ms, "ratio": large_ms / small_ms}
    return result


def fill(invoices: int) -> Figures:
    """Create invoices with three lines each through the API, one after another."""
    with served("ours", 0) as (port, pid):
        before = resident_bytes(pid)
        process = start_wrk(port, "wrk.lua", ["fill", "0", KEY], 1, 900)
        while process.poll() is None and _number_of_invoices(port) < invoices:
            time.sleep(2)
        process.send_signal(signal.SIGINT)  # makes wrk report at once
        filling = figures(process.communicate(timeout=60)[0], "fill", 1)
        used, number = resident_bytes(pid) - before, _number_of_invoices(port)
        created = measure(port, "create", number, 16, 5)
    return {
        "invoices": number,
        "longest_pause_ms": filling["max_ms"],
        "bytes_per_invoice": used / number,
        "create_p99_ms": created["p99_ms"],
        "create_rps": created["rps"],
    }


def _number_of_invoices(port: int) -> int:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/invoices?limit=1", headers={"Authorization": f"Bearer {KEY}"}
    )
    with urllib.request.urlopen(request, timeout=30) as response:
        total: int = json.load(response)["meta"]["total"]
        return total


# -- report --------------------------------------------------------------------------------


def table(results: dict[str, object]) -> str:
    """Return the figures as a Markdown table."""
    measured = results.get("side_by_side", {})
    assert isinstance(measured, dict)
    lines = [
        "| server | request | req/s | p50 ms | p99 ms | mockvoice / server |",
        "|---|---|---|---|---|---|",
    ]
    for variant, kinds in measured.items():
        for kind, values in kinds.items():
            ratio = measured["ours"][kind]["rps"] / values["rps"]
            lines.append(
                f"| {variant} | {kind} | {values['rps']:,.0f} | {values['p50_ms']:.2f} "
                f"| {values['p99_ms']:.2f} | {ratio:.2f} |"
            )
    lines.append("")
    others = (name for name in results if name not in ("side_by_side", "machine"))
    lines += [f"{name}: {json.dumps(results[name], indent=2)}" for name in others]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
