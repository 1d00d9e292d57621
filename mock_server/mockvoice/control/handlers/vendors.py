"""The vendors that are served, with their URLs."""

from dataclasses import asdict
from typing import Any

from mockvoice.control.context import ServerContext


def search(server: ServerContext) -> list[dict[str, Any]]:
    return [
        {
            "key": key,
            "title": vendor.title,
            **asdict(server.addresses.vendors[key]),
            "hosts": list(vendor.hosts),
        }
        for key, vendor in server.vendors.items()
    ]
