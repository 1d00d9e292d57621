"""The backends of one sandbox, created on first use."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, Self

from mockvoice.kernel.backend import Backend
from mockvoice.kernel.clock import Clock
from mockvoice.kernel.sandbox_settings import SandboxSettings
from mockvoice.sandboxes.durability import Load, NotLoaded, SandboxStorage

DEFAULT_SETTINGS = SandboxSettings()


class SandboxRemoved(Exception):
    """The sandbox of a request was deleted before the request was handled."""

    def __init__(self) -> None:
        super().__init__("The sandbox of this credential was deleted")


class LazyBackends(dict[str, Backend]):
    """A sandbox's backends by vendor: each is forked from its origin on first access.

    Origins are shared by all sandboxes with the same initial state, and never change. An unused
    backend costs nothing, and a used one costs what it has changed.
    """

    def __init__(
        self,
        origins: Mapping[str, Backend],
        clock: Clock,
        settings: SandboxSettings = DEFAULT_SETTINGS,
    ) -> None:
        super().__init__()
        self._origins = dict(origins)
        self._clock = clock
        self._settings = settings
        self._removed = False
        self._load: Load | None = None  # reads the data that is in the store only
        self.storage: SandboxStorage | None = None
        # By vendor and event, the effect of the fault that a webhook delivery triggers.
        self.delivery_effect: Callable[[str, str], Mapping[str, Any] | None] = lambda *_: None
        self.generation = 0  # grows when a reset or restore replaces all backends
        # By vendor, what a long change holds while a thread works on a copy of the backend.
        self.change_locks: dict[str, asyncio.Lock] = {}

    @classmethod
    def wrap(cls, backends: Mapping[str, Backend], clock: Clock) -> Self:
        """Wrap existing backends that use this clock."""
        lazy = cls(backends, clock)
        lazy.update(backends)
        return lazy

    def __missing__(self, key: str) -> Backend:
        backend = self.origin(key).fork(self._clock)
        self._connect(key, backend)
        self[key] = backend
        backend.start_timers()
        return backend

    @property
    def settings(self) -> SandboxSettings:
        """The settings that all backends follow; a change takes effect at once."""
        return self._settings

    @settings.setter
    def settings(self, settings: SandboxSettings) -> None:
        self._settings = settings
        for backend in self.values():
            backend.sandbox_settings = settings

    def change_lock(self, key: str) -> asyncio.Lock:
        """Return the lock that a long change of a vendor's backend holds; others wait for it."""
        return self.change_locks.setdefault(key, asyncio.Lock())

    def replace(self, key: str, backend: Backend) -> None:
        """Replace a backend by a changed copy, which takes over its timers."""
        previous, self[key] = self[key], backend
        self._connect(key, backend)
        backend.clock = self._clock
        backend.take_over(previous)

    def _connect(self, key: str, backend: Backend) -> None:
        """Let a backend follow the settings and the faults of this sandbox."""
        backend.sandbox_settings = self._settings
        backend.delivery_effect = partial(self.delivery_effect, key)
        if self.storage is not None:
            self.storage.connect(key, backend)

    @property
    def is_loaded(self) -> bool:
        """Whether the data is in memory."""
        return self._load is None

    def check_loaded(self) -> None:
        """Raise ``NotLoaded`` unless the data is in memory."""
        if self._load is not None:
            raise NotLoaded(self._load)

    def unload(self, load: Load) -> None:
        """Drop all backends; accesses raise ``NotLoaded`` until ``load`` has called ``loaded``."""
        self._load, self._removed = load, False
        self.close()
        self._origins = {}

    def loaded(self, origins: Mapping[str, Backend], backends: Mapping[str, Backend]) -> None:
        """Set the backends that were read from a store, and the origins of those and of the others."""
        self._load = None
        self.generation += 1
        self._origins = dict(origins)
        for key, backend in backends.items():
            self._connect(key, backend)
            self[key] = backend
        for backend in backends.values():
            backend.start_timers()
        self.start_timers()

    def origin(self, key: str) -> Backend:
        """Return the state from which a backend is, or will be, forked. Raises like ``[key]``."""
        if self._removed:
            raise SandboxRemoved
        self.check_loaded()
        return self._origins[key]

    def vendors(self) -> Iterable[str]:
        """Return the keys of all backends, forked or not."""
        self.check_loaded()
        return self._origins.keys()

    def peek(self, key: str) -> Backend:
        """Return a backend for reading only; before the first access, this is its origin."""
        backend = self.get(key)
        return self.origin(key) if backend is None else backend

    def start_timers(self) -> None:
        """Fork the backends in which something waits for real time to pass; this starts their timers."""
        for key, origin in self._origins.items():
            if key not in self and origin.needs_timers:
                self[key]

    def row_count(self, without: str | None = None) -> int:
        """Return the number of rows of all backends, or of all others than one."""
        return sum(self.peek(key).row_counter.rows for key in self.vendors() if key != without)

    def all(self) -> list[Backend]:
        """Return every backend; fork those that have not been used yet."""
        return [self[key] for key in self.vendors()]

    def snapshot(self, clock: Clock) -> dict[str, Backend]:
        """Return the present state of every backend as origins; ``clock`` is frozen at this time.

        The cost does not depend on the size of the data.
        """
        return {
            key: self[key].fork(clock) if key in self else origin
            for key, origin in self._origins.items()
        }

    def rebase(self, origins: Mapping[str, Backend]) -> None:
        """Replace the backends by those of other origins."""
        self.close()
        self.generation += 1
        self._origins = dict(origins)
        self.start_timers()

    def remove(self) -> None:
        """Drop all backends for good: their sandbox is deleted. Later accesses raise ``SandboxRemoved``."""
        self._removed, self._load = True, None
        self.close()

    def stop(self) -> None:
        """Stop the timers of all backends."""
        for backend in self.values():
            backend.close()

    def close(self) -> None:
        """Stop the timers of all backends and drop them."""
        self.stop()
        self.clear()
