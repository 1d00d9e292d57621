"""Believable data for a sandbox."""

from dataclasses import replace
from typing import Any

from mockvoice.control.filling import Filling
from mockvoice.control.house import House
from mockvoice.seeding.wishes import Wish
from mockvoice.web.answers import Answer, Later

_CHOICES = ("clients", "invoices", "payments", "seed", "locale")


def create(house: House, sandbox_name: str, body: dict[str, Any]) -> Later:
    sandbox = house.sandbox(sandbox_name)
    vendor = house.vendor(body["vendor"])
    wish = replace(Wish(), **{name: body[name] for name in _CHOICES if name in body})
    filling = Filling(house, sandbox, vendor, wish)

    def filled() -> Answer:
        done = filling.work()
        shown = {
            "vendor": vendor.key,
            "locale": done.locale,
            "seed": done.wish.seed,
            "requests": done.requests,
            "counts": dict(done.counts),
        }
        return Answer(shown, 201)

    return Later(filled)
