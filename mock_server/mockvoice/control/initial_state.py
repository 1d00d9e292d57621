"""The initial state of a new or reset sandbox."""

from collections.abc import Callable, Mapping
from typing import Any

from mockvoice.control.background import run_in_thread
from mockvoice.control.context import ServerContext
from mockvoice.control.errors import InvalidExport
from mockvoice.control.parsing import parse_instant
from mockvoice.kernel.codec import DecodeError
from mockvoice.sandboxes import exports
from mockvoice.sandboxes.state import InitialState, SandboxState

ResolvedState = tuple[InitialState, SandboxState]


def resolve(
    server: ServerContext,
    body: Mapping[str, Any],
    finish: Callable[[ResolvedState], Any],
    previous: InitialState | None = None,
) -> Any:
    """Call ``finish`` with the state that a request describes, completed from ``previous``.

    If the state is not cached, it is created in a thread. Raises ``InvalidTime`` and
    ``InvalidExport``.
    """
    previous = previous or InitialState()
    data = body.get("data", previous.data)
    # An export file has its own time and seed, so the previous time and seed do not apply.
    if "data" in body and isinstance(data, dict):
        previous = InitialState()
    now = parse_instant(body["now"]) if "now" in body else previous.now
    seed = body.get("seed", previous.seed)
    frozen = body.get("frozen", previous.frozen)

    def resolve_state() -> ResolvedState:
        initial_state = InitialState(
            load_export(server, data) if isinstance(data, dict) else data, seed, now, frozen
        )
        return initial_state, server.factory.resolve(initial_state)

    if isinstance(data, dict) or not server.factory.is_cached(InitialState(data, seed, now)):
        return run_in_thread(resolve_state, finish)
    return finish(resolve_state())


def load_export(server: ServerContext, document: Any) -> SandboxState:
    """Load the state of an export; from any thread. Raises ``InvalidExport`` and ``StorageFull``."""
    try:
        state = exports.load(server.vendors, server.factory.states, document)
    except DecodeError as error:
        raise InvalidExport(str(error)) from error
    server.sandboxes.storage_limits.check_rows(state.row_count())
    return state
