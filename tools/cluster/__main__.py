"""Runs a cluster on this machine until Ctrl-C or SIGTERM; ``make cluster`` calls it.

The data is in a temporary folder.
"""

import argparse
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from mockvoice.vendor_registry import port_offsets
from tools.cluster import Cluster, NotInstalled

FIXED_PORT = 8080


def _description(cluster: Cluster, folder: Path) -> Iterator[str]:
    yield f"console    {cluster.url}/"
    yield f"control    {cluster.url}/_mock"
    for key in port_offsets():
        yield f"{key:<10} {cluster.vendor_url(key)}"
    yield ""
    for node in cluster.nodes:
        yield f"{node.name:<10} {node.url}  (process {node.pid})"
    yield f"database   {cluster.state}"
    yield f"logs       {folder}"
    yield ""
    yield "The console shows the addresses of its node; clients use those above."
    yield "Ctrl-C ends all of them. Kill a process to see what happens: its sandboxes move to the other nodes."


@contextmanager
def _signals_raise() -> Iterator[None]:
    """Let SIGTERM end the program as Ctrl-C does."""

    def end(*_: object) -> None:
        raise KeyboardInterrupt

    previous = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, previous)


def _number(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def main() -> int:
    """Run a cluster until Ctrl-C or SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m tools.cluster", description=main.__doc__)
    parser.add_argument(
        "--port", type=int, default=FIXED_PORT, help="main port of the load balancer"
    )
    parser.add_argument("--nodes", type=_number, default=3, help="number of nodes")
    parser.add_argument("options", nargs="*", help="options of each mockvoice serve, after --")
    args = parser.parse_args()
    try:
        with _signals_raise(), TemporaryDirectory(prefix="mockvoice-cluster-") as name:
            cluster = Cluster(Path(name), nodes=args.nodes, port=args.port, options=args.options)
            with cluster:
                print("\n".join(_description(cluster, Path(name))), flush=True)
                signal.pause()
    except (NotInstalled, RuntimeError) as error:
        print(f"cluster: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
