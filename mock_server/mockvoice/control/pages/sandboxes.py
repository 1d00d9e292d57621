"""What runs where; sandboxes with their credentials and their clocks."""

from typing import Any

import flask

from mockvoice import __version__
from mockvoice.control.handlers import clock, sandboxes
from mockvoice.control.house import House
from mockvoice.control.pages.asking import ask, checked, field, instant, number, page, said, to


def add(pages: flask.Blueprint, house: House) -> None:
    """Add the pages of sandboxes."""

    @pages.get("/")
    def home() -> str:
        shown = ask(lambda: sandboxes.search(house))
        vendors = [(each, house.addresses.vendors[key]) for key, each in house.vendors.items()]
        return flask.render_template(
            "home.html",
            version=__version__,
            main=house.addresses.main,
            vendors=vendors,
            sandboxes=shown,
        )

    @pages.post("/sandboxes")
    def create_sandbox() -> Any:
        body = checked("sandboxes.create", {**_beginning(), **said(name=field("name"))})
        made = ask(lambda: sandboxes.create(house, body))
        return to("sandbox", name=made["name"])

    @pages.get("/sandboxes/<name>")
    def sandbox(name: str) -> str:
        return page("sandbox.html", house, name)

    @pages.post("/sandboxes/<name>/reset")
    def reset_sandbox(name: str) -> Any:
        body = checked("sandboxes.reset", _beginning())
        ask(lambda: sandboxes.reset(house, name, body))
        return to("sandbox", name=name)

    @pages.post("/sandboxes/<name>/delete")
    def delete_sandbox(name: str) -> Any:
        ask(lambda: sandboxes.delete(house, name))
        return to("home")

    @pages.post("/sandboxes/<name>/clock")
    def set_clock(name: str) -> Any:
        frozen = {"freeze": True, "thaw": False}.get(field("state"))
        now = field("now") and instant(field("now"))
        body = checked("clock.set", said(now=now, frozen=frozen))
        ask(lambda: clock.set(house, name, body))
        return to("sandbox", name=name)

    @pages.post("/sandboxes/<name>/clock/advance")
    def advance_clock(name: str) -> Any:
        unit = field("unit")
        body = checked("clock.advance", {unit: number("amount")})
        ask(lambda: clock.advance(house, name, body))
        return to("sandbox", name=name)


def _beginning() -> dict[str, Any]:
    return said(data=field("data"), seed=number("seed", int))
