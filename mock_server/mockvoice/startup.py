"""Startup output of a server: a table for the terminal, or a log message, and a ready file for programs."""

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from errno import ENOTDIR
from pathlib import Path
from typing import Any

from mockvoice import __version__
from mockvoice.addresses import Addresses
from mockvoice.settings import Settings
from mockvoice.state_store.urls import without_password
from mockvoice.web.vendor import Vendor

logger = logging.getLogger("mockvoice")


def table(settings: Settings, vendors: Mapping[str, Vendor], addresses: Addresses) -> str:
    """Render the addresses and credentials as aligned plain text."""
    from_file = isinstance(settings.data, Path) and settings.seed is None
    seed = "" if from_file else f", seed {settings.seed or 0}"
    kept = f"kept in {without_password(settings.state)}" if settings.state else "in memory only"
    lines = [f"Mockvoice {__version__}, data {settings.data}{seed}, {kept}", ""]
    if settings.control:
        lines += [f"console  {addresses.main}/", f"control  {addresses.main}/_mock", ""]
    if addresses.proxy:
        lines += [f"proxy    {addresses.proxy}", ""]
    rows: list[tuple[str, ...]] = [("vendor", "own port", "prefix", "credentials")]
    for key, vendor in vendors.items():
        address = addresses.vendors[key]
        credentials = [f"{role}={secret}" for role, secret in vendor.credentials.items()]
        rows.append(
            (
                key,
                address.root_url or "-",
                address.prefix_url,
                credentials[0] if credentials else "-",
            )
        )
        rows += [("", "", "", credential) for credential in credentials[1:]]
    return "\n".join([*lines, *_aligned(rows)]) + "\n"


def log_addresses(settings: Settings, addresses: Addresses) -> None:
    """Log that the server listens, and where. Credentials are in the ready file; logs are kept longer."""
    vendors = {
        key: {"prefix_url": address.prefix_url, "root_url": address.root_url}
        for key, address in addresses.vendors.items()
    }
    fields = {
        "version": __version__,
        "main_url": addresses.main,
        "proxy_url": addresses.proxy,
        "vendors": vendors,
        "data": str(settings.data),
        "state": without_password(settings.state) if settings.state else None,
    }
    logger.info("listening", extra=fields)


def _aligned(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(map(str.ljust, row, widths)).rstrip()


class ReadyFile:
    """A file that exists while the server runs; written atomically, so it is always complete."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._text: str | None = None

    def clear(self) -> None:
        """Remove the file of an earlier server that was killed. Raises ``OSError``."""
        if not self._path.parent.is_dir():
            raise NotADirectoryError(ENOTDIR, "the folder of the ready file does not exist")
        self._path.unlink(missing_ok=True)

    def write(self, urls: Mapping[str, Any]) -> None:
        """Write the URLs of the server. Raises ``OSError``."""
        self._text = json.dumps(urls, indent=2) + "\n"
        partial = self._path.with_name(f".{self._path.name}.{urls['pid']}")
        try:
            partial.write_text(self._text, "utf-8")
            partial.replace(self._path)
        except OSError:
            with suppress(OSError):  # the first error is the one to report
                partial.unlink(missing_ok=True)
            raise

    def remove(self) -> None:
        """Remove the file, unless another server has replaced it."""
        try:
            if self._path.read_text("utf-8") == self._text:
                self._path.unlink()
        except OSError:
            return
