"""What is served, and where."""

from dataclasses import asdict
from typing import Any

from mockvoice.control.context import ServerContext


def search(house: ServerContext) -> list[dict[str, Any]]:
    return [
        {"key": key, "title": vendor.title, **asdict(house.addresses.vendors[key])}
        for key, vendor in house.vendors.items()
    ]
