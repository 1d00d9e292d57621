"""New worlds: made once from a vendor's fixtures, then shared by every sandbox that starts so."""

from typing import Literal

import orjson

from mock_server.kernel.backend import Backend
from mock_server.kernel.clock import Clock
from mock_server.web.contract import resource
from mock_server.web.history import replay
from mock_server.web.vendor import Vendor

Data = Literal["demo", "empty"]


class Worlds:
    """Gives worlds. Those that begin alike share their rows until one of them changes."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, Data, int, int], Backend] = {}

    def open(self, vendor: Vendor, data: Data, clock: Clock, seed: int = 0) -> Backend:
        """A world of the vendor's, living by this clock: the demo world, or an empty account.

        Its cost does not depend on the data, except for the first world of a day.
        """
        name = vendor.key, data, seed, clock.today().toordinal()
        if name not in self._made:
            # Only worlds of the present day will be asked for again.
            self._made = {k: v for k, v in self._made.items() if k[:3] != name[:3]}
            self._made[name] = _make(vendor, data, clock, seed)
        return self._made[name].fork(clock)


def _make(vendor: Vendor, data: Data, clock: Clock, seed: int) -> Backend:
    history_clock = Clock(clock.now(), frozen=True)
    world = vendor.backend(history_clock, seed)
    folder = resource("fixtures", vendor.key)
    with world.transaction():
        vendor.install(world, orjson.loads(folder.joinpath("install.json").read_bytes()))
    if data == "demo":
        history = orjson.loads(folder.joinpath("seed.json").read_bytes())
        replay(world, vendor.handlers, history)
    return world
