"""The contracts, as this run keeps them."""

from typing import Any

from mockvoice.control.house import House
from mockvoice.web.contract import Document, to_yaml
from mockvoice.web.responses import DeferredResponse, Response


def get(house: House, vendor_key: str) -> dict[str, Any]:
    return house.vendor_contract(vendor_key)


def get_yaml(house: House, vendor_key: str) -> DeferredResponse:
    return _later(house.vendor_contract(vendor_key))


def get_own(house: House) -> dict[str, Any]:
    return house.own_contract()


def get_own_yaml(house: House) -> DeferredResponse:
    return _later(house.own_contract())


def _later(document: Document) -> DeferredResponse:
    # A large contract takes a second to write, and nobody changes it meanwhile.
    return DeferredResponse(lambda: Response(to_yaml(document), media_type="application/yaml"))
