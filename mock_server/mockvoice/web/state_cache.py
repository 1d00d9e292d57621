"""New worlds: made once from a vendor's fixtures, then shared by every sandbox that starts so."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from threading import Lock

import orjson

from mockvoice.kernel.backend import Backend
from mockvoice.kernel.clock import Clock
from mockvoice.web.contract import resource
from mockvoice.web.fixture_replay import replay
from mockvoice.web.state import Data, InitialState, SandboxState
from mockvoice.web.vendor import Vendor

# So many worlds are kept for sandboxes to come; the ones that were asked for last.
WORLDS_KEPT = 64

_Name = tuple[str, Data, int, int]  # vendor, data, seed, day


class StateCache:
    """Gives worlds. Those that begin alike share their rows until one of them changes.

    May be used in any thread: what has been made is never changed.
    """

    def __init__(self) -> None:
        self._made: OrderedDict[_Name, Backend] = OrderedDict()
        self._lock = Lock()

    def open(self, vendor: Vendor, data: Data, clock: Clock, seed: int = 0) -> Backend:
        """A world of the vendor's, living by this clock: the demo world, or an empty account.

        Its cost does not depend on the data, except for the first world of a day.
        """
        return self._origin(vendor, data, clock.now(), seed).fork(clock)

    def resolve(self, vendors: Mapping[str, Vendor], beginning: InitialState) -> SandboxState:
        """The state that a beginning describes. Takes a while where ``ready`` says no."""
        data, now = beginning.data, beginning.now
        if isinstance(data, SandboxState):
            return _begun(data, beginning)
        at, seed = now or Clock().now(), beginning.seed or 0
        worlds = {key: self._origin(vendor, data, at, seed) for key, vendor in vendors.items()}
        return SandboxState(worlds, seed, now)

    def is_cached(self, vendors: Mapping[str, Vendor], beginning: InitialState) -> bool:
        """Whether all worlds of a beginning are there already."""
        data = beginning.data
        if isinstance(data, SandboxState):
            return True
        day, seed = _day(beginning.now or Clock().now()), beginning.seed or 0
        with self._lock:
            return all((key, data, seed, day) in self._made for key in vendors)

    def _origin(self, vendor: Vendor, data: Data, at: datetime, seed: int) -> Backend:
        name = vendor.key, data, seed, _day(at)
        with self._lock:
            if name in self._made:
                self._made.move_to_end(name)
                return self._made[name]
        made = _make(vendor, data, at, seed)
        with self._lock:
            self._made[name] = made
            if len(self._made) > WORLDS_KEPT:
                self._made.popitem(last=False)
        return made


def _day(at: datetime) -> int:
    return at.toordinal()


def _begun(saved: SandboxState, beginning: InitialState) -> SandboxState:
    """A saved state to begin with, but for what the beginning wants otherwise."""
    if beginning.now is not None:
        saved = replace(saved, now=beginning.now)
    if beginning.seed is not None:
        seed = beginning.seed
        backends = {key: each.fork(each.clock, seed) for key, each in saved.backends.items()}
        saved = replace(saved, seed=seed, backends=backends)
    return saved


def _make(vendor: Vendor, data: Data, at: datetime, seed: int) -> Backend:
    world = vendor.backend(Clock(at, frozen=True), seed)
    folder = resource("fixtures", vendor.key)
    with world.transaction():
        vendor.install_defaults(world, orjson.loads(folder.joinpath("install.json").read_bytes()))
    if data == "demo":
        history = orjson.loads(folder.joinpath("demo.json").read_bytes())
        replay(world, vendor.handlers, history)
    return world
