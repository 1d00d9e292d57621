"""The contracts of the vendors and of the control API."""

from typing import Any

from mockvoice.control.context import ServerContext
from mockvoice.web.contract import ContractData, to_yaml
from mockvoice.web.responses import DeferredResponse, Response


def get(server: ServerContext, vendor_key: str) -> dict[str, Any]:
    return server.vendor_contract(vendor_key)


def get_yaml(server: ServerContext, vendor_key: str) -> DeferredResponse:
    return _deferred_yaml(server.vendor_contract(vendor_key))


def get_own(server: ServerContext) -> dict[str, Any]:
    return server.control_contract()


def get_own_yaml(server: ServerContext) -> DeferredResponse:
    return _deferred_yaml(server.control_contract())


def _deferred_yaml(document: ContractData) -> DeferredResponse:
    # Dumping a large contract takes a second; the document never changes, so a thread may do it.
    return DeferredResponse(lambda: Response(to_yaml(document), media_type="application/yaml"))
