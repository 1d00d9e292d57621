"""Believable data for a sandbox."""

from dataclasses import replace
from typing import Any

from mockvoice.control.filling import Filling
from mockvoice.control.house import House
from mockvoice.seeding.wishes import Wish
from mockvoice.web.responses import DeferredResponse, Response

_CHOICES = ("clients", "invoices", "payments", "seed", "locale")


def create(house: House, sandbox_name: str, body: dict[str, Any]) -> DeferredResponse:
    sandbox = house.sandbox(sandbox_name)
    vendor = house.vendor(body["vendor"])
    wish = replace(Wish(), **{name: body[name] for name in _CHOICES if name in body})
    filling = Filling(house, sandbox, vendor, wish)

    def filled() -> Response:
        done = filling.work()
        shown = {
            "vendor": vendor.key,
            "locale": done.locale,
            "seed": done.wish.seed,
            "requests": done.requests,
            "counts": dict(done.counts),
        }
        return Response(shown, 201)

    return DeferredResponse(filled)
