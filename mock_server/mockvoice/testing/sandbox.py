"""A sandbox of a running mock: its vendors' base URLs and credentials, and its controls."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from mockvoice.commands.base import sandbox_path
from mockvoice.outbound.control_client import ControlClient
from mockvoice.outbound.environment import vendor_variables
from mockvoice.outbound.verification_text import describe as describe_verification
from mockvoice.testing.channels import Channel, SandboxTransport
from mockvoice.testing.controls import NO_BODY, SandboxClock, SandboxFaults, format_instant
from mockvoice.testing.routes.sandbox_routes import SandboxRoutes, ServerAccess
from mockvoice.testing.routes.table import Route
from mockvoice.testing.webhooks import SandboxWebhooks


@dataclass(frozen=True)
class VendorApi:
    """Base URL and credentials of one vendor's API in one sandbox, for an unmodified client."""

    vendor: str
    base_url: str  # without a trailing slash; the contract's paths are appended
    credentials: Mapping[str, str] = field(repr=False)  # by the vendor's names for them
    _channel: Channel = field(repr=False)
    _routes: SandboxRoutes = field(repr=False)

    @property
    def environment(self) -> dict[str, str]:
        """URL and credentials as variables such as ``GROWCRM_BASE_URL`` and ``GROWCRM_API_KEY``."""
        return vendor_variables(self.vendor, self.base_url, self.credentials)

    def transport(self) -> SandboxTransport:
        """Return a transport for ``httpx.Client`` and ``httpx.AsyncClient`` that sends here.

        The client's base URL may have any host.
        """
        return SandboxTransport(self._channel)

    def route(self, url: str, *, strict: bool = False, any_credentials: bool = False) -> Route:
        """Route a host, such as ``https://acme.example.com`` or ``https://*.example.com``, to here.

        Requests of httpx, requests, urllib3, aiohttp and http.client in this process go to the mock until the
        route is closed, by a ``with`` block or with the sandbox. As everywhere, their credentials select the
        sandbox; ``any_credentials`` replaces these by the sandbox's. ``strict`` blocks all hosts that have no
        route, except those of this machine. Raises ``InvalidRoute`` and ``CredentialsUnknown``.
        """
        return self._routes.add(url, self.vendor, strict=strict, any_credentials=any_credentials)


