"""The contracts, as this run keeps them."""

from typing import Any

from mockvoice.control.house import House
from mockvoice.web.answers import Answer, Later
from mockvoice.web.contract import Document, to_yaml


def get(house: House, vendor_key: str) -> dict[str, Any]:
    return house.vendor_contract(vendor_key)


def get_yaml(house: House, vendor_key: str) -> Later:
    return _later(house.vendor_contract(vendor_key))


def get_own(house: House) -> dict[str, Any]:
    return house.own_contract()


def get_own_yaml(house: House) -> Later:
    return _later(house.own_contract())


def _later(document: Document) -> Later:
    # A large contract takes a second to write, and nobody changes it meanwhile.
    return Later(lambda: Answer(to_yaml(document), media_type="application/yaml"))
