"""The mock that an agent works with: a running one, or one that ends with the agent's session."""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from mockvoice.outbound.control_client import ControlApiError, ControlClient, ServerUnavailable
from mockvoice.server_process import ServerProcess

_PROBE_SECONDS = 2


def responds(url: str) -> bool:
    """Return whether a mock responds at this URL, also one that needs a control token."""
    try:
        with closing(ControlClient(url, timeout_seconds=_PROBE_SECONDS)) as client:
            client.get("/health")
    except (ServerUnavailable, ControlApiError):
        return False
    return True


@contextmanager
def own_server() -> Iterator[str]:
    """Start a mock on free ports; yield its URL.

    It ends at the end of the block, or when this process ends in another way. Raises
    ``ServerStartError``.
    """
    # The files are needed only until the mock is ready: a killed process cannot delete them later.
    with ExitStack() as stack:
        with TemporaryDirectory(prefix="mockvoice-", ignore_cleanup_errors=True) as folder:
            process = stack.enter_context(ServerProcess(Path(folder), (), Path.cwd()))
        yield process.url
