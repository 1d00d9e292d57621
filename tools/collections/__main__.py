"""``python -m tools.collections [--run]`` (``make collections``): write the collections, and run them.

The exit status is 1 if a request of a run is rejected, and 2 if the collections cannot be made.
"""

import argparse
import sys
from pathlib import Path

import httpx

from mockvoice.app import Server
from mockvoice.settings import Settings
from mockvoice.vendor_registry import own_vendor_keys
from tools.collections.errors import CannotMakeCollections
from tools.collections.generate import CollectionFiles, generate
from tools.collections.nodejs import install_packages
from tools.collections.runs import RunResult, run_bruno, run_newman

OUTPUT = Path("build/collections")


def main() -> int:
    """Write the collections of all vendors, and run them if that is asked for."""
    parser = argparse.ArgumentParser(prog="collections")
    parser.add_argument("--run", action="store_true", help="send all requests to a new mock")
    options = parser.parse_args()
    try:
        install_packages()
        files = generate(own_vendor_keys(), OUTPUT)
        print(f"The collections are in {OUTPUT}.")
        return run(files) if options.run else 0
    except CannotMakeCollections as error:
        print(f"collections: {error}", file=sys.stderr)
        return 2


def run(files: list[CollectionFiles]) -> int:
    """Run the collections with both tools, each against the demo data; return the exit status."""
    failed = False
    with Server(Settings(port=0, log_level="error")) as server:
        for each in files:
            for tool, run_tool in (("newman", run_newman), ("bru", run_bruno)):
                result = run_tool(each, fresh_api(server, each.key))
                print("\n".join(lines(each.key, tool, result)), flush=True)
                failed = failed or not result.is_success
    return int(failed)


def fresh_api(server: Server, key: str) -> str:
    """Undo what earlier requests changed in the demo data; return the URL of a vendor's API."""
    url = f"{server.urls['main'].rstrip('/')}/_mock/sandboxes/default/reset"
    httpx.post(url, json={}, trust_env=False).raise_for_status()
    root: str = server.urls["vendors"][key]["root_url"]
    return root.rstrip("/")


def lines(key: str, tool: str, result: RunResult) -> list[str]:
    """Return the lines about one run: the numbers, and each failure with its reason."""
    succeeded = result.requests - len(result.failures)
    counts = f"{key}, {tool}: {result.requests} requests, {succeeded} answered 2xx"
    return [counts, *(f"  {failure}" for failure in result.failures)]


if __name__ == "__main__":
    sys.exit(main())
