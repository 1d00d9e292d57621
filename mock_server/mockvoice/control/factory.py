"""New sandboxes."""

from collections.abc import Mapping
from pathlib import Path

from mockvoice.control import exports
from mockvoice.kernel.clock import Clock
from mockvoice.kernel.codec import DecodeError
from mockvoice.settings import Settings
from mockvoice.web.backends import LazyBackends
from mockvoice.web.bodies import parse_json
from mockvoice.web.credentials import CredentialMaker, Credentials, demo
from mockvoice.web.errors import MalformedBody
from mockvoice.web.sandboxes import DEFAULT, Sandbox, SandboxRegistry
from mockvoice.web.state import InitialState, SandboxState
from mockvoice.web.state_cache import StateCache
from mockvoice.web.vendor import Vendor


class InvalidDataFile(Exception):
    """A file of data is not there, or is no exported sandbox."""


class SandboxFactory:
    """Opens sandboxes with a world of each vendor, found by their names and their credentials."""

    def __init__(self, vendors: Mapping[str, Vendor], sandboxes: SandboxRegistry) -> None:
        self.states = StateCache()
        self._vendors = vendors
        self._sandboxes = sandboxes
        self._credentials = CredentialMaker()
        self._opened = 0

    def resolve(self, beginning: InitialState) -> SandboxState:
        """The state that a beginning describes; in any thread. See ``Worlds.begin``."""
        return self.states.resolve(self._vendors, beginning)

    def is_cached(self, beginning: InitialState) -> bool:
        """Whether ``begin`` would take no time."""
        return self.states.is_cached(self._vendors, beginning)

    def initial_state_of(self, settings: Settings) -> InitialState:
        """What a server shall begin with. Raises ``UnreadableFile`` for data that cannot be had."""
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

    def create(self, name: str, beginning: InitialState, saved: SandboxState) -> Sandbox:
        """A sandbox of this name in a state; the name must be free."""
        clock = Clock()
        saved.apply_to(clock)
        sandbox = Sandbox(
            name, clock, LazyBackends(saved.backends, clock), self._credentials_of(name), saved.seed
        )
        sandbox.initial_state = beginning
        self._sandboxes.add(sandbox, self._vendors)
        return sandbox

    def free_name(self) -> str:
        """A name that no sandbox has."""
        number = self._opened + 1
        while self._sandboxes.get(f"sandbox-{number}") is not None:
            number += 1
        return f"sandbox-{number}"

    def _credentials_of(self, name: str) -> Credentials:
        if name == DEFAULT:
            return demo(self._vendors)
        self._opened += 1
        return self._credentials.of(self._opened, self._vendors)
