"""Creation of sandboxes."""

from collections.abc import Mapping
from pathlib import Path

from mockvoice.control import exports
from mockvoice.kernel.clock import Clock
from mockvoice.kernel.codec import DecodeError
from mockvoice.settings import Settings
from mockvoice.web.backends import LazyBackends
from mockvoice.web.bodies import parse_json
from mockvoice.web.credentials import CredentialGenerator, Credentials, demo_credentials
from mockvoice.web.errors import MalformedBody
from mockvoice.web.sandboxes import DEFAULT, Sandbox, SandboxRegistry
from mockvoice.web.state import InitialState, SandboxState
from mockvoice.web.state_cache import StateCache
from mockvoice.web.vendor import Vendor


class InvalidDataFile(Exception):
    """The export file of ``--data`` is missing or invalid."""


class SandboxFactory:
    """Creates sandboxes, and registers their names and credentials."""

    def __init__(self, vendors: Mapping[str, Vendor], sandboxes: SandboxRegistry) -> None:
        self.states = StateCache()
        self._vendors = vendors
        self._sandboxes = sandboxes
        self._credentials = CredentialGenerator()
        self._created = 0

    def resolve(self, initial_state: InitialState) -> SandboxState:
        """Return the state that an initial state describes; see ``StateCache.resolve``.

        May run in any thread.
        """
        return self.states.resolve(self._vendors, initial_state)

    def is_cached(self, initial_state: InitialState) -> bool:
        """Return whether ``resolve`` would be fast."""
        return self.states.is_cached(self._vendors, initial_state)

    def initial_state_of(self, settings: Settings) -> InitialState:
        """Return the initial state of ``default``. Raises ``InvalidDataFile``."""
        data = settings.data
        if not isinstance(data, Path):
            return InitialState(data, settings.seed, settings.now)
        try:
            saved = exports.load(self._vendors, self.states, parse_json(data.read_bytes()))
        except OSError as error:
            raise InvalidDataFile(f"--data {data}: {error.strerror}") from error
        except (DecodeError, MalformedBody) as error:
            raise InvalidDataFile(f"--data {data}: {error}") from error
        return InitialState(saved, settings.seed, settings.now)

    def create(self, name: str, initial_state: InitialState, state: SandboxState) -> Sandbox:
        """Create a sandbox with this state and this name, which must be unused."""
        clock = Clock()
        state.apply_to(clock)
        sandbox = Sandbox(
            name, clock, LazyBackends(state.backends, clock), self._credentials_of(name), state.seed
        )
        sandbox.initial_state = initial_state
        self._sandboxes.add(sandbox, self._vendors)
        return sandbox

    def free_name(self) -> str:
        """Return an unused name."""
        number = self._created + 1
        while self._sandboxes.get(f"sandbox-{number}") is not None:
            number += 1
        return f"sandbox-{number}"

    def _credentials_of(self, name: str) -> Credentials:
        if name == DEFAULT:
            return demo_credentials(self._vendors)
        self._created += 1
        return self._credentials.create(self._created, self._vendors)
