"""The running server, as the handlers of the control API and the console use it."""

from collections.abc import Mapping

from starlette.types import ASGIApp

from mockvoice.addresses import Addresses
from mockvoice.control.errors import SandboxNotFound, VendorNotFound
from mockvoice.control.metric_sources import MetricSources
from mockvoice.kernel.backend import Backend
from mockvoice.kernel.clock import Clock
from mockvoice.sandboxes.factory import SandboxFactory
from mockvoice.sandboxes.faults import ANY
from mockvoice.sandboxes.registry import SandboxRegistry
from mockvoice.sandboxes.sandbox import Sandbox
from mockvoice.web import contract
from mockvoice.web.contract import ContractData, PublishedContract
from mockvoice.web.vendor import Vendor


def own_contract() -> PublishedContract:
    """Return the contract of the control API."""
    return contract.load("control", "mockvoice.control")


class ServerContext(Backend):
    """The backend of the control API's handlers: the server with its vendors and sandboxes."""

    def __init__(
        self,
        vendors: Mapping[str, Vendor],
        sandboxes: SandboxRegistry,
        addresses: Addresses,
        factory: SandboxFactory,
        apps: Mapping[str, ASGIApp],
        metrics: MetricSources,
    ) -> None:
        super().__init__(Clock())
        self.vendors = vendors
        self.sandboxes = sandboxes
        self.addresses = addresses
        self.factory = factory
        self.metrics = metrics
        self.apps = apps  # those of the vendors, which the console calls itself

    def sandbox(self, name: str) -> Sandbox:
        """Return the sandbox with this name. Raises ``SandboxNotFound`` and ``NotLoaded``."""
        sandbox = self.sandboxes.look_up(name)
        if sandbox is None:
            raise SandboxNotFound(name)
        sandbox.use()
        return sandbox

    def vendor(self, key: str) -> Vendor:
        """Return the vendor with this key. Raises ``VendorNotFound``."""
        vendor = self.vendors.get(key)
        if vendor is None:
            raise VendorNotFound(key, list(self.vendors))
        return vendor

    def operations(self, key: str) -> list[str]:
        """Return the ids of a vendor's operations, in contract order. Raises ``VendorNotFound``."""
        return list(self.vendor(key).contract.document.operations)

    def expire_tokens(self, sandbox: Sandbox, key: str) -> None:
        """Expire the tokens that a vendor has granted so far; ``*`` means every vendor."""
        for vendor in self.vendors.values() if key == ANY else [self.vendor(key)]:
            backend = sandbox.backends[vendor.key]
            with backend.transaction():
                vendor.expire_tokens(backend)

    def vendor_contract(self, key: str) -> ContractData:
        """Return a vendor's contract with the URLs of this server. Raises ``VendorNotFound``."""
        vendor = self.vendor(key)
        address = self.addresses.vendors[key]
        urls = {
            f"{vendor.title} on its own port": address.root_url,
            f"{vendor.title} under its prefix of the main port": address.prefix_url,
        }
        servers = [{"url": url, "description": text} for text, url in urls.items() if url]
        return {**vendor.contract.data, "servers": servers}

    def control_contract(self) -> ContractData:
        """Return the control API's contract with the URL of this server."""
        servers = [{"url": self.addresses.main, "description": "This server"}]
        return {**own_contract().data, "servers": servers}
