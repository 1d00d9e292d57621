"""One sandbox of a running mock: where its vendors answer, what opens them, and how it is moved."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from mockvoice.commands.base import sandbox_path
from mockvoice.commands.client import ControlClient
from mockvoice.testing.controls import SandboxClock, SandboxFaults


@dataclass(frozen=True)
class Access:
    """One vendor's API in one sandbox, for a client that has never heard of a mock."""

    vendor: str
    base_url: str  # what stands before the vendor's own paths, without a slash at its end
    credentials: Mapping[str, str] = field(repr=False)  # by the vendor's own words for them

    @property
    def environment(self) -> dict[str, str]:
        """The same as variables: ``GROWCRM_BASE_URL``, ``GROWCRM_API_KEY``."""
        named = {"base_url": self.base_url, **self.credentials}
        return {f"{self.vendor}_{name}".upper(): value for name, value in named.items()}


class Sandbox:
    """An isolated world. ``sandbox.growcrm`` is that vendor's API in it, and so for each vendor.

    All that the server refuses is raised as ``ServerRefused`` with its sentence.
    """

    def __init__(
        self, client: ControlClient, told: Mapping[str, Any], base_urls: Mapping[str, str]
    ) -> None:
        self._client = client
        self._base_urls = base_urls
        self.name: str = told["name"]
        self.vendors = {
            key: Access(key, base_urls[key], secrets)
            for key, secrets in told["credentials"].items()
        }
        self.clock = SandboxClock(client, self.name)
        self.faults = SandboxFaults(client, self.name)

    def __getattr__(self, name: str) -> Access:
        vendors: dict[str, Access] = self.__dict__.get("vendors", {})
        if name not in vendors:
            known = ", ".join(vendors)
            raise AttributeError(f"a sandbox has no {name!r}; vendors that are served: {known}")
        return vendors[name]

    def __repr__(self) -> str:
        return f"<sandbox {self.name}>"

    @property
    def credentials(self) -> dict[str, Mapping[str, str]]:
        """What opens the sandbox, by vendor and by the name of the credential."""
        return {key: access.credentials for key, access in self.vendors.items()}

    @property
    def environment(self) -> dict[str, str]:
        """Addresses and credentials of all vendors as variables."""
        return {
            name: value
            for access in self.vendors.values()
            for name, value in access.environment.items()
        }

    def sibling(self, name: str) -> "Sandbox":
        """Another sandbox of the same server."""
        return Sandbox(self._client, self._client.get(sandbox_path(name)), self._base_urls)

    def describe(self) -> dict[str, Any]:
        """What the control API says of it: its time, its seed, and how many rows each table holds."""
        return self._got()

    def reset(self, **beginning: Any) -> None:
        """Put it back to its beginning, or to another one (``data``, ``seed``, ``now``)."""
        self._send("POST", beginning, "reset")

    def delete(self) -> None:
        """Delete it before the test does."""
        self._client.send("DELETE", sandbox_path(self.name))

    def snapshot(self, name: str) -> None:
        """Keep the present state under a name."""
        self._send("POST", {"name": name}, "snapshots")

    def restore(self, name: str) -> None:
        """Go back to a snapshot: data, clock, ids and granted tokens."""
        self._send("POST", None, "snapshots", name, "restore")

    def diff(self, before: str, after: str = "current") -> dict[str, Any]:
        """The rows ``added``, ``removed`` and ``changed`` between two snapshots."""
        return self._got("snapshots", before, "diff", after)

    @contextmanager
    def rolled_back(self, name: str = "as-it-was") -> Iterator[None]:
        """Try something: at the end of the block everything is as it was at its beginning."""
        self.snapshot(name)
        try:
            yield
        finally:
            self.restore(name)
            self._client.send("DELETE", sandbox_path(self.name, "snapshots", name))

    def export(self) -> dict[str, Any]:
        """The whole state as data, with which another sandbox may begin."""
        return self._got("snapshots", "current")

    def seed(
        self,
        vendor: str,
        *,
        clients: int | None = None,
        invoices: int | None = None,
        payments: int | None = None,
        seed: int | None = None,
        locale: str | None = None,
    ) -> dict[str, int]:
        """Fill a vendor's world with believable data; gives the rows that were added, by table."""
        wish = {
            "vendor": vendor, "clients": clients, "invoices": invoices, "payments": payments,
            "seed": seed, "locale": locale,
        }  # fmt: skip
        given = {name: value for name, value in wish.items() if value is not None}
        counts: dict[str, int] = self._send("POST", given, "seed")["counts"]
        return counts

    def journal(self, **filters: str | int) -> list[dict[str, Any]]:
        """What was asked and answered, the newest first, without secrets.

        ``vendor``, ``operation``, ``status`` (such as ``"4xx"``), ``since`` and ``limit`` filter.
        """
        return self._listed("journal", filters)

    def outbox(self, **filters: str | int) -> list[dict[str, Any]]:
        """What the vendors would have sent by e-mail; ``vendor`` and the like filter."""
        return self._listed("outbox", filters)

    def _got(self, *parts: str) -> dict[str, Any]:
        told: dict[str, Any] = self._client.get(sandbox_path(self.name, *parts))
        return told

    def _listed(self, what: str, filters: Mapping[str, str | int]) -> list[dict[str, Any]]:
        query = f"?{urlencode(filters)}" if filters else ""
        told: list[dict[str, Any]] = self._client.get(sandbox_path(self.name, what) + query)
        return told

    def _send(self, method: str, body: Mapping[str, Any] | None, *parts: str) -> Any:
        return self._client.send(method, sandbox_path(self.name, *parts), body)
