"""What the tools of one agent share: the client of the control API, the default sandbox, contracts."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from mockvoice.mcp_server.control_operations import Arguments, operations
from mockvoice.mcp_server.vendor_contract import VendorContract
from mockvoice.outbound.control_client import ControlApiError, ControlClient, ServerUnavailable

Row = dict[str, Any]


class Session:
    """A mock as an agent works with it.

    Methods raise ``ControlApiError`` and ``ServerUnavailable`` with a sentence for the agent.
    """

    def __init__(
        self, client: ControlClient, sandbox: str = "default", *, owns_server: bool = False
    ) -> None:
        self.client = client
        self.sandbox = sandbox
        self._owns_server = owns_server  # whether the mock was started for this session
        self._contracts: dict[str, VendorContract] = {}
        self._keys: list[str] = []

    def send(self, operation: str, arguments: Arguments) -> Any:
        """Return the data of the response of an operation of the control API."""
        return self.client.send(*operations()[operation].request(arguments))

    def explain(self, error: ServerUnavailable) -> str:
        """Return why the server does not respond, and what the agent can do."""
        if not self._owns_server:
            return str(error)
        return (
            f"the mock of this session, {self.client.url}, has ended, and its sandboxes are lost; restart "
            "this MCP server (mockvoice mcp), which starts another one"
        )

    def vendors(self) -> list[Row]:
        """Return the vendors of the server."""
        vendors: list[Row] = self.client.get("/vendors")
        self._keys = [vendor["key"] for vendor in vendors]
        return vendors

    def known_vendors(self) -> list[str]:
        """Return the keys of the vendors, or nothing if the server does not respond.

        A list of tools must not fail: the tools say why the server does not respond.
        """
        if not self._keys:
            with suppress(ControlApiError, ServerUnavailable):
                self.vendors()
        return self._keys

    def contract(self, vendor: str) -> VendorContract:
        """Return the contract of a vendor of the server."""
        if vendor not in self._contracts:
            # As for generators of clients: an agent needs one type for each value, too.
            arguments = {"vendor": vendor, "for": "clients"}
            document: Mapping[str, Any] = self.send("contracts.get", arguments)
            self._contracts[vendor] = VendorContract(vendor, document)
        return self._contracts[vendor]

    def contract_text(self, vendor: str) -> str:
        """Return the contract of a vendor of the server as YAML."""
        method, path, _ = operations()["contracts.get_yaml"].request({"vendor": vendor})
        return self.client.request(method, path).decode()
