"""``python -m tools.collections [--run] [--archives FOLDER]`` (``make collections``).

It writes the collections. The exit status is 1 if a request of a run is rejected, and 2 if the
collections cannot be made.
"""

import argparse
import sys
from pathlib import Path

import httpx

from mockvoice.app import Server
from mockvoice.settings import Settings
from mockvoice.vendor_registry import own_vendor_keys
from tools.collections.archives import write_archives
from tools.collections.errors import CollectionError
from tools.collections.generate import CollectionFiles, generate
from tools.collections.nodejs import install_packages
from tools.collections.runs import RunResult, run_bruno, run_newman


def main() -> int:
    """Write the collections of all vendors; pack them and run them if that is asked for."""
    parser = argparse.ArgumentParser(prog="collections")
    parser.add_argument("--output", type=Path, default=Path("build/collections"))
    parser.add_argument(
        "--archives", type=Path, help="a folder for two archives of the collections"
    )
    parser.add_argument("--run", action="store_true", help="send all requests to a new mock")
    options = parser.parse_args()
    try:
        install_packages()
        collections = generate(own_vendor_keys(), options.output)
        print(f"The collections are in {options.output}.")
        if options.archives:
            write_archives(collections, options.archives)
        return run(collections) if options.run else 0
    except CollectionError as error:
        print(f"collections: {error}", file=sys.stderr)
        return 2


def run(collections: list[CollectionFiles]) -> int:
    """Run the collections with both tools, each on the demo data; return the exit status."""
    # A rejected request is in the report, so the server's own log would only repeat it.
    with Server(Settings(port=0, log_level="error")) as server:
        urls = {each.key: api_url(server, each.key) for each in collections}
        newman = run_newman(collections, urls)
        reset(server)
        bruno = {each.key: run_bruno(each, urls[each.key]) for each in collections}
    for tool, results in (("newman", newman), ("bru", bruno)):
        for key, result in results.items():
            print("\n".join(lines(key, tool, result)))
    return int(not all(each.is_success for each in (*newman.values(), *bruno.values())))


def reset(server: Server) -> None:
    """Undo what earlier requests changed in the demo data."""
    url = f"{server.urls['main'].rstrip('/')}/_mock/sandboxes/default/reset"
    httpx.post(url, json={}, trust_env=False).raise_for_status()


def api_url(server: Server, key: str) -> str:
    """Return the URL of a vendor's API on the server."""
    url: str = server.urls["vendors"][key]["root_url"]
    return url.rstrip("/")


def lines(key: str, tool: str, result: RunResult) -> list[str]:
    """Return the lines about one run: the numbers, and each failure with its reason."""
    succeeded = result.requests - len(result.failures)
    counts = f"{key}, {tool}: {result.requests} requests, {succeeded} answered 2xx"
    return [counts, *(f"  {failure}" for failure in result.failures)]


if __name__ == "__main__":
    sys.exit(main())
