"""Reading of a vendor's data for pages that look at many rows, without making requests wait."""

from collections.abc import Iterator
from contextlib import contextmanager

from mockvoice.control.console.forms import call_handler
from mockvoice.control.context import ServerContext
from mockvoice.kernel.backend import Backend


@contextmanager
def backend_copy(server: ServerContext, name: str, key: str) -> Iterator[Backend]:
    """Return a copy of a vendor's backend, which the block may read in its own thread.

    The copy shares all rows, so it costs the same for any number of them. Raises
    ``SandboxNotFound`` and ``VendorNotFound``.
    """

    def copy() -> tuple[Backend, Backend]:
        server.vendor(key)
        original = server.sandbox(name).backends[key]
        original.catch_up()
        return original, original.copy_for_thread()

    original, backend = call_handler(copy)
    try:
        yield backend
    finally:
        call_handler(lambda: _release(original, backend))


def _release(original: Backend, copy: Backend) -> None:
    """Let go of a copy, so that the original does not copy its rows at the next change."""
    if original.version() == copy.version():
        original.forget(copy)
