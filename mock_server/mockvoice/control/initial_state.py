"""What a new or reset sandbox shall begin with."""

from collections.abc import Callable, Mapping
from typing import Any

from mockvoice.control import exports
from mockvoice.control.background import run_in_thread
from mockvoice.control.context import ServerContext
from mockvoice.control.errors import InvalidExport
from mockvoice.control.parsing import parse_instant
from mockvoice.kernel.codec import DecodeError
from mockvoice.web.state import InitialState, SandboxState

ResolvedState = tuple[InitialState, SandboxState]


def resolve(
    server: ServerContext,
    wanted: Mapping[str, Any],
    take: Callable[[ResolvedState], Any],
    before: InitialState | None = None,
) -> Any:
    """What ``take`` gives for the state that a request wants; what it leaves out is as before.

    Off the loop where the state has to be made. Raises ``InvalidTime`` and ``InvalidExport``.
    """
    before = before or InitialState()
    data = wanted.get("data", before.data)
    # With other data, only what is said again counts: an exported file has a time of its own.
    if "data" in wanted and isinstance(data, dict):
        before = InitialState()
    now = parse_instant(wanted["now"]) if "now" in wanted else before.now
    seed = wanted.get("seed", before.seed)

    def begin() -> ResolvedState:
        beginning = InitialState(
            load_export(server, data) if isinstance(data, dict) else data, seed, now
        )
        return beginning, server.factory.resolve(beginning)

    if isinstance(data, dict) or not server.factory.is_cached(InitialState(data, seed, now)):
        return run_in_thread(begin, take)
    return take(begin())


def load_export(server: ServerContext, document: Any) -> SandboxState:
    """The state that an exported file describes; in any thread. Raises ``InvalidExport``."""
    try:
        return exports.load(server.vendors, server.factory.states, document)
    except DecodeError as error:
        raise InvalidExport(str(error)) from error
