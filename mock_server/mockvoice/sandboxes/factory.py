"""Creation of sandboxes."""

from collections.abc import Mapping
from pathlib import Path

from mockvoice.kernel.clock import Clock
from mockvoice.kernel.sandbox_settings import SandboxSettings
from mockvoice.sandboxes import exports
from mockvoice.sandboxes.backend_spec import BackendSpec
from mockvoice.sandboxes.backends import LazyBackends
from mockvoice.sandboxes.credentials import Credentials, create_credentials, demo_credentials
from mockvoice.sandboxes.registry import DEFAULT, SandboxRegistry
from mockvoice.sandboxes.sandbox import Sandbox
from mockvoice.sandboxes.state import InitialState, SandboxState
from mockvoice.sandboxes.state_cache import StateCache


class SandboxFactory:
    """Creates sandboxes, and registers their names and credentials."""

    def __init__(
        self,
        specs: Mapping[str, BackendSpec],
        sandboxes: SandboxRegistry,
        settings: SandboxSettings | None = None,
    ) -> None:
        self.states = StateCache()
        self._specs = specs
        self._sandboxes = sandboxes
        self.settings = settings or SandboxSettings()  # of sandboxes that are created without any
        self._created = 0

    def resolve(self, initial_state: InitialState) -> SandboxState:
        """Return the state that an initial state describes; see ``StateCache.resolve``.

        May run in any thread.
        """
        return self.states.resolve(self._specs, initial_state)

    def is_cached(self, initial_state: InitialState) -> bool:
        """Return whether ``resolve`` would be fast."""
        return self.states.is_cached(self._specs, initial_state)

    def load_file(self, path: Path) -> SandboxState:
        """Return the state of an export file. Raises ``OSError`` and ``DecodeError``."""
        return exports.load_file(path, self._specs, self.states)

    def create(
        self,
        name: str,
        initial_state: InitialState,
        state: SandboxState,
        settings: SandboxSettings | None = None,
    ) -> Sandbox:
        """Create a sandbox with this state and this name, which must be unused.

        Without ``settings`` it has those of the server.
        """
        clock = Clock()
        state.apply_to(clock)
        sandbox = Sandbox(
            name,
            clock,
            LazyBackends(state.backends, clock, settings or self.settings),
            self._credentials_of(name),
            state.seed,
        )
        sandbox.initial_state = initial_state
        self._sandboxes.add(sandbox, self._specs)
        sandbox.backends.start_timers()
        return sandbox

    def continue_after(self, created: int) -> None:
        """Continue the numbers of sandboxes after those of a store."""
        self._created = max(self._created, created)

    def create_credentials(self, name: str, key: str) -> Mapping[str, str]:
        """Create the credentials of a sandbox for one vendor."""
        specs = {key: self._specs[key]}
        created = demo_credentials(specs) if name == DEFAULT else create_credentials(name, specs)
        return created[key]

    def free_name(self) -> str:
        """Return an unused name."""
        number = self._created + 1
        while self._sandboxes.get(f"sandbox-{number}") is not None:
            number += 1
        return f"sandbox-{number}"

    def _credentials_of(self, name: str) -> Credentials:
        if name == DEFAULT:
            return demo_credentials(self._specs)
        self._created += 1
        return create_credentials(name, self._specs)
