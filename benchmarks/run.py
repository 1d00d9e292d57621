"""``make bench``: every comparison in one run, interleaved, so that drift cancels.

Needs wrk (a Debian package) and, for the comparison with Prism, Node. Everything stays on
127.0.0.1 and ends by itself. Writes ``benchmarks/results/latest.json`` and prints a table.
"""

import argparse
import json
import os
import platform
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

HERE = Path(__file__).parent
KEY = "growcrm-demo-key"
SMALL = 1000  # invoices of the small world
KINDS = ("get", "list", "write", "refused")
GROWTH_KINDS = ("get", "create", "list", "deep", "filtered")
Figures = dict[str, float]


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
    parser.add_argument("--seconds", type=float, default=2, help="length of one measurement")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--large", type=int, default=100_000, help="invoices of the large world")
    parser.add_argument(
        "--stages", nargs="*", help="startup_seconds, side_by_side, growth, fill; default: all"
    )
    parser.add_argument("--starts", type=int, default=5, help="how often start-up is measured")
    return parser.parse_args()


# -- servers -------------------------------------------------------------------------------


def _environment() -> dict[str, str]:
    # Bytecode and checked contracts are kept between starts, as on an ordinary machine.
    return {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def served(variant: str, invoices: int) -> Iterator[tuple[int, int]]:
    """A server of one kind in a process of its own; gives its port and process id."""
    port = _free_port()
    if variant == "prism":
        command = [str(HERE / "node_modules/.bin/prism"), "mock", _contract_file(), "-p", str(port),
                   "-h", "127.0.0.1"]  # fmt: skip
    else:
        command = [sys.executable, "-W", "ignore", "-m", "benchmarks.servers", variant, str(port),
                   str(invoices)]  # fmt: skip
    process = subprocess.Popen(
        command, cwd=HERE.parent, env=_environment(),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait_for_answer(port, process, seconds=300)
        yield port, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


def _contract_file() -> str:
    return str(HERE.parent / "openapi/growcrm/openapi.yaml")


def _wait_for_answer(port: int, process: subprocess.Popen[bytes], seconds: float) -> None:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/invoices?limit=1", headers={"Authorization": f"Bearer {KEY}"}
    )
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"the server on port {port} ended with {process.returncode}")
        try:
            with urllib.request.urlopen(request, timeout=5):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.005)
    raise RuntimeError(f"no answer on port {port} within {seconds} s")


def startup(times: int) -> Figures:
    """Seconds from the start of the process to the first answer, with the demo world."""
    taken = []
    for _ in range(times):
        port = _free_port()
        started = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "mock_server", "serve", "--vendor", "growcrm", "--port", str(port)],
            cwd=HERE.parent, env=_environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            _wait_for_answer(port + 2, process, seconds=60)
            taken.append(time.perf_counter() - started)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(10)
    return {"median": statistics.median(taken), "best": min(taken)}


def resident_bytes(pid: int) -> int:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


# -- load ----------------------------------------------------------------------------------


def wrk(port: int, kind: str, invoices: int, connections: int, seconds: float) -> Figures:
    """One measurement: requests a second, p50, p99 and maximum in milliseconds."""
    process = _start_wrk(port, kind, invoices, connections, seconds)
    printed, _ = process.communicate(timeout=seconds + 60)
    return _figures(printed, kind, connections)


def _start_wrk(
    port: int, kind: str, invoices: int, connections: int, seconds: float
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "10s",
         "-s", str(HERE / "wrk.lua"), f"http://127.0.0.1:{port}", "--", kind, str(invoices), KEY],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def _figures(printed: str, kind: str, connections: int) -> Figures:
    line = next(each for each in printed.splitlines() if each.startswith("JSON "))
    raw = json.loads(line.removeprefix("JSON "))
    expected = raw["requests"] if kind == "refused" else 0
    # A slow server may leave one request of each connection unanswered at the end.
    if raw["broken"] or abs(raw["not_2xx"] - expected) > connections:
        raise RuntimeError(f"{kind}: {line}")
    return {
        "rps": raw["requests"] / raw["seconds"],
        "p50_ms": raw["p50_us"] / 1000,
        "p99_ms": raw["p99_us"] / 1000,
        "max_ms": raw["max_us"] / 1000,
        "requests": raw["requests"],
    }


