"""The worlds of one sandbox, none of which is made before it is needed."""

from collections.abc import Iterable, Mapping
from typing import Self

from mockvoice.kernel.backend import Backend
from mockvoice.kernel.clock import Clock


class LazyBackends(dict[str, Backend]):
    """A sandbox's worlds by vendor: each is forked from its origin when it is first touched.

    Origins are shared by all sandboxes that begin alike, and never change. So a world that
    nobody touches costs nothing, and a touched one what it has changed.
    """

    def __init__(self, origins: Mapping[str, Backend], clock: Clock) -> None:
        super().__init__()
        self._origins = dict(origins)
        self._clock = clock

    @classmethod
    def of(cls, worlds: Mapping[str, Backend], clock: Clock) -> Self:
        """Worlds that are there already, and live by this clock."""
        made = cls(worlds, clock)
        made.update(worlds)
        return made

    def __missing__(self, key: str) -> Backend:
        world = self._origins[key].fork(self._clock)
        self[key] = world
        world.start_timers()
        return world

    def vendors(self) -> Iterable[str]:
        """The keys of all worlds, touched or not."""
        return self._origins.keys()

    def peek(self, key: str) -> Backend:
        """A world to look at and not to change: its origin, as long as nobody has touched it."""
        return self.get(key, self._origins[key])

    def all(self) -> list[Backend]:
        """Every world; touches them."""
        return [self[key] for key in self._origins]

    def snapshot(self, clock: Clock) -> dict[str, Backend]:
        """Every world as it is now, to be an origin later; ``clock`` stands at this instant.

        Costs nothing that grows with the worlds.
        """
        return {
            key: self[key].fork(clock) if key in self else origin
            for key, origin in self._origins.items()
        }

    def rebase(self, origins: Mapping[str, Backend]) -> None:
        """Let the worlds be those of other origins from now on."""
        self.close()
        self._origins = dict(origins)

    def close(self) -> None:
        """Let nothing more happen by itself in any world, and let go of them."""
        for world in self.values():
            world.close()
        self.clear()
