"""A cache of initial states: created once from a vendor's fixtures, and shared by sandboxes."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from threading import Lock
from weakref import WeakSet

from mockvoice.kernel.backend import Backend
from mockvoice.kernel.clock import Clock
from mockvoice.kernel.sandbox_settings import SandboxSettings
from mockvoice.sandboxes.backend_spec import BackendSpec
from mockvoice.sandboxes.fixture_replay import replay
from mockvoice.sandboxes.state import Data, InitialState, SandboxState

# The maximum number of cached backends; the least recently used is dropped.
MAX_BACKENDS = 64
# Fixtures are replayed with the more tolerant settings, so that they fit all sandboxes.
REPLAY_SETTINGS = SandboxSettings(quirks="observed")

_CacheKey = tuple[str, Data, int, int]  # vendor, data, seed, day


class InitialDataError(Exception):
    """A vendor's fixtures cannot be replayed."""

    def __init__(self, key: str, error: Exception) -> None:
        super().__init__(f"its initial data cannot be created: {type(error).__name__}: {error}")
        self.key = key


class StateCache:
    """Creates backends. Those with equal initial data share their rows until one of them changes.

    Thread-safe: cached backends are never changed.
    """

    def __init__(self) -> None:
        self._origins: OrderedDict[_CacheKey, Backend] = OrderedDict()
        self._lock = Lock()
        self._shared: WeakSet[Backend] = WeakSet()  # also those that are no longer cached

    def is_shared(self, backend: Backend) -> bool:
        """Return whether sandboxes share a backend: it is one of initial data."""
        return backend in self._shared

    def create_backend(self, spec: BackendSpec, data: Data, clock: Clock, seed: int = 0) -> Backend:
        """Create a vendor's backend with this clock: demo data, or an empty account.

        The cost does not depend on the data, except for the first backend of each day.
        """
        return self._origin(spec, data, clock.now(), seed).fork(clock)

    def resolve(
        self, specs: Mapping[str, BackendSpec], initial_state: InitialState
    ) -> SandboxState:
        """Return the state that an initial state describes; slow unless ``is_cached``."""
        data, now = initial_state.data, initial_state.now
        if isinstance(data, SandboxState):
            return _with_overrides(data, initial_state)
        at, seed = now or Clock().now(), initial_state.seed or 0
        backends = {key: self._origin(spec, data, at, seed) for key, spec in specs.items()}
        return SandboxState(backends, seed, now, bool(initial_state.frozen))

    def is_cached(self, specs: Mapping[str, BackendSpec], initial_state: InitialState) -> bool:
        """Whether all backends of an initial state are cached."""
        data = initial_state.data
        if isinstance(data, SandboxState):
            return True
        day, seed = _day(initial_state.now or Clock().now()), initial_state.seed or 0
        with self._lock:
            return all((key, data, seed, day) in self._origins for key in specs)

    def _origin(self, spec: BackendSpec, data: Data, at: datetime, seed: int) -> Backend:
        key = spec.key, data, seed, _day(at)
        with self._lock:
            if key in self._origins:
                self._origins.move_to_end(key)
                return self._origins[key]
        backend = _create_backend(spec, data, at, seed)
        with self._lock:
            self._origins[key] = backend
            self._shared.add(backend)
            if len(self._origins) > MAX_BACKENDS:
                self._origins.popitem(last=False)
        return backend


def _day(at: datetime) -> int:
    return at.toordinal()


def _with_overrides(state: SandboxState, initial_state: InitialState) -> SandboxState:
    """Return a saved state with the initial state's own clock and seed."""
    if initial_state.now is not None:
        state = replace(state, now=initial_state.now)
    if initial_state.frozen is not None:
        state = replace(state, frozen=initial_state.frozen)
    if initial_state.seed is not None:
        seed = initial_state.seed
        backends = {
            key: backend.fork(backend.clock, seed) for key, backend in state.backends.items()
        }
        state = replace(state, seed=seed, backends=backends)
    return state


def _create_backend(spec: BackendSpec, data: Data, at: datetime, seed: int) -> Backend:
    backend = spec.create_backend(Clock(at, frozen=True), seed)
    backend.sandbox_settings = REPLAY_SETTINGS
    try:
        with backend.transaction():
            spec.install_defaults(backend, spec.fixture("install.json"))
        if data == "demo" and (history := spec.fixture("demo.json")):
            replay(backend, spec.handlers, history)
    except Exception as error:
        raise InitialDataError(spec.key, error) from error
    backend.sandbox_settings = SandboxSettings()
    return backend
