"""A program beside the mock: it creates a sandbox, and lists the invoices in it.

It needs only the standard library, and the environment that ``compose.yaml`` sets.
"""

import json
import os
import urllib.request
from typing import Any


def send(url: str, token: str, body: dict[str, Any] | None = None) -> Any:
    """Send a GET, or a POST with a JSON body; return the data of the response."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=30) as response:
        return json.load(response)


def main() -> None:
    """Print how many invoices the demo data of a new sandbox has."""
    sandbox = send(
        f"{os.environ['MOCKVOICE_URL']}/_mock/sandboxes",
        os.environ["MOCKVOICE_CONTROL_TOKEN"],
        {"ttl_seconds": 60},
    )
    key = sandbox["credentials"]["growcrm"]["api_key"]
    invoices = send(f"{os.environ['GROWCRM_BASE_URL']}/api/invoices", key)
    print(f"sandbox {sandbox['name']}: {invoices['meta']['total']} invoices")


if __name__ == "__main__":
    main()
