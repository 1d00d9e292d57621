"""The main port of a mock, for users who have named another one of its addresses."""

from collections.abc import Iterator
from urllib.parse import SplitResult, urlsplit

import httpx

from mockvoice.outbound.proxies import is_local_host

TIMEOUT_SECONDS = 1
# A vendor's own port is usually a few above the main port.
PORTS_BELOW = 8


def find_main_url(http: httpx.Client, url: str) -> str | None:
    """Return the main URL of the mock that serves a vendor at this URL; ``None`` if there is none.

    Asks the port of the URL, and on this machine the ports below it.
    """
    for base in _candidates(urlsplit(url)):
        if base == url:
            continue
        try:
            vendors = http.get(f"{base}/_mock/vendors", timeout=TIMEOUT_SECONDS).json()
            addresses = {vendor[name] for vendor in vendors for name in ("root_url", "prefix_url")}
        except (httpx.HTTPError, ValueError, KeyError, TypeError):
            continue
        if url in addresses:
            return base
    return None


def _candidates(parts: SplitResult) -> Iterator[str]:
    if parts.port is None:
        return
    below = PORTS_BELOW if is_local_host(parts.hostname or "") else 0
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    for port in range(parts.port, max(parts.port - below - 1, 0), -1):
        yield f"{parts.scheme}://{host}:{port}"
