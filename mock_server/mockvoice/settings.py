"""Settings of a server."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network, ip_address
from pathlib import Path
from typing import Literal

Quirks = Literal["strict", "observed"]
InitialData = Literal["demo", "empty"]
LogFormat = Literal["text", "json"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The options of ``mockvoice serve``."""

    host: str = "127.0.0.1"
    port: int = 8080  # 0: free ports for all listeners
    proxy_port: int | None = None  # port of a forward proxy; None: no proxy; 0: a free port
    # Hosts and the vendors that serve them through the proxy, in addition to the vendors' own.
    routes: tuple[tuple[str, str], ...] = ()
    tls: bool = False  # serve all ports but the proxy's by HTTPS
    tls_cert: Path | None = None  # a certificate in PEM, instead of one of the server's authority
    tls_key: Path | None = None  # its key, unless the file of the certificate has it
    ca_dir: Path | None = None  # keeps the server's authority; None: it ends with the server
    vendor_ports: bool = True  # give each vendor its own port, in addition to its prefix
    # The vendors' own ports that differ from the usual ones, by key; 0: a free port.
    own_ports: Mapping[str, int] = field(default_factory=dict)
    vendors: tuple[str, ...] = ()  # empty: all
    data: InitialData | Path = "demo"  # or an export file of a sandbox
    seed: int | None = None  # None: the seed of the file, or 0
    now: datetime | None = None  # start of the clock; None: the real time
    control: bool = True  # serve the control API and the console
    control_token: str | None = None
    # Names besides those of this machine by which the control API may be called, and with
    # ``strict_hosts`` the vendors.
    allowed_hosts: tuple[str, ...] = ()
    strict_hosts: bool = False
    # Origins whose pages may call all vendors, or ``*``; empty: as the real services allow it.
    cors_origins: tuple[str, ...] = ()
    # Addresses and networks of proxies in front, whose ``X-Forwarded-…`` headers count.
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    # Whether new sandboxes follow the vendors' documents to the letter; see ``SandboxSettings``.
    quirks: Quirks = "strict"
    # The address of the store that keeps all sandboxes beyond the process; None: all is in memory.
    state: str | None = None
    max_sandboxes: int = (
        1000  # above the limit the oldest sandbox is deleted, or dropped from memory
    )
    max_rows: int = 1_000_000  # of a sandbox; 0: any number
    max_memory: int | None = None  # bytes; None: a part of the machine's memory; 0: any amount
    journal_size: int = 1000  # number of requests in each sandbox's journal
    log_level: str = "info"
    log_format: LogFormat = "text"  # of the log messages; with JSON the start is one of them, too
    ready_file: Path | None = None

    @property
    def is_loopback_only(self) -> bool:
        """Whether only this machine can reach the server."""
        return is_loopback(self.host)


def is_loopback(host: str) -> bool:
    """Return whether a host name or address always refers to this machine."""
    if host.rstrip(".").lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
