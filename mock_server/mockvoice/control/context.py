"""The running server, as its control API and its pages see it."""

from collections.abc import Mapping

from mockvoice.addresses import Addresses
from mockvoice.control.errors import SandboxNotFound, VendorNotFound
from mockvoice.control.factory import SandboxFactory
from mockvoice.kernel.backend import Backend
from mockvoice.kernel.clock import Clock
from mockvoice.web import contract
from mockvoice.web.faults import ANY
from mockvoice.web.sandboxes import Sandbox, SandboxRegistry
from mockvoice.web.vendor import Vendor


class ServerContext(Backend):
    """What the control API's handlers work on, as a vendor's handlers work on their backend."""

    def __init__(
        self,
        vendors: Mapping[str, Vendor],
        sandboxes: SandboxRegistry,
        addresses: Addresses,
        openings: SandboxFactory,
    ) -> None:
        super().__init__(Clock())
        self.vendors = vendors
        self.sandboxes = sandboxes
        self.addresses = addresses
        self.factory = openings

    def sandbox(self, name: str) -> Sandbox:
        """The sandbox of this name. Raises ``SandboxNotFound``."""
        found = self.sandboxes.get(name)
        if found is None:
            raise SandboxNotFound(name)
        return found

    def vendor(self, key: str) -> Vendor:
        """The vendor of this key. Raises ``VendorNotFound``."""
        found = self.vendors.get(key)
        if found is None:
            raise VendorNotFound(key, list(self.vendors))
        return found

    def operations(self, key: str) -> list[str]:
        """The ids of a vendor's operations, in their contract's order. Raises ``VendorNotFound``."""
        paths = contract.load(self.vendor(key).key)["paths"]
        return [
            each["operationId"]
            for item in paths.values()
            for each in item.values()
            if isinstance(each, dict) and "operationId" in each
        ]

    def expire_tokens(self, sandbox: Sandbox, key: str) -> None:
        """End the tokens that a vendor, or with ``*`` every one, has granted so far."""
        for vendor in self.vendors.values() if key == ANY else [self.vendor(key)]:
            backend = sandbox.backends[vendor.key]
            with backend.transaction():
                vendor.expire_tokens(backend)

    def vendor_contract(self, key: str) -> contract.Document:
        """A vendor's contract, whose servers are the places of this run. Raises ``VendorNotFound``."""
        vendor = self.vendor(key)
        address = self.addresses.vendors[key]
        places = {
            f"{vendor.title} at the root of its own port": address.root_url,
            f"{vendor.title} below a prefix": address.prefix_url,
        }
        servers = [{"url": url, "description": what} for what, url in places.items() if url]
        return {**contract.load(key), "servers": servers}

    def own_contract(self) -> contract.Document:
        """The control API's contract, likewise."""
        servers = [{"url": self.addresses.main, "description": "This server"}]
        return {**contract.load("control"), "servers": servers}
