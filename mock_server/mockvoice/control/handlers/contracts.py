"""The contracts, as this run keeps them."""

from typing import Any

from mockvoice.control.context import ServerContext
from mockvoice.web.contract import Document, to_yaml
from mockvoice.web.responses import DeferredResponse, Response


def get(server: ServerContext, vendor_key: str) -> dict[str, Any]:
    return server.vendor_contract(vendor_key)


def get_yaml(server: ServerContext, vendor_key: str) -> DeferredResponse:
    return _later(server.vendor_contract(vendor_key))


def get_own(server: ServerContext) -> dict[str, Any]:
    return server.own_contract()


def get_own_yaml(server: ServerContext) -> DeferredResponse:
    return _later(server.own_contract())


def _later(document: Document) -> DeferredResponse:
    # A large contract takes a second to write, and nobody changes it meanwhile.
    return DeferredResponse(lambda: Response(to_yaml(document), media_type="application/yaml"))
