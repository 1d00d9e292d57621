"""New sandboxes."""

from collections.abc import Mapping
from pathlib import Path

from mockvoice.control import exports
from mockvoice.kernel.clock import Clock
from mockvoice.kernel.codec import Unreadable
from mockvoice.settings import Settings
from mockvoice.web.bodies import read_json
from mockvoice.web.credentials import CredentialMaker, Credentials, demo
from mockvoice.web.forks import Forks
from mockvoice.web.refusals import MalformedBody
from mockvoice.web.sandboxes import DEFAULT, Sandbox, Sandboxes
from mockvoice.web.saved import Beginning, Saved
from mockvoice.web.vendor import Vendor
from mockvoice.web.worlds import Worlds


class UnreadableFile(Exception):
    """A file of data is not there, or is no exported sandbox."""


class Openings:
    """Opens sandboxes with a world of each vendor, found by their names and their credentials."""

    def __init__(self, vendors: Mapping[str, Vendor], sandboxes: Sandboxes) -> None:
        self.worlds = Worlds()
        self._vendors = vendors
        self._sandboxes = sandboxes
        self._credentials = CredentialMaker()
        self._opened = 0

    def begin(self, beginning: Beginning) -> Saved:
        """The state that a beginning describes; in any thread. See ``Worlds.begin``."""
        return self.worlds.begin(self._vendors, beginning)

    def ready(self, beginning: Beginning) -> bool:
        """Whether ``begin`` would take no time."""
        return self.worlds.ready(self._vendors, beginning)

    def described(self, settings: Settings) -> Beginning:
        """What a server shall begin with. Raises ``UnreadableFile`` for data that cannot be had."""
        data = settings.data
        if not isinstance(data, Path):
            return Beginning(data, settings.seed, settings.now)
        try:
            saved = exports.read(self._vendors, self.worlds, read_json(data.read_bytes()))
        except OSError as error:
            raise UnreadableFile(f"--data {data}: {error.strerror}") from error
        except (Unreadable, MalformedBody) as error:
            raise UnreadableFile(f"--data {data}: {error}") from error
        return Beginning(saved, settings.seed, settings.now)

    def open(self, name: str, beginning: Beginning, saved: Saved) -> Sandbox:
        """A sandbox of this name in a state; the name must be free."""
        clock = Clock()
        saved.put(clock)
        sandbox = Sandbox(
            name, clock, Forks(saved.worlds, clock), self._credentials_of(name), saved.seed
        )
        sandbox.beginning = beginning
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
