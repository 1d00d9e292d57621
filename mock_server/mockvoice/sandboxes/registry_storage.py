"""What a store of all sandboxes has to do for their registry."""

from typing import Protocol

from mockvoice.sandboxes.durability import Stored
from mockvoice.sandboxes.sandbox import Sandbox


class RegistryStorage(Protocol):
    """The store of all sandboxes of a registry."""

    unstored: Stored | None  # the end of the last batch, unless everything is stored
    failed_batches: int

    def added(self, sandbox: Sandbox) -> None:
        """Store a new sandbox."""

    def removed(self, sandbox: Sandbox) -> None:
        """Delete a sandbox from the store."""

    def look_up(self, tag: str) -> None:
        """Raise ``NotLoaded`` unless the sandboxes of a tag are known for this request."""

    def claim(self, name: str) -> None:
        """Raise ``NotLoaded`` unless this server may create a sandbox of this name."""

    def refresh(self) -> None:
        """Raise ``NotLoaded`` unless all sandboxes are known for this request."""

    def limit_loaded(self, limit: int) -> None:
        """Drop the data of sandboxes from memory that are not in use, if more than this are loaded."""

    def close(self) -> None:
        """Store what is left, and close the store."""