class Sandbox:
    """An isolated sandbox. ``sandbox.growcrm`` is its ``VendorApi`` for Grow CRM, and so on.

    Error responses of the server are raised as ``ControlApiError`` with its message. ``lifetime`` ends
    its routes.
    """

    def __init__(
        self,
        client: ControlClient,
        description: Mapping[str, Any],
        access: ServerAccess,
        lifetime: ExitStack,
    ) -> None:
        self._client = client
        self._access = access
        self._lifetime = lifetime
        self.name: str = description["name"]
        self.routes = SandboxRoutes(access, description["credentials"])
        lifetime.callback(self.routes.close)
        self.vendors: dict[str, VendorApi] = {
            key: VendorApi(key, access.base_urls[key], secrets, access.channels[key], self.routes)
            for key, secrets in description["credentials"].items()
        }
        self.clock = SandboxClock(client, self.name)
        self.faults = SandboxFaults(client, self.name)
        self.webhooks = SandboxWebhooks(client, self.name)

    def __getattr__(self, name: str) -> VendorApi:
        vendors: dict[str, VendorApi] = self.__dict__.get("vendors", {})
        if name not in vendors:
            served = ", ".join(vendors)
            raise AttributeError(f"a sandbox has no attribute {name!r}; served vendors: {served}")
        return vendors[name]

    def __repr__(self) -> str:
        return f"<sandbox {self.name}>"

    @property
    def credentials(self) -> dict[str, Mapping[str, str]]:
        """The credentials by vendor and by name."""
        return {key: api.credentials for key, api in self.vendors.items()}

    @property
    def environment(self) -> dict[str, str]:
        """Base URLs and credentials of all vendors as environment variables.

        If the server has a forward proxy or certificates of its own, the variables for these, too.
        """
        vendors = {
            name: value for api in self.vendors.values() for name, value in api.environment.items()
        }
        return {**vendors, **self._access.network}

    def sibling(self, name: str) -> "Sandbox":
        """Return another sandbox of the same server."""
        description = self._client.get(sandbox_path(name))
        return Sandbox(self._client, description, self._access, self._lifetime)

    def describe(self) -> dict[str, Any]:
        """Return its time, its seed, its credentials, and the number of rows of each table."""
        return self._get()

    def reset(
        self,
        *,
        data: str | Mapping[str, Any] | None = None,
        now: datetime | str | None = None,
        seed: int | None = None,
    ) -> None:
        """Reset it to its initial state; arguments change that state."""
        instant = None if now is None else format_instant(now)
        self._send("POST", _without_none(data=data, now=instant, seed=seed), "reset")

    def settings(self, **changes: Any) -> dict[str, Any]:
        """Change the settings in ``changes``, such as ``quirks="observed"``, and return all."""
        if not changes:
            return self._get("settings")
        settings: dict[str, Any] = self._send("PUT", changes, "settings")
        return settings

    def delete(self) -> None:
        """Delete it before the end of the test."""
        self._client.send("DELETE", sandbox_path(self.name))

    def snapshot(self, name: str) -> None:
        """Save the current state under a name."""
        self._send("POST", {"name": name}, "snapshots")

    def restore(self, name: str) -> None:
        """Restore a snapshot: data, clock, ids and granted tokens."""
        self._send("POST", None, "snapshots", name, "restore")

    def diff(self, before: str, after: str = "current") -> dict[str, Any]:
        """Return the rows ``added``, ``removed`` and ``changed`` between two snapshots."""
        return self._get("snapshots", before, "diff", after)

    @contextmanager
    def rolled_back(self, name: str = "as-it-was") -> Iterator[None]:
        """Restore the current state at the end of the block."""
        self.snapshot(name)
        try:
            yield
        finally:
            self.restore(name)
            self._client.send("DELETE", sandbox_path(self.name, "snapshots", name))

    def export(self) -> dict[str, Any]:
        """Return the whole state as JSON data; another sandbox can be created from it."""
        return self._get("snapshots", "current")

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
        """Seed a vendor with realistic demo data, and return the number of added rows by table."""
        options = _without_none(
            vendor=vendor, clients=clients, invoices=invoices, payments=payments, seed=seed, locale=locale
        )  # fmt: skip
        counts: dict[str, int] = self._send("POST", options, "seed")["counts"]
        return counts

    def journal(
        self,
        *,
        vendor: str | None = None,
        operation: str | None = None,
        status: str | int | None = None,
        method: str | None = None,
        path: str | None = None,
        query: str | None = None,
        header: str | None = None,
        body: str | None = None,
        since: str | int | None = None,
        until: str | None = None,
        limit: int | None = None,
    ) -> list[dict[str, Any]]:
        """Return the received requests with their responses, the newest first, without secrets.

        ``status`` may be a class such as ``"4xx"``; ``query`` is ``"page=2"``, ``header`` is ``"Name: value"``, and
        ``body`` is JSON; ``since`` is the id of an entry or an instant.
        """
        filters = _without_none(
            vendor=vendor, operation=operation, status=status, method=method, path=path, query=query,
            header=header, body=body, since=since, until=until, limit=limit,
        )  # fmt: skip
        return self._list("journal", filters)

    def verify(
        self,
        vendor: str | None = None,
        operation: str | None = None,
        *,
        method: str | None = None,
        path: str | None = None,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        body: Any = NO_BODY,
        status: str | int | None = None,
        times: int | None = None,
        at_least: int | None = None,
        at_most: int | None = None,
    ) -> list[int]:
        """Assert that it received requests, by default at least one; return the ids of the newest 100.

        ``body`` is a part of the expected body; a ``Decimal`` in it is a number. ``status`` is such as ``201``
        or ``"2xx"``. Raises ``AssertionError`` with the nearest requests, and ``ControlApiError`` if the journal
        no longer has all that may match.
        """
        expected = _without_none(
            vendor=vendor, operation=operation, method=method, path=path, query=query, headers=headers,
            status=status, times=times, at_least=at_least, at_most=at_most,
        )  # fmt: skip
        if body is not NO_BODY:
            expected["body"] = _with_numbers(body)
        result = self._send("POST", expected, "journal", "verify")
        if not result["holds"]:
            raise AssertionError(describe_verification(expected, result))
        matching: list[int] = result["matching"]
        return matching

    def outbox(
        self,
        *,
        vendor: str | None = None,
        to: str | None = None,
        about: str | None = None,
        since: str | None = None,
        limit: int | None = None,
    ) -> list[dict[str, Any]]:
        """Return the e-mails that the real services would have sent, the newest first."""
        filters = _without_none(vendor=vendor, to=to, about=about, since=since, limit=limit)
        return self._list("outbox", filters)

    def _get(self, *parts: str) -> dict[str, Any]:
        result: dict[str, Any] = self._client.get(sandbox_path(self.name, *parts))
        return result

    def _list(self, resource: str, filters: Mapping[str, Any]) -> list[dict[str, Any]]:
        query = f"?{urlencode(filters)}" if filters else ""
        rows: list[dict[str, Any]] = self._client.get(sandbox_path(self.name, resource) + query)
        return rows

    def _send(self, method: str, body: Mapping[str, Any] | None, *parts: str) -> Any:
        return self._client.send(method, sandbox_path(self.name, *parts), body)


def _with_numbers(value: Any) -> Any:
    """Return JSON data with numbers in place of decimals."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, Mapping):
        return {name: _with_numbers(member) for name, member in value.items()}
    return [_with_numbers(member) for member in value] if isinstance(value, list) else value


def _without_none(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
