"""The file descriptors of this process, which limit the number of its connections."""

from contextlib import suppress
from importlib import import_module
from types import ModuleType

# More are of no use to a mock server, and each one takes some memory.
MAX_CONNECTIONS = 4096
# Descriptors that are kept for files, listeners, connections to other servers and rejected ones.
RESERVE = 256
# macOS names no maximum, but accepts no larger one.
_USUAL_MAXIMUM = 10_240


def raise_limit() -> None:
    """Allow this process as many descriptors as the system lets it have."""
    resource = _resource()
    if resource is None:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for limit in (hard, _USUAL_MAXIMUM):
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
            return


def connection_limit() -> int:
    """Return the maximum number of connections: half of a small number of descriptors."""
    descriptors = _descriptors()
    return min(MAX_CONNECTIONS, max(descriptors // 2, descriptors - RESERVE))


def accepted_at_once() -> int:
    """Return how many connections may be accepted before surplus ones are closed."""
    return min(256, max(16, (_descriptors() - connection_limit()) // 8))


def _descriptors() -> int:
    resource = _resource()
    if resource is None:
        return 2 * MAX_CONNECTIONS
    soft: int = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return 2 * MAX_CONNECTIONS if soft == resource.RLIM_INFINITY else soft


def _resource() -> ModuleType | None:
    """Return the module of limits; Windows has none, and no such limit of sockets."""
    try:
        return import_module("resource")
    except ImportError:
        return None
