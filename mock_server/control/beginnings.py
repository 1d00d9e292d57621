"""What a new or reset sandbox shall begin with."""

from collections.abc import Callable, Mapping
from typing import Any

from mock_server.control.house import House
from mock_server.control.instants import instant
from mock_server.control.slow import in_thread
from mock_server.web.saved import Beginning, Saved

Begun = tuple[Beginning, Saved]


def begun(
    house: House,
    wanted: Mapping[str, Any],
    take: Callable[[Begun], Any],
    before: Beginning | None = None,
) -> Any:
    """What ``take`` gives for the state that a request wants; what it leaves out is as before.

    Off the loop where the state has to be made. Raises ``InvalidTime``.
    """
    before = before or Beginning()
    now = instant(wanted["now"]) if "now" in wanted else before.now
    seed = wanted.get("seed", before.seed)
    beginning = Beginning(wanted.get("data", before.data), seed, now)
    if house.openings.ready(beginning):
        return take((beginning, house.openings.begin(beginning)))
    return in_thread(lambda: (beginning, house.openings.begin(beginning)), take)
