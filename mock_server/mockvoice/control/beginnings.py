"""What a new or reset sandbox shall begin with."""

from collections.abc import Callable, Mapping
from typing import Any

from mockvoice.control import exports
from mockvoice.control.errors import InvalidExport
from mockvoice.control.house import House
from mockvoice.control.instants import instant
from mockvoice.control.slow import in_thread
from mockvoice.kernel.codec import DecodeError
from mockvoice.web.state import InitialState, SandboxState

Begun = tuple[InitialState, SandboxState]


def begun(
    house: House,
    wanted: Mapping[str, Any],
    take: Callable[[Begun], Any],
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
    now = instant(wanted["now"]) if "now" in wanted else before.now
    seed = wanted.get("seed", before.seed)

    def begin() -> Begun:
        beginning = InitialState(
            imported(house, data) if isinstance(data, dict) else data, seed, now
        )
        return beginning, house.openings.begin(beginning)

    if isinstance(data, dict) or not house.openings.ready(InitialState(data, seed, now)):
        return in_thread(begin, take)
    return take(begin())


def imported(house: House, document: Any) -> SandboxState:
    """The state that an exported file describes; in any thread. Raises ``InvalidExport``."""
    try:
        return exports.read(house.vendors, house.openings.worlds, document)
    except DecodeError as error:
        raise InvalidExport(str(error)) from error
