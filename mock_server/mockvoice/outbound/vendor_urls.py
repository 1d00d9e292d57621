"""The base URLs of the vendors of a running mock."""

from collections.abc import Mapping, Sequence
from typing import Any


def vendor_urls(vendors: Sequence[Mapping[str, Any]], url: str) -> dict[str, str]:
    """Return the base URL of each vendor by its key, for clients that reach the main port at ``url``.

    ``vendors`` is the response to ``GET /vendors``.
    """
    main = url.rstrip("/")
    return {vendor["key"]: _vendor_url(vendor, main) for vendor in vendors}


def _vendor_url(vendor: Mapping[str, Any], main: str) -> str:
    """Return the URL of a vendor's own port, or of its prefix.

    It is the prefix if the server's own addresses differ from ``main``, as in a container.
    """
    prefix = f"{main}/{vendor['key']}"
    own: str | None = vendor["root_url"]
    return own if own is not None and vendor["prefix_url"] == prefix else prefix