def side_by_side(options: argparse.Namespace) -> dict[str, dict[str, Figures]]:
    """Each kind of request on every server, round by round; medians of the rounds."""
    variants = ["ours", "bare", "async", "flask"]
    if _prism_installed():
        variants.append("prism")
    rounds: dict[str, dict[str, list[Figures]]] = {v: {k: [] for k in KINDS} for v in variants}
    with ExitStack() as stack:
        ports = {v: stack.enter_context(served(v, SMALL))[0] for v in variants}
        for variant, port in ports.items():
            for kind in _kinds(variant):
                wrk(port, kind, SMALL, options.connections, 1)
        for number in range(options.rounds):
            for kind in KINDS:
                for variant, port in ports.items():
                    if kind in _kinds(variant):
                        figures = wrk(port, kind, SMALL, options.connections, options.seconds)
                        rounds[variant][kind].append(figures)
            print(f"side by side: round {number + 1} of {options.rounds}", file=sys.stderr)
    return {
        variant: {
            kind: {name: statistics.median(each[name] for each in figures) for name in figures[0]}
            for kind, figures in kinds.items()
            if figures
        }
        for variant, kinds in rounds.items()
    }


def _kinds(variant: str) -> tuple[str, ...]:
    # A server that validates nothing has no refusals to compare.
    return KINDS[:3] if variant == "bare" else KINDS


def _prism_installed() -> bool:
    if (HERE / "node_modules/.bin/prism").exists():
        return True
    if shutil.which("npm") is None:
        print("bench: Node is not there, so Prism is not compared", file=sys.stderr)
        return False
    done = subprocess.run(
        ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=HERE, check=False
    )
    return done.returncode == 0


def growth(options: argparse.Namespace) -> dict[str, dict[str, float]]:
    """p50 of one connection with 1,000 and with many invoices, turn by turn."""
    with served("ours", SMALL) as (small, _), served("ours", options.large) as (large, _):
        p50: dict[str, dict[str, list[float]]] = {
            k: {"small": [], "large": []} for k in GROWTH_KINDS
        }
        for number in range(options.rounds):
            for kind in GROWTH_KINDS:
                for name, port, count in (("small", small, SMALL), ("large", large, options.large)):
                    figures = wrk(port, kind, count, 1, options.seconds)
                    p50[kind][name].append(figures["p50_ms"])
            print(f"growth: round {number + 1} of {options.rounds}", file=sys.stderr)
    out = {}
    for kind, sizes in p50.items():
        small_ms, large_ms = statistics.median(sizes["small"]), statistics.median(sizes["large"])
        out[kind] = {"small_ms": small_ms, "large_ms": large_ms, "ratio": large_ms / small_ms}
    return out


def fill(invoices: int) -> Figures:
    """Create that many invoices with three lines each through the API, one after the other."""
    with served("ours", 0) as (port, pid):
        before = resident_bytes(pid)
        filling = _start_wrk(port, "fill", 0, 1, 900)
        while filling.poll() is None and _number_of_invoices(port) < invoices:
            time.sleep(2)
        filling.send_signal(signal.SIGINT)  # which lets wrk report at once
        filled = _figures(filling.communicate(timeout=60)[0], "fill", 1)
        kept, made = resident_bytes(pid) - before, _number_of_invoices(port)
        created = wrk(port, "create", made, 16, 5)
    return {
        "invoices": made,
        "longest_pause_ms": filled["max_ms"],
        "bytes_per_invoice": kept / made,
        "create_p99_ms": created["p99_ms"],
        "create_rps": created["rps"],
    }


def _number_of_invoices(port: int) -> int:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/invoices?limit=1", headers={"Authorization": f"Bearer {KEY}"}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        total: int = json.load(answer)["meta"]["total"]
        return total


# -- report --------------------------------------------------------------------------------


def table(results: dict[str, object]) -> str:
    """The figures as a Markdown table."""
    measured = results.get("side_by_side", {})
    assert isinstance(measured, dict)
    lines = [
        "| server | request | req/s | p50 ms | p99 ms | ours is × |",
        "|---|---|---|---|---|---|",
    ]
    for variant, kinds in measured.items():
        for kind, figures in kinds.items():
            ratio = measured["ours"][kind]["rps"] / figures["rps"]
            lines.append(
                f"| {variant} | {kind} | {figures['rps']:,.0f} | {figures['p50_ms']:.2f} "
                f"| {figures['p99_ms']:.2f} | {ratio:.2f} |"
            )
    lines.append("")
    others = (name for name in ("growth", "fill", "startup_seconds") if name in results)
    lines += [f"{name}: {json.dumps(results[name], indent=2)}" for name in others]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
