"""What a server is started with."""

from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Literal

Quirks = Literal["strict", "observed"]
Data = Literal["demo", "empty"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The options of ``mockvoice serve``."""

    host: str = "127.0.0.1"
    port: int = 8080  # 0 takes free ports for everything
    vendor_ports: bool = True  # a port of its own for each vendor, besides its prefix
    vendors: tuple[str, ...] = ()  # none named means all
    data: Data | Path = "demo"  # or a file with an exported sandbox
    seed: int | None = None  # None: that of the file, or 0
    now: datetime | None = None  # where the clock starts; None is the present
    control: bool = True  # whether the control API and the pages are served
    control_token: str | None = None
    quirks: Quirks = (
        "observed"  # which reading counts where a vendor is known to differ from its documents
    )
    max_sandboxes: int = 1000  # beyond that the oldest goes
    journal_size: int = 1000  # requests that each sandbox's journal keeps
    log_level: str = "info"
    ready_file: Path | None = None

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        return is_loopback(self.host)


def is_loopback(host: str) -> bool:
    """Whether a name or address always means the machine itself."""
    if host.rstrip(".").lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
