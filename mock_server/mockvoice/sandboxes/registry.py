"""The registry of a server's sandboxes, by name and by credential."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from mockvoice.kernel.clock import Clock
from mockvoice.sandboxes.backend_spec import BackendSpec
from mockvoice.sandboxes.durability import Stored
from mockvoice.sandboxes.registry_storage import RegistryStorage
from mockvoice.sandboxes.request_log import MAX_ENTRIES
from mockvoice.sandboxes.sandbox import Sandbox
from mockvoice.sandboxes.storage_limits import StorageLimits
from mockvoice.sandboxes.tags import find_tag, tag_of
from mockvoice.sandboxes.threads import Threads

DEFAULT = "default"

# The default for the maximum number of sandboxes.
MAX_SANDBOXES = 1000


@dataclass(frozen=True, slots=True)
class Grant:
    """The access that a credential gives: a sandbox and a principal.

    The principal is the credential's name, such as ``api_key``, or the vendor's own identity.
    """

    sandbox: Sandbox
    principal: str


class SandboxRegistry:
    """Every sandbox of a server, by name and by credential."""

    def __init__(
        self,
        *,
        limit: int = MAX_SANDBOXES,
        journal_size: int = MAX_ENTRIES,
        storage_limits: StorageLimits | None = None,
    ) -> None:
        self._limit = limit
        self.storage_limits = storage_limits or StorageLimits()
        self.threads = Threads()
        self.storage: RegistryStorage | None = None
        self.journal_size = journal_size  # requests per sandbox; 0 disables the journal
        self._by_name: dict[str, Sandbox] = {}
        self._names_by_tag: dict[str, set[str]] = {}
        self._timer: asyncio.TimerHandle | None = None  # runs at the next expiry
        # By sandbox: the vendor and the principal of each credential.
        self._credential_keys: dict[str, list[tuple[str, str]]] = {}
        # Secrets are looked up by their digest, so response times do not reveal how much of a
        # guess is correct.
        self._grants: dict[tuple[str, bytes], Grant] = {}

    def __iter__(self) -> Iterator[Sandbox]:
        self.purge_expired()
        return iter(list(self._by_name.values()))

    def get(self, name: str) -> Sandbox | None:
        """Return the sandbox of this name, or ``None``."""
        sandbox = self._by_name.get(name)
        if sandbox is not None and sandbox.expires_at is not None:
            self.purge_expired()
        return self._by_name.get(name)

    def look_up(self, name: str) -> Sandbox | None:
        """Return the sandbox of this name, or ``None``; another server may have created it.

        Raises ``NotLoaded``.
        """
        sandbox = self.get(name)
        if sandbox is None and self.storage is not None:
            self.storage.look_up(tag_of(name))
        return sandbox

    def claim(self, name: str) -> None:
        """Make sure that no other server creates a sandbox of this unused name. Raises ``NotLoaded``."""
        if self.storage is not None:
            self.storage.claim(name)

    def refresh(self) -> None:
        """Make sure that those of other servers are known as well. Raises ``NotLoaded``."""
        if self.storage is not None:
            self.storage.refresh()

    def add(self, sandbox: Sandbox, vendors: Mapping[str, BackendSpec]) -> None:
        """Register a sandbox by its name and its credentials at each vendor.

        Above the limit, the oldest sandbox is removed, but never the default one. A store keeps all of
        them, and the limit is for those in memory.
        """
        self.purge_expired()
        if self.storage is not None:
            self.storage.limit_loaded(self._limit - 1)
        else:
            while len(self._by_name) >= self._limit and (oldest := self._oldest()):
                self.remove(oldest)
        self.register(sandbox, vendors)
        if self.storage is not None:
            self.storage.added(sandbox)

    def register(self, sandbox: Sandbox, vendors: Mapping[str, BackendSpec]) -> None:
        """Let a sandbox be found by its name and its credentials."""
        self._by_name[sandbox.name] = sandbox
        self._names_by_tag.setdefault(tag_of(sandbox.name), set()).add(sandbox.name)
        sandbox.request_log.size = self.journal_size
        credential_keys = [
            (key, principal)
            for key in sandbox.credentials
            if key in vendors  # a store may have those of vendors that are not served now
            for principal in vendors[key].lookup_credentials
        ]
        self._credential_keys[sandbox.name] = credential_keys
        for key, principal in credential_keys:
            self.grant(key, sandbox.credentials[key][principal], Grant(sandbox, principal))

    def remove(self, name: str) -> None:
        """Remove a sandbox with its credentials and its snapshots."""
        sandbox = self._by_name[name]
        self.unregister(sandbox)
        if self.storage is not None:
            self.storage.removed(sandbox)
        sandbox.backends.remove()
        sandbox.snapshots.clear()

    def unregister(self, sandbox: Sandbox) -> None:
        """Let a sandbox be found no longer; does nothing if another one has its name."""
        if self._by_name.get(sandbox.name) is not sandbox:
            return
        del self._by_name[sandbox.name]
        tag = tag_of(sandbox.name)
        self._names_by_tag[tag].discard(sandbox.name)
        if not self._names_by_tag[tag]:
            del self._names_by_tag[tag]
        for key, principal in self._credential_keys.pop(sandbox.name):
            self.revoke(key, sandbox.credentials[key][principal])

    @property
    def unstored(self) -> Stored | None:
        """The end of the last batch of changes of any sandbox, unless everything is stored."""
        return None if self.storage is None else self.storage.unstored

    @property
    def failed_batches(self) -> int:
        """The number of batches whose changes are undone, since they could not be stored."""
        return 0 if self.storage is None else self.storage.failed_batches

    def close(self) -> None:
        """Stop the timers, the deliveries and the threads, and close the store: the server ends."""
        self.threads.close()
        if self._timer is not None:
            self._timer.cancel()
        for sandbox in self._by_name.values():
            sandbox.backends.stop()
        if self.storage is not None:
            self.storage.close()

    def _oldest(self) -> str | None:
        return next((name for name in self._by_name if name != DEFAULT), None)

    def purge_expired(self) -> None:
        """Remove the expired sandboxes."""
        now = Clock().now()
        for sandbox in list(self._by_name.values()):
            if sandbox.expires_at is not None and sandbox.expires_at <= now:
                self.remove(sandbox.name)

    def expire(self, sandbox: Sandbox, after: timedelta) -> None:
        """Remove a sandbox after a duration of real time. Must be called on the event loop."""
        sandbox.expires_at = Clock().now() + after
        sandbox.changed()
        self.schedule_purge()

    def schedule_purge(self) -> None:
        """Purge again at the next expiry."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        expiries = [
            sandbox.expires_at
            for sandbox in self._by_name.values()
            if sandbox.expires_at is not None
        ]
        if expiries:
            remaining = min(expiries) - Clock().now()
            # The system time may be changed, so the timer waits at most an hour.
            seconds = min(max(remaining.total_seconds(), 0), 3600) + 0.01
            self._timer = asyncio.get_running_loop().call_later(seconds, self._purge_and_reschedule)

    def _purge_and_reschedule(self) -> None:
        self.purge_expired()
        self.schedule_purge()

    def grant(self, vendor: str, secret: str, grant: Grant) -> None:
        """Give a secret access to a sandbox."""
        self._grants[vendor, _digest(secret)] = grant

    def revoke(self, vendor: str, secret: str) -> None:
        """Remove a secret's access; does nothing if it has none."""
        self._grants.pop((vendor, _digest(secret)), None)

    def find(self, vendor: str, secret: str) -> Grant | None:
        """Return the grant of a vendor's secret, or ``None``. Raises ``NotLoaded``."""
        grant = self._grants.get((vendor, _digest(secret)))
        if self.storage is not None:
            if grant is not None:
                grant.sandbox.use()
            elif (tag := find_tag(secret)) is not None:
                self.storage.look_up(tag)
        return grant

    def of_tag(self, tag: str) -> list[Sandbox]:
        """Return the sandboxes whose names have a tag, hardly ever more than one. Raises ``NotLoaded``."""
        if tag not in self._names_by_tag and self.storage is not None:
            self.storage.look_up(tag)
        return [self._by_name[name] for name in self._names_by_tag.get(tag, ())]

    def vendor_of(self, secret: str) -> str | None:
        """Return a vendor for which a secret has a grant, or ``None``."""
        default = self._by_name.get(DEFAULT)
        keys = () if default is None else default.credentials
        return next((key for key in keys if self.find(key, secret) is not None), None)


def _digest(secret: str) -> bytes:
    return sha256(secret.encode("utf-8", "surrogatepass")).digest()
