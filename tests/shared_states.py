"""Initial states that the mocks of one process share, so that demo data is replayed once.

Backends of a ``StateCache`` never change, so mocks can share them as the sandboxes of one mock do.
The replay takes half of the start of a mock, and a run of all tests starts hundreds.
"""

from datetime import datetime

from mockvoice.kernel.backend import Backend
from mockvoice.kernel.clock import Clock
from mockvoice.sandboxes import factory
from mockvoice.sandboxes.backend_spec import BackendSpec
from mockvoice.sandboxes.state import Data
from mockvoice.sandboxes.state_cache import StateCache

# By the identity of a vendor: a test may change a copy of it, which has the same key.
_caches: dict[int, tuple[BackendSpec, StateCache]] = {}


class SharedStates(StateCache):
    """The cache of one mock, which takes the data of a usual start from one for the process.

    Mocks with a seed or at another time have their own data, since tests compare it.
    """

    def _origin(self, spec: BackendSpec, data: Data, at: datetime, seed: int) -> Backend:
        key = spec.key, data, seed, at.toordinal()
        if not seed and at.date() == Clock().now().date() and key not in self._origins:
            _, cache = _caches.setdefault(id(spec), (spec, StateCache()))
            backend = cache._origin(spec, data, at, seed)
            with self._lock:
                self._origins[key] = backend
                self._shared.add(backend)
        return super()._origin(spec, data, at, seed)


def install() -> None:
    """Let the mocks that this process starts from now on share their initial states."""
    factory.StateCache = SharedStates
