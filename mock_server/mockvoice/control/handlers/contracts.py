"""The contracts, as this run keeps them."""

from typing import Any

from mockvoice.control.context import ServerContext
from mockvoice.web.contract import Document, to_yaml
from mockvoice.web.responses import DeferredResponse, Response


def get(house: ServerContext, vendor_key: str) -> dict[str, Any]:
    return house.vendor_contract(vendor_key)


def get_yaml(house: ServerContext, vendor_key: str) -> DeferredResponse:
    return _later(house.vendor_contract(vendor_key))


def get_own(house: ServerContext) -> dict[str, Any]:
    return house.own_contract()


def get_own_yaml(house: ServerContext) -> DeferredResponse:
    return _later(house.own_contract())


def _later(document: Document) -> DeferredResponse:
    # A large contract takes a second to write, and nobody changes it meanwhile.
    return DeferredResponse(lambda: Response(to_yaml(document), media_type="application/yaml"))
