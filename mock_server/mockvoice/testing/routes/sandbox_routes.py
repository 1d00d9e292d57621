"""The routes of hosts to one sandbox."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mockvoice.testing.channels import Channel
from mockvoice.testing.routes.active import ROUTES
from mockvoice.testing.routes.table import Address, InvalidRoute, Route


@dataclass(frozen=True)
class ServerAccess:
    """How clients reach a mock: what is equal for all its sandboxes."""

    base_urls: Mapping[str, str]  # by vendor
    channels: Mapping[str, Channel]  # by vendor
    addresses: Sequence[Address]  # of the mock; never routed or blocked
    hosts: Mapping[str, Sequence[str]]  # of the real services, by vendor
    network: Mapping[str, str]  # environment variables for the proxy and the certificate


class SandboxRoutes:
    """The routes of hosts to one sandbox, until they are closed."""

    def __init__(self, access: ServerAccess, credentials: Mapping[str, Mapping[str, str]]) -> None:
        self._access = access
        self._credentials = credentials
        self._routes: list[Route] = []
        self._strict: Route | None = None
        self._is_closed = False

    def add(
        self, url: str, vendor: str, *, strict: bool = False, any_credentials: bool = False
    ) -> Route:
        """Route a host to a vendor, as ``VendorApi.route`` does."""
        if vendor not in self._access.channels:
            served = ", ".join(self._access.channels)
            raise InvalidRoute(f"the vendor {vendor!r} is not served; served vendors: {served}")
        channel = self._access.channels[vendor]
        if any_credentials:
            from mockvoice.testing.routes.credential_replacer import CredentialReplacer

            channel = CredentialReplacer(channel, vendor, self._credentials[vendor])
        self._check_open()
        return self._keep(ROUTES.add(url, channel, self._access.addresses, strict=strict))

    def add_real_hosts(self) -> None:
        """Route the hosts of the real services that all accounts share."""
        for vendor in self._credentials:
            for host in self._access.hosts[vendor]:
                self.add(f"https://{host}", vendor)

    @property
    def strict(self) -> bool:
        """Whether hosts without a route are blocked, except those of this machine."""
        return self._strict is not None

    @strict.setter
    def strict(self, value: bool) -> None:
        if self._strict is not None:
            self._strict.close()
        self._check_open()
        self._strict = self._keep(ROUTES.block_others(self._access.addresses)) if value else None

    def close(self) -> None:
        """End all routes, and accept no more."""
        self._is_closed = True
        for route in self._routes:
            route.close()

    def _check_open(self) -> None:
        if self._is_closed:
            raise InvalidRoute("the sandbox has ended, so it can get no route")

    def _keep(self, route: Route) -> Route:
        self._routes = [each for each in self._routes if each.is_active]
        self._routes.append(route)
        return route
